"""Corrections begun and not saved: they live in the page and go with each request, so no click loses one."""

from collections.abc import Sequence
from typing import Any

from demo_app.ui.shown import Shown

MAX_DRAFTS = 20
MAX_SPENT_S = 7 * 24 * 3600.0

_FIELDS = {"translation_id": str, "segment": int, "hypothesis": int, "text": str}


def draft_items(drafts: Any) -> list[dict[str, Any]]:
    """The unsaved corrections that the page sent, as far as they can be understood."""
    items = drafts.get("items") if isinstance(drafts, dict) else None
    if not isinstance(items, list):
        return []
    return [item for item in items if isinstance(item, dict) and _is_whole(item)]


def _is_whole(item: dict[str, Any]) -> bool:
    return all(isinstance(item.get(name), kind) for name, kind in _FIELDS.items())


def without_draft(items: Sequence[dict[str, Any]], shown: Shown) -> list[dict[str, Any]]:
    """All but the one of this sentence."""
    here = (shown.translation_id, shown.segment)
    return [item for item in items if (item["translation_id"], item["segment"]) != here]


def with_draft(
    items: Sequence[dict[str, Any]], shown: Shown, text: str, spent_s: float
) -> list[dict[str, Any]]:
    """What was typed for this sentence, kept with the seconds it took so far; the oldest of many goes."""
    draft = {
        "translation_id": shown.translation_id,
        "segment": shown.segment,
        "hypothesis": shown.hypothesis,
        "text": text,
        "spent_s": round(spent_s, 1),
    }
    return [*without_draft(items, shown), draft][-MAX_DRAFTS:]


def with_orphan(items: Sequence[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """A text whose sentence is not known any more: the server was started anew while it was being typed."""
    orphan = {"translation_id": "", "segment": 0, "hypothesis": 0, "text": text}
    return [*items, orphan][-MAX_DRAFTS:] if text.strip() else list(items)


def spent_on(item: dict[str, Any]) -> float:
    """Seconds that the draft took when it was left; 0 where the page does not say."""
    spent_s = item.get("spent_s")
    return float(spent_s) if isinstance(spent_s, int | float) and 0 < spent_s < MAX_SPENT_S else 0.0


def draft_value(items: Sequence[dict[str, Any]], shown: Shown) -> dict[str, Any]:
    """Value for the page, which hides the draft of the sentence that is open and says which that is."""
    here = [shown.translation_id, shown.segment]
    marked = [{**item, "shown": [item["translation_id"], item["segment"]] == here} for item in items]
    return {"items": marked, "here": here}


def is_of(drafts: Any, shown: Shown) -> bool:
    """False where the page still had another sentence open when it sent what it sent."""
    here = drafts.get("here") if isinstance(drafts, dict) else None
    return here is None or here == [shown.translation_id, shown.segment]
