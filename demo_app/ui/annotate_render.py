"""From turns and answers to what the Annotate tab shows. Pure: records in, plain values out."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.analysis.edits import words_and_signs
from demo_app.services.judgement_checks import GOLD
from demo_app.services.people import Person
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import Extent, ProjectRecord, Share, Turn
from demo_app.store.records import CorrectionRecord
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.dataset_render import moment, percent, reasons_in_words
from demo_app.ui.strings import Strings
from demo_app.viz.edits import edit_list

Answer = CorrectionRecord | JudgementRecord

DISAGREE = 0.25
"""From there on, that two translations differ says more about an item than that the model was unsure."""


def project_row(
    strings: Strings, project: ProjectRecord, share: Share, extent: Extent | None
) -> dict[str, Any]:
    """One card; without `extent` the page keeps the figures that it has."""
    whole = {} if extent is None else {"items": extent.items, "completed": extent.completed}
    return {
        **whole,
        "id": project.id,
        "name": project.name,
        "task": project.task,
        "task_name": strings.tasks[project.task],
        "direction": direction_name(strings.languages, project.source_language, project.target_language),
        "mine": share.answered,
        "held": share.held,
        "guidelines": str(project.rules.get("guidelines") or ""),
    }


def turn_value(strings: Strings, project: ProjectRecord, turn: Turn, person: Person) -> dict[str, Any]:
    """What every task has in common about a turn."""
    short, long = why(strings, turn.item.reason)
    return {
        "slot": turn.slot_id,
        "draft": draft_name(turn.slot_id, person),
        "lease_s": project.lease_s,
        "why": short,
        "why_hint": long,
        "flag": turn.flag or "",
        # Whether the item is complete with this answer; counting all of them anew would take its time.
        "completes": turn.earlier + 1 >= project.annotators,
    }


def draft_name(of: str, person: Person) -> str:
    """What the browser keeps a draft under. On a shared computer nobody finds that of another."""
    return f"{of}.{(person.id or '')[:12]}"


def asked_value(strings: Strings, project: ProjectRecord, seen: dict[str, Any]) -> dict[str, Any]:
    """What is asked of an item, from its view (`Judging.view`, or the same of a correction)."""
    names = strings.languages
    value = {
        **seen,
        "kind": project.task,
        "source_name": names.get(project.source_language, project.source_language),
        "target_name": names.get(project.target_language, project.target_language),
    }
    if project.task == "rating":
        value["units"] = units(seen["text"])
    if project.task == "comparison":
        value["marked"] = [marked(text, seen["texts"]) for text in seen["texts"]]
    return value


def units(text: str) -> list[tuple[int, int]]:
    """Where each word or sign of a text begins and ends, in code points: what an error is marked on.

    Example: `units("Hi you!")` is `[(0, 2), (3, 6), (6, 7)]`."""
    found, at = [], 0
    for word in words_and_signs(text):
        start = text.index(word, at)
        at = start + len(word)
        found.append((start, at))
    return found


def marked(text: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """The text in stretches; `differs`: not in all of the texts."""
    differs = [False] * len(text)
    for other in texts:
        at = 0
        for edit in edit_list(other, text):
            end = at + len(edit["after"])
            if edit["kind"] != "equal":
                differs[at:end] = [True] * (end - at)
            at = end
    found: list[dict[str, Any]] = []
    for character, differing in zip(text, differs, strict=True):
        if found and found[-1]["differs"] == differing:
            found[-1]["text"] += character
        else:
            found.append({"text": character, "differs": differing})
    return found


def given(record: Answer) -> dict[str, Any]:
    """An answer as the desk shows it again: to be revised, or after it was taken back."""
    value: dict[str, Any] = {
        "id": record.id,
        "revision": record.revision,
        "comment": record.comment,
        "seconds": record.duration_s,
    }
    if isinstance(record, CorrectionRecord):
        return value | {"text": record.corrected_text}
    if record.kind == "rating":
        return value | {"score": record.answer["score"], "spans": record.answer["spans"]}
    return value | {"ranks": [record.answer["ranks"][place] for place in record.answer["order"]]}


def answer_rows(strings: Strings, answers: Iterable[tuple[str, Answer]]) -> dict[str, Any]:
    """Value of the list of last answers; each with the text that it is about."""
    return {"rows": [_row(strings, source, record) for source, record in answers if not record.deleted_at]}


def own_revisions(strings: Strings, history: Iterable[Answer], person: Person) -> list[dict[str, Any]]:
    """What the person said of an item at any time, the last first."""
    rows = [
        {
            "number": record.revision,
            "said": _said(strings, record)[0],
            "when": moment(record.updated_at),
            "comment": record.comment,
        }
        for record in history
        if record.revised_by == person.id
    ]
    return rows[::-1]


def findings(strings: Strings, record: Answer) -> str:
    """Sentences for what speaks against an answer; never that it was an attention check."""
    return " ".join(reasons_in_words(strings, [one for one in record.checks if one.get("check") != GOLD]))


def why(strings: Strings, reason: dict[str, Any]) -> tuple[str, str]:
    """Why an item has its place in the queue: in a few words, and with all its figures."""
    words, rule = strings.annotate_why, str(reason.get("rule", ""))
    figures = {name: reason.get(name) for name in ("uncertainty", "disagreement", "diversity")}
    known = {name: value for name, value in figures.items() if isinstance(value, int | float)}
    if rule != "active":
        return words.get(rule, ""), words.get(f"{rule}_hint", "")
    if known.get("disagreement", 0) >= DISAGREE or not known:
        chief = "disagreement" if known else "active"
    else:
        chief = "uncertainty" if "uncertainty" in known else "diversity"
    told = ", ".join(f"{words[f'{name}_name']} {percent(value)}" for name, value in known.items())
    return words[chief], words["active_hint"].format(figures=told or "–")


def _said(strings: Strings, record: Answer) -> tuple[str, str]:
    """An answer in words, and a note on it."""
    words = strings.annotate
    if isinstance(record, CorrectionRecord):
        right = record.verdict == "right"
        return record.corrected_text, words.right if right else words.hter.format(hter=percent(record.hter))
    if record.kind == "rating":
        return words.rated.format(score=record.answer["score"], errors=len(record.answer["spans"])), ""
    return chosen(strings, [record.answer["ranks"][place] for place in record.answer["order"]]), ""


def _row(strings: Strings, source: str, record: Answer) -> dict[str, Any]:
    said, note = _said(strings, record)
    return {
        "id": record.id,
        "source": source,
        "said": said,
        "note": note,
        "set_aside": record.status == "quarantined",
    }


def chosen(strings: Strings, ranks: Sequence[int]) -> str:
    """A ranking in words: which number was best.

    Example: in English, `chosen(strings, [2, 1])` is `2 is better`."""
    best = [str(place) for place, rank in enumerate(ranks, start=1) if rank == min(ranks)]
    if len(best) == len(ranks):
        return strings.annotate.tied
    return strings.annotate.better.format(best=", ".join(best))
