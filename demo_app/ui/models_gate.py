"""What the gate says, in the language of the page. Pure: figures in, sentences out."""

from typing import Any

from demo_app.services.refusals import GateRefusal
from demo_app.services.split import HELD_OUT_SHARE
from demo_app.ui.strings import Strings

_FIGURES = {"sentences": "{:,}", "doubtful": "{:,}", "allowed": "{:.0%}", "p": "{:.3f}"}


def condition_words(strings: Strings, condition: Any) -> str:
    """With its figures; as the report says it where it has other figures."""
    figures = condition.figures
    values = {key: _FIGURES.get(key, "{:.1f}").format(value) for key, value in figures.items()}
    if "lower" in figures and "margin" in figures:
        values["fall"] = f"{max(0.0, -figures['lower']):.2f}"
        values["margin"] = f"{figures['margin']:g}"
    try:
        return strings.models[f"{condition.name}_{condition.state}"].format_map(values)
    except KeyError:
        return str(condition.sentence)


def advice_words(strings: Strings, condition: Any) -> str:
    """What may help where it failed; empty where nothing is known to."""
    figures, words = condition.figures, strings.models
    if condition.state != "failed":
        return ""
    if "needed" in figures:
        needed = figures["needed"]
        return words["advice_needed"].format(needed=f"{needed:,}", all=f"{needed / HELD_OUT_SHARE:,.0f}")
    if condition.name == "general_holds" and {"difference", "margin"} <= figures.keys():
        return words["advice_doubt" if figures["difference"] > -figures["margin"] else "advice_fell"]
    return ""


def refusal_words(strings: Strings, refusal: GateRefusal) -> str:
    """Why a version was not let through."""
    if refusal.why == "conditions":
        return " ".join(condition_words(strings, one) for one in refusal.conditions)
    return strings.models[f"refused_{refusal.why}"].format(compared=refusal.compared)
