"""`python -m core translate`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Annotated, Any

import typer

from core.cli.flags import Beam, Device, Greedy, Json, Model, Penalty, Source, Target, decode_options
from core.options import DecodeOptions
from core.results import Hypothesis, SegmentTranslation
from core.text.normalize import normalize
from core.translator import Translator

_LINES_AT_ONCE = 512


def translate(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    n_best: Annotated[int, typer.Option("--n-best", help="Translations a line, 1 to the beam size.")] = 1,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Translate stdin to stdout: one segment a line, exactly one line each.

    Several translations of a line are joined by tabs; a blank line stays blank."""
    translator = Translator.load(model, device)
    options = decode_options(beam, greedy, length_penalty, n_best)
    translator.require_direction(source, target)
    lines = (raw.decode("utf-8", "replace") for raw in sys.stdin.buffer)
    while block := list(islice(lines, _LINES_AT_ONCE)):
        for item in _translate_lines(translator, block, source, target, options):
            sys.stdout.buffer.write((_json_line(item) if as_json else _plain_line(item)).encode() + b"\n")
        sys.stdout.buffer.flush()


def _translate_lines(
    translator: Translator, lines: list[str], source: str, target: str, options: DecodeOptions
) -> Iterator[SegmentTranslation | None]:
    """One result a line, in order; None for a blank one."""
    texts = [normalize(line).replace("\n", " ") for line in lines]
    found = iter(translator.translate_segments([text for text in texts if text], source, target, options))
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
