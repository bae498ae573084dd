"""`python -m demo_app.jobs.finetune_job FOLDER`: the main of a fine-tuning, and how it ended."""

import contextlib
import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from core.errors import InterlinearError
from demo_app.jobs.finetune_work import CancelledByPerson, Work
from demo_app.jobs.folder import NO_ROOM, NO_ROOM_STATUS, JobFolder, Outcome, is_no_room

logger = logging.getLogger(__name__)
_NICENESS = 10
"""The playground comes first."""


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the parent ignores it
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    raise SystemExit(run(JobFolder(Path(sys.argv[1]))))


def run(folder: JobFolder) -> int:
    """Do the job and write its outcome; returns the exit status."""
    try:
        outcome = Outcome(state="succeeded", version=Work(folder).do())
    except CancelledByPerson:
        outcome = Outcome(state="cancelled")
    except Exception as error:
        logger.exception("The job failed.")
        outcome = _failed(error)
    try:
        _end(folder, outcome)
    except OSError as error:
        logger.exception("The outcome could not be written.")
        return NO_ROOM_STATUS if is_no_room(error) else 1
    return 0 if outcome.state == "succeeded" else 1


def _end(folder: JobFolder, outcome: Outcome) -> None:
    """Whoever watches tidies up, but on a full disk there must be room to say how it ended."""
    try:
        folder.end(outcome)
    except OSError:
        folder.tidy()
        folder.end(outcome)


def _failed(error: Exception) -> Outcome:
    if is_no_room(error):
        return Outcome(state="failed", error=NO_ROOM)
    if isinstance(error, InterlinearError):
        return Outcome(state="failed", error=str(error), kind=type(error).__name__)
    return Outcome(state="failed", error=f"The job failed for a reason that nobody foresaw: {error!r}.")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """As Ctrl-C: the training ends its step and saves its state, and a later start goes on from there."""
    signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
