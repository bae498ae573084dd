"""`python -m demo_app finetune`: learn on from a snapshot, and wait for the candidate."""

import time
import tomllib
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from demo_app.cli.shared import now, one_sentence, opened_store
from demo_app.services.people import local_person
from demo_app.settings import Settings
from demo_app.store.job_records import ENDED, JobRecord

_LOOK_EVERY_S = 0.5


def finetune(
    snapshot: Annotated[str, typer.Option(help="What to learn from: its name, or the beginning of its id.")],
    model: Annotated[
        str | None, typer.Option(help="Model whose version in use is tuned; the default one if not given.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="TOML of options.")] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="One option, as epochs=3; may be repeated.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Watch it; else it waits for a server to start it.")] = True,
) -> None:
    """Fine-tune a model on a snapshot in a process of its own, judge it, and keep it as the candidate."""
    # No other command waits for torch.
    from demo_app.services.finetuning import FinetuneRequest
    from demo_app.services.learning import build_finetuning, build_runner
    from demo_app.services.loading import open_pool

    with one_sentence(), opened_store() as store:
        settings = Settings.load()
        chosen = model or _first(open_pool(settings).names())
        request = FinetuneRequest(snapshot=snapshot, model=chosen, options=_options(config, option or []))
        service = build_finetuning(settings, store, local_person, now, lambda: uuid.uuid4().hex)
        job = service.start(request)
        typer.echo(f"job {job.id} is queued", err=True)
        if not wait:
            return
        runner = build_runner(settings, store, now)
        ended = watch(runner.tick, lambda: service.get(job.id))
        if ended.state != "succeeded":
            raise ConfigError(ended.error or "The job was cancelled.")
        typer.echo(f"{chosen}@{ended.version}")


def watch(
    tick: Callable[[], object], job: Callable[[], JobRecord], every_s: float = _LOOK_EVERY_S
) -> JobRecord:
    """Until it has ended. An interrupt ends the watching alone: the process goes on."""
    told = ""
    try:
        while (current := job()).state not in ENDED:
            if (line := _line(current)) != told:
                typer.echo(line, err=True)
                told = line
            tick()
            time.sleep(every_s)
    except KeyboardInterrupt:
        typer.echo(
            "The job goes on; a server, or the same command with another snapshot, sees to it.", err=True
        )
        raise typer.Exit(130) from None
    return current


def _line(job: JobRecord) -> str:
    """Where it stands, by whole percents, so that a log does not fill with them."""
    progress = job.progress
    if job.state == "queued" or not progress:
        return str(job.state)
    left = progress.get("seconds_left")
    share = f"{100 * float(progress.get('share', 0)):3.0f} %"
    line = f"{share} {progress.get('stage', '')}" + (f", {left:.0f} s left" if left else "")
    if progress.get("fits", True):
        return line
    doubtful = f"{progress['doubtful']:,} of {progress['checked']:,} corrections are doubtful"
    return f"{line}; {doubtful}: the gate will refuse it"


def _first(names: Sequence[str]) -> str:
    if not names:
        raise ConfigError("There must be a model to tune, but there is none; set `models_dir`.")
    return names[0]


def _options(config: Path | None, given: Sequence[str]) -> dict[str, Any]:
    """Those of the file, then those of the command line, as TOML has them. The service checks them."""
    lines = [f"{name} = {value or repr('')}" for name, _, value in (one.partition("=") for one in given)]
    try:
        text = config.read_text(encoding="utf-8") if config else ""
        return {**tomllib.loads(text), **tomllib.loads("\n".join(lines))}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"Options must be TOML, as epochs=3 or objective='risk', but are not: {error}."
        ) from error
