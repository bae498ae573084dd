"""What a selection holds, counted while it is written. Knows no SQL."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import History, Selection

HTER_STEPS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Upper ends of the classes of HTER, each included; the last class is above them all."""


@dataclass
class Tally:
    """Of the newest revisions that went by. Not safe to share between threads."""

    total: int = 0
    deleted: int = 0
    languages: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By source and target."""
    verdicts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    """By the one that the writer of the text had accepted; empty where nobody was asked."""
    hter_signatures: Counter[str] = field(default_factory=Counter)
    hter_sum: float = 0.0
    hter_classes: Counter[int] = field(default_factory=Counter)
    """By place in `HTER_STEPS`."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    """Oldest and newest time at which one was first saved."""

    def watch(self, selection: Selection) -> Selection:
        """The same selection; what is taken from it is counted."""
        return replace(selection, histories=self._counted(selection))

    def summary(self) -> dict[str, Any]:
        """Plain values, largest first."""
        return {
            "total": self.total,
            "directions": {"-".join(pair): count for pair, count in self.languages.most_common()},
            "verdicts": dict(self.verdicts.most_common()),
            "mean_hter": self.mean_hter,
        }

    @property
    def mean_hter(self) -> float | None:
        """None while there is nothing to average."""
        return self.hter_sum / self.total if self.total else None

    def _counted(self, selection: Selection) -> Iterator[History]:
        for history in selection.histories:
            self._count(history[-1])
            yield history

    def _count(self, record: CorrectionRecord) -> None:
        self.total += 1
        self.deleted += record.deleted_at is not None
        self.languages[record.source_language, record.target_language] += 1
        self.verdicts[record.verdict] += 1
        self.statuses[record.status] += 1
        self.models[record.model_id] += 1
        self.licences[record.licence or ""] += 1
        self.hter_signatures[record.hter_signature] += 1
        self.hter_sum += record.hter
        self.hter_classes[bisect_left(HTER_STEPS, record.hter)] += 1
        self.first_at = min(self.first_at or record.created_at, record.created_at)
        self.last_at = max(self.last_at or record.created_at, record.created_at)
