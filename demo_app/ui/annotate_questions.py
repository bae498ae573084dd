"""What the desk sends, checked once: every field as it must be, or a sentence. Knows no service."""

import hashlib
from typing import Any, get_args

from core.errors import InputError
from demo_app.services.judging import Comparison, Form, Rating
from demo_app.services.notes import check_note
from demo_app.services.people import Person
from demo_app.services.turns import PostEdit
from demo_app.store.project_records import Task
from demo_app.store.records import Verdict

MAX_DIFF_CHARS = 20_000
"""Longer texts than that are no item; the live diff leaves them alone."""


def read_text(question: Any, name: str) -> str:
    """A field that is text, empty where it is missing; raises `InputError` for anything else."""
    value = question.get(name) if isinstance(question, dict) else None
    if value is not None and not isinstance(value, str):
        raise InputError(f"`{name}` must be text, but is a {type(value).__name__}.")
    return value or ""


def read_revision(question: Any) -> int:
    """The revision that the person saw; raises `InputError`."""
    value = question.get("revision") if isinstance(question, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(f"`revision` must be a whole number from 1, but is {value!r}.")
    return value


def read_edit(question: Any, person: Person) -> PostEdit:
    """A correction; raises `InputError`."""
    verdict = read_text(question, "verdict")
    if verdict not in get_args(Verdict):
        raise InputError(f"`verdict` must be corrected or right, but is {verdict[:20]!r}.")
    return PostEdit(
        text=read_text(question, "text"),
        verdict="right" if verdict == "right" else "corrected",
        duration_s=_read_seconds(question),
        comment=_read_comment(question),
        id=_read_id(question, person),
    )


def read_form(question: Any, task: Task, person: Person) -> Form:
    """A rating or a comparison; raises `InputError`. What is in it, the services check."""
    fields: dict[str, Any] = question if isinstance(question, dict) else {}
    said: dict[str, Any] = {
        "comment": _read_comment(question),
        "duration_s": _read_seconds(question),
        "id": _read_id(question, person),
    }
    if task == "rating":
        return Rating(score=fields.get("score", -1), spans=fields.get("spans", ()), **said)
    ranks = fields.get("ranks")
    if not isinstance(ranks, list):
        raise InputError("`ranks` must be a list with a whole number for each translation.")
    return Comparison(ranks=ranks, **said)


def _read_comment(question: Any) -> str:
    comment = read_text(question, "comment")
    check_note(comment)
    return comment


def _read_seconds(question: Any) -> float:
    value = question.get("seconds") if isinstance(question, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InputError(f"`seconds` must be a number, but is {value!r}.")
    return float(value)


def _read_id(question: Any, person: Person) -> str | None:
    """The same for the same answer sent twice, so that it is stored once; nobody else's gives it."""
    slot, once = read_text(question, "slot"), read_text(question, "once")
    if not slot or not once:
        return None
    return hashlib.sha256(f"{person.id or ''}\n{slot}\n{once}".encode()).hexdigest()[:32]
