"""`python -m core finetune`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core.checkpoint import load_checkpoint
from core.cli.flags import Device
from core.device import choose_device
from core.training.feedback import FeedbackExample, read_feedback, without_judged
from core.training.finetune import TuningData
from core.training.finetune import finetune as tune
from core.training.finetune_config import FinetuneConfig, read_finetune_config
from core.training.finetune_replay import PseudoReplay, replay_pairs
from core.translator import Translator

Files = list[Path] | None
_Replay = typer.Option("--replay", help="Corpus of pairs that keep the model from forgetting.")
_Pseudo = typer.Option("--pseudo-replay", help="Texts, as x.fr-en.txt, that the base labels as replay.")
_MadeUp = typer.Option("--made-up", help="Texts whose translations, drawn by the base, it labels as replay.")
_General = typer.Option("--general", help="Corpus on which the model must not get worse.")


def finetune(  # noqa: PLR0913 - each parameter is a flag
    base: Annotated[Path, typer.Option(help="Model folder to learn on from; it stays as it is.")],
    feedback: Annotated[list[Path], typer.Option(help="JSONL or TSV of corrections; may be repeated.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; the model comes to OUT/model.")],
    replay: Annotated[Files, _Replay] = None,
    pseudo_replay: Annotated[Files, _Pseudo] = None,
    made_up: Annotated[Files, _MadeUp] = None,
    held_out: Annotated[Files, typer.Option("--held-out", help="Feedback that is not learned from.")] = None,
    general: Annotated[Files, _General] = None,
    config: Annotated[Path | None, typer.Option(help="TOML of options; the flags below win.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the feedback.")] = None,
    learning_rate: Annotated[float | None, typer.Option("--learning-rate", help="Peak.")] = None,
    replay_ratio: Annotated[float | None, typer.Option("--replay-ratio", help="Pairs an example.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of order, dropout and draws.")] = None,
    device: Device = "auto",
) -> None:
    """Let a model learn on from feedback, or go on with a run that was interrupted."""
    flags = {"epochs": epochs, "learning_rate": learning_rate, "replay_ratio": replay_ratio, "seed": seed}
    given = {name: value for name, value in flags.items() if value is not None}
    options = replace(read_finetune_config(config) if config else FinetuneConfig(), **given)  # type: ignore[arg-type]
    examples, judged = _read(feedback), _read(held_out or ())
    directions = load_checkpoint(base).directions
    needed = round(options.replay_ratio * len(examples) * options.epochs)
    pairs = replay_pairs(replay or (), directions, needed, options.seed)
    if pseudo_replay or made_up:
        maker = PseudoReplay(Translator.load(base, device), out / "replay", options.seed)
        made = [*map(maker.label, pseudo_replay or ()), *map(maker.make_up, made_up or ())]
        pairs += replay_pairs(made, directions, needed, options.seed, both_ways=False)
    kept = without_judged(pairs, judged)
    data = TuningData(examples, kept, judged, replay_pairs(general or (), directions))
    print(tune(base, data, options, out, choose_device(device)))


def _read(files: list[Path] | tuple[()]) -> list[FeedbackExample]:
    return [example for path in files for example in read_feedback(path)]
