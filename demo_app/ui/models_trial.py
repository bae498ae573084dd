"""From what people said of a version's changed translations to what the Models tab shows of it. Pure."""

from typing import Any

from demo_app.services.blind_trials import MOST_SENT, Preferred, TrialOutcome
from demo_app.ui.models_report import OUTCOMES, SETS, chance
from demo_app.ui.strings import Strings

MOST_PEOPLE = 9
"""For each translation, as the form offers them."""


def trial_value(strings: Strings, outcome: TrialOutcome) -> dict[str, Any]:
    """What was sent, how far people are, their verdicts: a row for each part of the report they judged."""
    p = outcome.total.p
    rows = [(strings.models[f"set_{name}"], outcome.sets[name]) for name in SETS if name in outcome.sets]
    return {
        "sent": outcome.sent,
        "people": outcome.people,
        "judged": outcome.total.judged,
        "p": "" if p is None else chance(p) if p < 0.001 else f"= {chance(p)}",
        "rows": [{"name": name, **_counts(found)} for name, found in rows if found.judged],
        "most": MOST_SENT,
        "most_people": MOST_PEOPLE,
    }


def _counts(found: Preferred) -> dict[str, int]:
    return {outcome: getattr(found, outcome) for outcome in OUTCOMES}
