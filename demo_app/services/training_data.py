"""From a frozen snapshot to the files of a fine-tuning: to learn from, to watch, to judge. Knows no model."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.corpora.split import normalised
from core.errors import CorpusError, InputError
from core.text.normalize import has_forbidden, normalize
from core.training.feedback import FeedbackExample
from core.training.finetune_config import FinetuneConfig
from demo_app.jobs.corpora import Direction, Learner
from demo_app.services.judged_examples import not_rejected, preferred_examples, rated_examples, undisputed
from demo_app.services.split import Example, split
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import Selection

MIN_TRAIN = 10
"""Corrections without which nothing is started."""
MIN_DEV = 20
DEV_SHARE = 0.1
"""Of what is learned from, kept to tell when to stop; with fewer than `MIN_DEV` the last weights win."""
LEAST_WEIGHT = 0.05
"""Nobody's corrections count for nothing: those are a reviewer's to reject."""
MAX_TYPED = 5_000


@dataclass(frozen=True)
class TrainingData:
    """What goes into the job's folder."""

    files: dict[str, bytes]
    counts: dict[str, int]
    """For the report: what became of every record of the snapshot. Of those learned from, `disputed` ones
    teach what they want, but not what they reject."""


def make_training_data(
    selection: Selection,
    config: FinetuneConfig,
    model: Learner,
    trust: Mapping[str, float],
    typed: Callable[[str, str, int], list[str]],
    general: Iterable[FeedbackExample] = (),
) -> TrainingData:
    """Only what may be trained on, is of the model's directions, no longer than it can take, and fit to learn
    from.

    Preferences are learned from where what was rejected counts, ratings where they are the reward; nothing
    is judged by either. `trust` by id of the person, 1 for who is not in it. `typed` gives sentences that
    people typed, which stand in for the corpora where those are not on disk. What is equal to the `general`
    set, which judges as well, is not learned from. Raises `InputError` if too little is left."""
    written, disputed = undisputed([_example(one, trust) for one in selection.pairs()])
    every = [*written, *_judged(selection, config, written, trust)]
    usable = [one for one in every if _can_be_learned(one, model)]
    parts = split(usable)
    held_out = _written(parts.held_out)
    learned, dev = _learned(parts.train, general)
    counts = {
        "records": len(every),
        "unusable": len(every) - len(usable),
        "repeated": len(parts.repeated),
        "dropped": len(usable) - len(parts.repeated) - len(held_out) - len(dev) - len(learned),
        "held_out": len(held_out),
        "dev": len(dev),
        "learned": len(learned),
        "disputed": sum(one.id in disputed for one in learned),
    }
    _require_enough(counts, config, learned)
    files = _files(learned, dev, held_out) | _typed_files(model.directions, typed, usable)
    return TrainingData(files, counts)


def _require_enough(counts: Mapping[str, int], config: FinetuneConfig, learned: Sequence[Example]) -> None:
    if len(learned) < MIN_TRAIN:
        kept = sum(counts[name] for name in ("held_out", "dev", "dropped"))
        raise InputError(
            f"At least {MIN_TRAIN} corrections must be left to learn from, but there are {len(learned)}: of "
            f"{counts['records']}, {counts['unusable']} cannot be used, {counts['repeated']} repeat another, "
            f"and {kept} are kept to judge by or too like what is; collect more."
        )
    if config.reward == "rating" and len({one.rating for one in learned} - {None}) < 2:
        raise InputError(
            "With `reward = rating` at least two texts of different rating must be left to learn from, but "
            "are not; freeze a snapshot with its judgements, or rate more."
        )


def _learned(
    train: Sequence[Example], general: Iterable[FeedbackExample]
) -> tuple[list[Example], list[Example]]:
    """(what is learned from, what watches the training)."""
    again = split(train, DEV_SHARE, salt="dev:")
    dev = _written(again.held_out)
    learned, dev = (again.train, dev) if len(dev) >= MIN_DEV else (train, [])
    judged = {mark for one in general for mark in one.marks}
    return [one for one in learned if judged.isdisjoint(one.marks)], dev


def _judged(
    selection: Selection, config: FinetuneConfig, written: list[Example], trust: Mapping[str, float]
) -> list[Example]:
    """What the options have a use for."""
    weights, found = {person: _weight(value) for person, value in trust.items()}, []
    if config.learns_from_rejected:
        found = preferred_examples(selection.preferences, written, weights)
    if config.objective == "risk" and config.reward == "rating":
        rated = rated_examples(selection.ratings, weights)
        found += not_rejected(rated, (*written, *found)) if config.learns_from_rejected else rated
    return found


def _written(examples: Iterable[Example]) -> list[Example]:
    return [one for one in examples if not one.is_judged]


def _way(one: Example) -> Direction:
    return one.source_language, one.target_language


def _weight(trust: float) -> float:
    return min(1.0, max(LEAST_WEIGHT, trust))


def _example(one: CorrectionRecord, trust: Mapping[str, float]) -> Example:
    return Example(
        id=one.id,
        source_language=one.source_language,
        target_language=one.target_language,
        source=one.source_text,
        target=one.corrected_text,
        rejected=one.machine_text,
        weight=_weight(trust.get(one.user_id or "", 1.0)),
    )


def _files(learned: Sequence[Example], dev: list[Example], held_out: list[Example]) -> dict[str, bytes]:
    """Judged examples have a file of their own: nobody asks whether what a machine wrote fits its source."""
    files = {"feedback.jsonl": _lines(_written(learned)), "held_out.jsonl": _lines(held_out)}
    for name, examples in (("dev.jsonl", dev), ("judged.jsonl", [one for one in learned if one.is_judged])):
        if examples:
            files[name] = _lines(examples)
    return files


def _can_be_learned(one: Example, model: Learner) -> bool:
    try:
        made = FeedbackExample(one.source, one.target, _way(one))
    except CorpusError:
        return False
    return made.direction in model.directions and model.fits(made.source, made.target)


def _lines(examples: Iterable[Example]) -> bytes:
    rows = (
        {
            "id": one.id,
            "source": one.source,
            "target": one.target,
            "source_language": one.source_language,
            "target_language": one.target_language,
            "weight": one.weight,
            # What cannot be read again is left out: it is only what the machine wrote.
            **({"rejected": one.rejected} if _is_text(one.rejected) else {}),
            **({} if one.rating is None else {"rating": one.rating}),
        }
        for one in examples
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _is_text(text: str) -> bool:
    return bool(normalize(text)) and not has_forbidden(text)


def _typed_files(
    directions: Iterable[Direction], typed: Callable[[str, str, int], list[str]], usable: Iterable[Example]
) -> dict[str, bytes]:
    """One text a line. What people corrected is not among them: the machine's words are what they reject."""
    corrected = {normalised(text) for one in usable for text in (one.source, one.target)}
    files = {}
    for source, target in directions:
        texts = (normalize(text) for text in typed(source, target, MAX_TYPED))
        fit = [text for text in texts if text and "\n" not in text and not has_forbidden(text)]
        lines = [text for text in dict.fromkeys(fit) if normalised(text) not in corrected]
        if lines:
            files[f"typed.{source}-{target}.txt"] = "".join(line + "\n" for line in lines).encode()
    return files
