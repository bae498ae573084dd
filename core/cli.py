"""`python -m core`: train, translate, evaluate. Only what was asked for goes to stdout."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from core.config import BeamOptions, DecodeOptions, GreedyOptions
from core.device import choose_device
from core.errors import ConfigError, InterlinearError
from core.results import Hypothesis, SegmentTranslation
from core.text.normalize import normalize
from core.training.evaluate import evaluate_file
from core.training.recipe import read_recipe
from core.training.run import train as run_training
from core.translator import Translator

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_LINES_AT_ONCE = 512

Model = Annotated[Path, typer.Option("--model", help="Model folder.")]
Source = Annotated[str, typer.Option("--source", help="Language code of the input, as in fr.")]
Target = Annotated[str, typer.Option("--target", help="Language code of the output, as in en.")]
Beam = Annotated[int, typer.Option("--beam", help="Beam size, 1 to 32.")]
Greedy = Annotated[bool, typer.Option("--greedy", help="Greedy search instead of beam search.")]
Penalty = Annotated[float, typer.Option("--length-penalty", help="Exponent of the length penalty, 0 to 5.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of plain text.")]


def decode_options(beam: int, greedy: bool, length_penalty: float, n_best: int) -> DecodeOptions:
    """The options that the flags ask for."""
    if not greedy:
        return BeamOptions(beam_size=beam, length_penalty=length_penalty, n_best=n_best)
    if n_best != 1:
        raise ConfigError(f"Greedy search finds one translation, so `n_best` must be 1, but is {n_best}.")
    return GreedyOptions()


@app.command()
def train(
    recipe: Annotated[Path, typer.Option(help="TOML file that describes the run.")],
    data: Annotated[Path, typer.Option(help="Folder of the corpora that the recipe names.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; the model comes to OUT/model.")],
    device: Device = "auto",
    epochs: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train a model, or go on with a run that was interrupted."""
    plan = read_recipe(recipe)
    if epochs is not None:
        plan = replace(plan, training=replace(plan.training, epochs=epochs))
    print(run_training(plan, data, out, choose_device(device)))


@app.command()
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


@app.command()
def evaluate(  # noqa: PLR0913 - each parameter is a flag
    model: Model,
    source: Source,
    target: Target,
    data: Annotated[Path, typer.Option(help="TSV or JSONL of pairs, plain or .gz.")],
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    limit: Annotated[int, typer.Option(help="Only the first so many pairs; 0 means all.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """BLEU, chrF and TER of a model on a file of pairs, with sacreBLEU's signatures."""
    translator = Translator.load(model, device)
    options = decode_options(beam, greedy, length_penalty, 1)
    report = evaluate_file(translator, data, source, target, options, limit)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    for name in ("bleu", "chrf", "ter"):
        print(f"{name:5} {report[name]:6.2f}   {report['signatures'][name]}")
    print(
        f"{report['sentences']} sentences, {report['sentences_per_s']:.1f} a second, "
        f"model {report['model_id']}"
    )


def main() -> None:
    """Run a command; an error of ours is one line on stderr and exit status 1."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        app()
    except InterlinearError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
