"""Run as a script in place of a training: does what the job's `plan` says, one word a start.

die: killed as by kill -9. wait: until it is asked to stop. hang: for ever. full: the status of a full disk.
done: ends well. A number: the share of the work at which it is killed. What it was started for is kept in
`starts`, a line each."""

import os
import signal
import sys
import time
from pathlib import Path

from demo_app.jobs.folder import NO_ROOM_STATUS, JobFolder, Outcome


def main() -> None:
    folder = JobFolder(Path(sys.argv[1]))
    starts = folder.path / "starts"
    before = starts.read_text().split() if starts.exists() else []
    plan = folder.job()["plan"]
    word = plan[min(len(before), len(plan) - 1)]
    starts.write_text(" ".join([*before, word]))
    print(f"start {len(before) + 1}: {word}", flush=True)
    folder.tell({"stage": word, **({"share": float(word)} if "." in word else {})})
    if word == "die" or "." in word:
        os.kill(os.getpid(), signal.SIGKILL)
    while word in ("wait", "hang"):
        time.sleep(0.01)
        if word == "wait" and folder.is_to_stop():
            folder.end(Outcome(state="cancelled"))
            return
        if (folder.path / "finish").exists():
            break
    if word == "full":
        sys.exit(NO_ROOM_STATUS)
    if word == "wrong":
        folder.end(Outcome(state="failed", error="It went wrong."))
        return
    folder.end(Outcome(state="succeeded", version="abc"))


main()
