"""What the Review tab sends, checked once: every field as it must be, or a sentence. Knows no service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.config import require_choice
from core.errors import ConfigError, InputError
from demo_app.services.judging import Comparison, Form, Rating
from demo_app.store.judgement_records import JUDGEMENT_KINDS
from demo_app.ui.components.values import read_page

Kind = Literal["correction", "rating", "comparison"]
KINDS: tuple[Kind, ...] = ("correction", *JUDGEMENT_KINDS)


@dataclass(frozen=True, kw_only=True)
class QueueAsked:
    """Which part of what awaits review."""

    kind: Kind
    status: str
    project_id: str | None
    page: int


@dataclass(frozen=True, kw_only=True)
class DecisionAsked:
    """What a reviewer decided about one version."""

    kind: Kind
    id: str
    revision: int
    """That they saw."""
    number: int
    """As the page counts versions, from 1."""
    text: str | None
    """Written in its place; None leaves it."""
    form: Form | None
    """The same for a rating or a comparison."""
    reason: str
    item_id: str
    revisions: Mapping[str, int]
    """Of all versions that awaited a decision when they looked."""


def read_queue(queue: Any) -> QueueAsked:
    """The filters and the page; raises `ConfigError`."""
    query = _dict(_dict(queue).get("query"))
    return QueueAsked(
        kind=_kind(query.get("kind") or "correction"),
        status=str(query.get("status") or "submitted"),
        project_id=str(query.get("project") or "") or None,
        page=read_page(queue),
    )


def read_rows(queue: Any) -> list[str]:
    """Ids of the rows that the page shows."""
    rows = _dict(queue).get("rows")
    return [str(_dict(row).get("id")) for row in rows] if isinstance(rows, list) else []


def read_decision(item: Any) -> DecisionAsked:
    """Raises `InputError` where nothing was asked."""
    fields = _dict(item)
    asked = fields.get("asked")
    if not isinstance(asked, dict):
        raise InputError("A decision must be about a version, but none is open; choose a text first.")
    text = asked.get("text")
    if text is not None and not isinstance(text, str):
        raise InputError(f"`text` must be text, but is a {type(text).__name__}.")
    revisions, kind = _dict(asked.get("revisions")), _kind(fields.get("kind"))
    return DecisionAsked(
        kind=kind,
        id=str(asked.get("id") or ""),
        revision=_whole("revision", asked.get("revision")),
        number=_whole("number", asked.get("number")),
        text=text,
        form=_form(kind, asked.get("answer")),
        reason=str(asked.get("reason") or ""),
        item_id=str(fields.get("item") or ""),
        revisions={str(id_): _whole("revision", number) for id_, number in revisions.items()},
    )


def _kind(value: Any) -> Kind:
    require_choice("kind", value, KINDS)
    return next(kind for kind in KINDS if kind == value)


def _form(kind: Kind, answer: Any) -> Form | None:
    """What is in it, the services check; comment and time are the annotator's."""
    if answer is None or kind == "correction":
        return None
    said = _dict(answer)
    if kind == "rating":
        return Rating(score=said.get("score", -1), spans=said.get("spans", ()), duration_s=0)
    ranks = said.get("ranks")
    return Comparison(ranks=ranks if isinstance(ranks, list) else [], duration_s=0)


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigError(f"`{name}` must be a whole number from 1, but is {value!r}.")
    return value


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
