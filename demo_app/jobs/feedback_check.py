"""Whether corrections are what the server would set aside if they were made now. Nobody asked that of those
that were imported, and people released others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.options import GreedyOptions
from core.training.feedback import Direction, FeedbackExample
from core.translator import Translator
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.gate import Gate
from demo_app.services.quality.languages import LangidDetector

MAX_CHECKED = 1_000
"""34 to 57 ms each on one core (`benchmarks/bench_feedback_check.py`); more would tell little more."""
MAX_PIECES = 200
"""Longer corrections are not shown to the model; as a server does that is not told otherwise."""


@dataclass(frozen=True)
class Doubt:
    """A correction that would be set aside."""

    place: int
    """Among those that were given."""
    findings: tuple[dict[str, Any], ...]
    """What speaks against it, as the store keeps it of a correction."""


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what of it is doubtful."""

    count: int
    doubts: tuple[Doubt, ...]
    """In the order of what was given."""


class _One:
    """The model in use stands for whichever wrote the text, and nothing is a duplicate."""

    def __init__(self, model: Translator) -> None:
        self._model = model

    def by_id(self, _: str) -> Translator:
        return self._model

    def find_same(
        self, languages: tuple[str, str], source_text: str, corrected_text: str, ignoring: str = ""
    ) -> str | None:
        return None


def check_feedback(
    examples: Sequence[FeedbackExample],
    model: Translator,
    at_most: int = MAX_CHECKED,
    watch: Callable[[int], object] = lambda checked: None,
) -> Checked:
    """Which of them are doubtful. Of more than `at_most` every second is looked at, or every third, and
    so on, until they are no more than that. `watch` is told how many more were looked at; what it raises ends
    the call."""
    places = range(0, len(examples), max(1, -(-len(examples) // at_most)))
    only = _One(model)
    gate = Gate(only, only, LangidDetector(), MAX_PIECES)
    doubts = []
    for place, candidate in _candidates({place: examples[place] for place in places}, model):
        assessed = gate.assess(candidate)
        if assessed.status == "quarantined":
            doubts.append(Doubt(place, assessed.checks))
        watch(1)
    return Checked(len(places), tuple(sorted(doubts, key=lambda one: one.place)))


def _candidates(
    examples: Mapping[int, FeedbackExample], model: Translator
) -> Iterator[tuple[int, Candidate]]:
    """Each beside what the model says of its source now; one direction after the other."""
    by_way: dict[Direction, list[int]] = {}
    for place, one in examples.items():
        by_way.setdefault(one.direction, []).append(place)
    for (source, target), group in by_way.items():
        sources = [examples[place].source for place in group]
        own = model.translate_segments(sources, source, target, GreedyOptions())
        for place, said in zip(group, own, strict=True):
            machine, corrected = said.hypotheses[0].text, examples[place].target
            yield (
                place,
                Candidate(
                    source_language=source,
                    target_language=target,
                    source_text=examples[place].source,
                    machine_text=machine,
                    corrected_text=corrected,
                    verdict="right" if corrected == machine else "corrected",
                    model_id="",
                ),
            )
