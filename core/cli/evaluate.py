"""`python -m core evaluate`: one model, or two systems against each other."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.flags import Beam, Device, Greedy, Json, Penalty, Source, Target, decode_options
from core.cli.tables import comparison_table, report_table
from core.errors import ConfigError
from core.evaluation.compare import compare, outputs_of
from core.evaluation.evaluate import evaluate as measure
from core.evaluation.references import read_evaluation_set
from core.report.page import comparison_page
from core.translator import Translator

_Any = typer.Option(
    "--any-reference", help="Lines with one source count once; each of their targets is right."
)
_Page = typer.Option("--page", help="HTML page that --compare writes.")


def evaluate(  # noqa: PLR0913 - each parameter is a flag
    source: Source,
    target: Target,
    data: Annotated[Path, typer.Option(help="TSV or JSONL of pairs, plain or .gz.")],
    model: Annotated[Path | None, typer.Option(help="Model folder.")] = None,
    systems: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--compare", help="Two model folders or files of outputs, A and B.", metavar="A B"),
    ] = None,
    beam: Beam = 5,
    greedy: Greedy = False,
    length_penalty: Penalty = 1.0,
    n_best: Annotated[int, typer.Option("--n-best", help="Hypotheses for the measures of diversity.")] = 1,
    limit: Annotated[int, typer.Option(help="Only the first so many pairs; 0 means all.")] = 0,
    any_reference: Annotated[bool, _Any] = False,
    phones: Annotated[bool, typer.Option("--phones", help="Phoneme error rate too.")] = False,
    page: Annotated[Path, _Page] = Path("comparison.html"),
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Everything that can be measured of a model on a file of pairs; or of two systems, with p-values."""
    if (model is None) == (systems is None):
        raise ConfigError("Say what to evaluate: either `--model DIR` or `--compare A B`.")
    options = decode_options(beam, greedy, length_penalty, n_best)
    held_out = read_evaluation_set(data, source, target, limit, any_reference)
    if model is not None:
        report = measure(Translator.load(model, device), held_out, options, phones)
        _show(report, report_table(report), as_json)
        return
    assert systems is not None
    if not page.parent.is_dir():
        raise ConfigError(f"The folder of `--page` must exist, but {page.parent} does not.")
    a, b = (outputs_of(path, held_out, options, device) for path in systems)
    comparison = compare(a, b, held_out, phones)
    page.write_text(comparison_page(comparison), encoding="utf-8")
    _show(comparison.to_dict(), comparison_table(comparison), as_json)


def _show(values: dict[str, Any], table: str, as_json: bool) -> None:
    print(json.dumps(values, ensure_ascii=False) if as_json else table)
