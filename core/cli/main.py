"""`python -m core`: all commands under one name. Only what was asked for goes to stdout."""

import logging
import sys

import typer

from core.cli.align import align
from core.cli.card import card
from core.cli.convert import convert
from core.cli.data import data
from core.cli.evaluate import evaluate
from core.cli.fetch import fetch
from core.cli.finetune import finetune
from core.cli.guide import guide
from core.cli.robustness import robustness
from core.cli.synthesize import synthesize
from core.cli.train import train
from core.cli.translate import translate
from core.errors import InterlinearError


def make_app() -> typer.Typer:
    """Each command under the name of its function."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    for command in (
        data,
        train,
        translate,
        evaluate,
        card,
        robustness,
        align,
        guide,
        finetune,
        synthesize,
        convert,
        fetch,
    ):
        app.command()(command)
    return app


def main() -> None:
    """Run a command; an error of ours is one line on stderr and exit status 1."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("sacrebleu").setLevel(logging.WARNING)  # else it tells each step of its tests
    try:
        make_app()()
    except InterlinearError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
