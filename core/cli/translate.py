"""`python -m core translate`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli import search
from core.cli.asked import Asked
from core.cli.flags import Beam, Device, Greedy, Json, Model, Penalty, Source, Target
from core.ensembles import ensemble_of
from core.errors import ConfigError, TextTooLongError
from core.neighbours import with_examples
from core.options import DecodeOptions, KnnOptions, SamplingOptions
from core.results import Hypothesis, SegmentTranslation
from core.text.corpus import read_pairs
from core.text.normalize import normalize
from core.translator import Translator

_LINES_AT_ONCE = 512

Glossary = Annotated[Path | None, typer.Option("--glossary", help="TSV: source phrase, what it must become.")]
Forbid = Annotated[list[str] | None, typer.Option("--forbid", help="Word not to write; may be repeated.")]
Prefixes = Annotated[Path | None, typer.Option("--prefix-file", help="What each line must start with.")]
Examples = Annotated[
    Path | None, typer.Option("--examples", help="Pairs, as corrections, that neighbours are taken from.")
]
Weight = Annotated[
    float | None, typer.Option("--examples-weight", help="Of the neighbours beside the model, 0 to 1.")
]
Others = Annotated[list[Path] | None, typer.Option("--ensemble", help="One more model; may be repeated.")]


def translate(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    n_best: Annotated[int, typer.Option("--n-best", help="Translations a line.")] = 1,
    coverage_penalty: search.Coverage = None,
    groups: search.Groups = None,
    diversity: search.Diversity = None,
    sample: search.Sample = False,
    temperature: search.Temperature = None,
    top_k: search.TopK = None,
    top_p: search.TopP = None,
    seed: search.Seed = None,
    mbr: search.Mbr = 0,
    max_length: search.MaxLength = 0,
    min_length: search.MinLength = 0,
    no_repeat_ngram: search.NoRepeat = 0,
    repetition_penalty: search.Repetition = 1.0,
    glossary: Glossary = None,
    forbid: Forbid = None,
    prefix_file: Prefixes = None,
    examples: Examples = None,
    examples_weight: Weight = None,
    ensemble: Others = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Translate stdin to stdout: one segment a line, exactly one line each.

    Several translations of a line are joined by tabs; a blank line stays blank."""
    given = locals()
    flags = search.SearchFlags(**{field.name: given[field.name] for field in fields(search.SearchFlags)})
    options = flags.options(needs_beam=glossary is not None)
    translator = _load([model, *(ensemble or [])], device)
    translator = _prepared(translator, examples, (source, target), examples_weight)
    asked = Asked(glossary, prefix_file, forbid or [])
    _Job(translator, source, target, options, mbr and n_best, asked).run(as_json)


def _load(folders: list[Path], device: str) -> Translator:
    translators = [Translator.load(folder, device) for folder in folders]
    return translators[0] if len(translators) == 1 else ensemble_of(translators)


def _prepared(
    translator: Translator, examples: Path | None, direction: tuple[str, str], weight: float | None
) -> Translator:
    """For the direction, with examples at hand where they are given."""
    translator.require_direction(*direction)
    if examples is None:
        if weight is not None:
            raise ConfigError("`--examples-weight` needs examples; say where they are with `--examples`.")
        return translator
    pairs = [(normalize(first), normalize(second)) for first, second in read_pairs(examples, *direction)]
    whole = [pair for pair in pairs if all(pair)]
    options = KnnOptions() if weight is None else KnnOptions(weight=weight)
    return with_examples(translator, whole, direction[1], options)


@dataclass(frozen=True)
class _Job:
    """How to translate every line."""

    translator: Translator
    source: str
    target: str
    options: DecodeOptions
    least_risk: int
    """Of how many samples with the least risk to write, best first; 0 writes what the search finds."""
    asked: Asked

    def run(self, as_json: bool) -> None:
        """Standard input to standard output; `TextTooLongError` at the end names the lines left blank."""
        lines = (normalize(raw.decode("utf-8", "replace")).replace("\n", " ") for raw in sys.stdin.buffer)
        numbers, too_long = count(1), list[str]()
        while block := list(islice(lines, _LINES_AT_ONCE)):
            short = [self._fits(text) for text in block]
            too_long += [str(number) for fits, number in zip(short, numbers, strict=False) if not fits]
            kept = [text if fits else "" for text, fits in zip(block, short, strict=True)]
            for item in self._translate(kept):
                line = _json_line(item) if as_json else _plain_line(item)
                sys.stdout.buffer.write(line.encode() + b"\n")
            sys.stdout.buffer.flush()
        if too_long:
            raise TextTooLongError(
                f"A line may have at most {self.translator.model.max_positions} pieces for this model, but "
                f"these have more and were left blank: {', '.join(too_long)}; split them."
            )

    def _fits(self, text: str) -> bool:
        return self.translator.fits(self.translator.encode_source(text, self.target))

    def _translate(self, texts: list[str]) -> Iterator[SegmentTranslation | None]:
        """One result a line, in order; None for a blank one."""
        asked = [self.asked.of(text) for text in texts]
        kept = [pair for pair in zip(texts, asked, strict=True) if pair[0]]
        arguments = ([text for text, _ in kept], self.source, self.target)
        constraints = [one for _, one in kept]
        if self.least_risk and isinstance(self.options, SamplingOptions):
            items = self.translator.minimum_risk(*arguments, self.options, constraints)
            items = [replace(item, hypotheses=item.hypotheses[: self.least_risk]) for item in items]
        else:
            items = self.translator.translate_segments(*arguments, self.options, constraints)
        found = iter(items)
        for text in texts:
            yield next(found) if text else None


def _plain_line(item: SegmentTranslation | None) -> str:
    if item is None:
        return ""
    return "\t".join(" ".join(hypothesis.text.split()) for hypothesis in item.hypotheses)


def _json_line(item: SegmentTranslation | None) -> str:
    if item is None:
        return json.dumps({"source": "", "hypotheses": []})
    hypotheses = [_hypothesis_values(hypothesis) for hypothesis in item.hypotheses]
    return json.dumps({"source": item.source_text, "hypotheses": hypotheses}, ensure_ascii=False)


def _hypothesis_values(hypothesis: Hypothesis) -> dict[str, Any]:
    return {**asdict(hypothesis), "log_prob": hypothesis.log_prob}
