"""Two systems on the same sentences: every measure with its tests, by length, sentence by sentence."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sacrebleu.metrics.chrf import CHRF

from core.evaluation.evaluate import by_length_rows, translate_all
from core.evaluation.measures import make_metrics
from core.evaluation.references import EvaluationSet, read_outputs
from core.evaluation.significance import Comparison, compare_outputs
from core.options import DecodeOptions
from core.translator import Translator


@dataclass(frozen=True)
class System:
    """What one side wrote."""

    name: str
    """Model id, or the name of the file."""
    texts: tuple[str, ...]
    by_length: tuple[dict[str, Any], ...]
    chrf: tuple[float, ...]
    """Of each sentence."""


@dataclass(frozen=True)
class ComparisonReport:
    """A and B over one set of sentences."""

    held_out: EvaluationSet
    a: System
    b: System
    measures: tuple[Comparison, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a program; without the sentences."""
        return {
            "a": self.a.name,
            "b": self.b.name,
            "data": self.held_out.name,
            "direction": self.held_out.direction,
            "sentences": len(self.held_out.sources),
            "measures": [{**asdict(row), "difference": row.difference} for row in self.measures],
            "by_length": {"a": self.a.by_length, "b": self.b.by_length},
        }


def outputs_of(
    path: Path, held_out: EvaluationSet, options: DecodeOptions, device: str
) -> tuple[str, list[str]]:
    """(name, texts): what the model in a folder writes, or what a file holds, a line for each source."""
    if not path.is_dir():
        return path.name, read_outputs(path, held_out)
    translator = Translator.load(path, device)
    found = translate_all(translator, held_out, options)
    return translator.model_id, [item.best.text for item in found]


def compare(
    a: tuple[str, list[str]], b: tuple[str, list[str]], held_out: EvaluationSet, phones: bool = False
) -> ComparisonReport:
    """Both sides as `outputs_of` gives them."""
    metrics = make_metrics(held_out.target, phones)
    measures = compare_outputs(a[1], b[1], held_out.references, metrics)
    return ComparisonReport(held_out, _system(a, held_out), _system(b, held_out), tuple(measures))


def _system(named: tuple[str, list[str]], held_out: EvaluationSet) -> System:
    name, texts = named
    rows = by_length_rows(held_out.sources, texts, held_out.references, held_out.target)
    metric = CHRF()
    chrf = [
        float(metric.sentence_score(text, list(references)).score)
        for text, references in zip(texts, held_out.references, strict=True)
    ]
    return System(name, tuple(texts), tuple(rows), tuple(chrf))
