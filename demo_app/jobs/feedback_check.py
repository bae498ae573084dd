"""Whether corrections are what the server would set aside if they were made now. Nobody asked that of those
that were imported, and people released others."""

from collections.abc import Callable, Sequence

from core.evaluation.gate import Feedback
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
) -> Feedback:
    """How many of them are doubtful. Of more than `at_most` every second is looked at, or every third, and
    so on, until they are no more than that. `watch` is told how many more were looked at; what it raises ends
    the call."""
    drawn = examples[:: max(1, -(-len(examples) // at_most))]
    only = _One(model)
    gate = Gate(only, only, LangidDetector(), MAX_PIECES)
    doubtful = 0
    for candidate in _candidates(drawn, model):
        doubtful += gate.assess(candidate).status == "quarantined"
        watch(1)
    return Feedback(len(drawn), doubtful)


def _candidates(examples: Sequence[FeedbackExample], model: Translator) -> list[Candidate]:
    """Each beside what the model says of its source now."""
    by_way: dict[Direction, list[FeedbackExample]] = {}
    for one in examples:
        by_way.setdefault(one.direction, []).append(one)
    found = []
    for (source, target), group in by_way.items():
        own = model.translate_segments([one.source for one in group], source, target, GreedyOptions())
        found += [
            Candidate(
                source_language=source,
                target_language=target,
                source_text=one.source,
                machine_text=said.hypotheses[0].text,
                corrected_text=one.target,
                verdict="right" if one.target == said.hypotheses[0].text else "corrected",
                model_id="",
            )
            for one, said in zip(group, own, strict=True)
        ]
    return found
