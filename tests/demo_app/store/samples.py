"""Small true-to-life translations and stores to put them in."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from core.options import BeamOptions
from core.results import Hypothesis, Origin, SegmentTranslation, Translation
from demo_app.store.database import Store, open_store
from demo_app.store.records import UNCHECKED, Assessment, CorrectionRecord, NewCorrection

MODEL_ID = "fr-en@0123456789ab"


def url_of(path: Path) -> str:
    return f"sqlite:///{quote(str(path))}"


def ticking_clock() -> Callable[[], datetime]:
    """One second later at every look."""
    ticks = itertools.count()
    start = datetime(2026, 3, 29, 0, 59, 58, 123456, tzinfo=UTC)
    return lambda: start + timedelta(seconds=next(ticks))


def counting_ids(prefix: str = "id") -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"


@cache
def _empty() -> bytes:
    """An SQLite file with every table and no row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        open_at(path).close()
        return path.read_bytes()


def empty_at(path: Path) -> str:
    """URL of a database without a row. Its tables are copied: making them takes longer than most tests."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())
    return url_of(path)


def open_empty(path: Path, prefix: str = "id") -> Store:
    """A new one."""
    empty_at(path)
    return open_at(path, prefix)


def open_at(path: Path, prefix: str = "id", busy_timeout_s: float = 5.0) -> Store:
    return open_store(
        url_of(path), clock=ticking_clock(), new_id=counting_ids(prefix), busy_timeout_s=busy_timeout_s
    )


def hypothesis(text: str, score: float = -0.25) -> Hypothesis:
    return Hypothesis(
        text=text,
        ids=(17, 5, 3),
        pieces=("▁some", "thing", "</s>"),
        token_log_probs=(-0.1, -0.30000000000000004, -1e-7),
        score=score,
        finished=True,
    )


def translation(
    source: str = "Il pleut sur le pont.",
    *targets: str,
    direction: tuple[str, str] = ("fr", "en"),
) -> Translation:
    """One segment; the targets are its n-best list."""
    texts = targets or ("It rains on the bridge.", "It is raining on the bridge.")
    segment = SegmentTranslation(
        source_text=source,
        source_ids=(6, 11, 13, 3),
        source_pieces=("<2en>", "▁Il", "▁pleut", "</s>"),
        hypotheses=tuple(hypothesis(text, -0.25 - rank) for rank, text in enumerate(texts)),
        separator="\n",
    )
    made_with = Origin("0123456789ab" * 5, "ba9876543210" * 5, "interlinear:0|torch:0|device:cpu")
    segments = segment, segment
    return Translation(*direction, source, segments, BeamOptions(n_best=2), MODEL_ID, 0.125, made_with)


def correct(
    store: Store,
    text: str,
    source: str = "Il pleut.",
    machine: str = "It rain.",
    assessed: Assessment = UNCHECKED,
) -> CorrectionRecord:
    """A translation and a person's correction of it."""
    shown = store.translations.add(translation(source, machine))
    return store.corrections.add(NewCorrection(shown.id, 0, 0, text, "corrected", 4.5), assessed)
