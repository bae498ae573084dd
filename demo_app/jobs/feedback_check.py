"""Whether corrections are what the server would set aside if they were made now. Nobody asked that of those
that were imported, and people released others."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from core.evaluation.gate import Feedback
from core.options import GreedyOptions
from core.training.feedback import FeedbackExample
from core.translator import Translator
from demo_app.services.quality.findings import Candidate
from demo_app.services.quality.gate import Gate
from demo_app.services.quality.languages import LangidDetector

MAX_CHECKED = 1_000
"""30 ms each on a CPU; more would tell little more."""
_MAX_PIECES = 200


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


def check_feedback(examples: Sequence[FeedbackExample], model: Translator) -> Feedback:
    """How many of them are doubtful; of more than `MAX_CHECKED`, of as many, spread evenly."""
    drawn = examples[:: -(-len(examples) // MAX_CHECKED) or 1]
    only = _One(model)
    gate = Gate(only, only, LangidDetector(), _MAX_PIECES)
    doubtful = sum(gate.assess(candidate).status == "quarantined" for candidate in _candidates(drawn, model))
    return Feedback(len(drawn), doubtful)


def _candidates(examples: Sequence[FeedbackExample], model: Translator) -> list[Candidate]:
    """Each beside what the model says of its source now."""
    found = []
    for (source, target), group in groupby(
        sorted(examples, key=attrgetter("direction")), attrgetter("direction")
    ):
        same_way = list(group)
        own = model.translate_segments([one.source for one in same_way], source, target, GreedyOptions())
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
            for one, said in zip(same_way, own, strict=True)
        ]
    return found
