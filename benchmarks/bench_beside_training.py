"""How long a translation takes while the app fine-tunes the same model in the background.

    python -m benchmarks.bench_beside_training [--models assets/models] [--seconds 40]

The server is that of `app.py` with its defaults, asked over HTTP. Some people translate one text after the
other; the rows alternate between a server with nothing else to do and one whose job learns from a hundred
corrections, made over HTTP as well, without replay."""

import argparse
import asyncio
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.bench_service import DOES, WHAT, WHO
from benchmarks.measure import environment, percentile, print_table, write_results
from demo_app.settings import SHIPPED_MODELS

APP = Path(__file__).resolve().parents[1] / "app.py"
TEXTS = [" ".join(words) for words in itertools.product(WHO, DOES, WHAT)]
PEOPLE = (1, 10)
ROUNDS = 2
START_S = 300.0
FOR_EVER = {"epochs": 1000, "replay_ratio": 0.0, "average_with_base": "no"}
"""Of the job, which is cancelled when enough was measured."""
COLUMNS = ("people", "search", "training", "requests", "p50_ms", "p95_ms")


@contextmanager
def serving(models: Path, data: Path) -> Iterator[str]:
    """Its address, once it answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    flags = ["--port", str(port), "--data-dir", str(data), "--models-dir", str(models)]
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, str(APP), *flags], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: httpx.get(f"{url}/healthz", trust_env=False).status_code == 200)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"What is waited for must come within {START_S:.0f} s, but did not.")


def correct_all(client: httpx.Client) -> None:
    """A hundred corrections, and a snapshot of them."""
    for number, text in enumerate(TEXTS):
        made = client.post("/translations", json=_question(text, "greedy")).raise_for_status().json()
        right = f"{made['target_text']} So much for number {number}."
        body = {"translation_id": made["id"], "segment_index": 0, "corrected_text": right, "duration_s": 30.0}
        client.post("/corrections", json=body).raise_for_status()
    client.post("/snapshots", json={"name": "all"}).raise_for_status()


def start_training(client: httpx.Client, model: str) -> str:
    """The job's id, once it learns."""
    asked = {"snapshot": "all", "model": model, "options": FOR_EVER}
    job = str(client.post("/jobs", json=asked).raise_for_status().json()["id"])
    _wait(lambda: client.get(f"/jobs/{job}").json()["progress"].get("stage") == "training")
    return job


def stop_training(client: httpx.Client, job: str) -> None:
    client.post(f"/jobs/{job}/cancel").raise_for_status()
    _wait(lambda: client.get(f"/jobs/{job}").json()["state"] not in ("queued", "running"))


def _question(text: str, search: str) -> dict[str, Any]:
    options = {"mode": search, **({"beam_size": 5} if search == "beam" else {})}
    return {
        **{"text": text, "source_language": "fr", "target_language": "en"},
        **{"options": options, "memory": False},
    }


async def ask(url: str, people: int, search: str, seconds: float) -> list[float]:
    """Milliseconds of each answer; everybody asks for so long, one text after the other."""
    until = time.perf_counter() + seconds

    async def person(number: int, client: httpx.AsyncClient) -> list[float]:
        found = []
        for text in itertools.cycle(TEXTS[number * 7 :] + TEXTS[: number * 7]):
            begun = time.perf_counter()
            if begun > until:
                break
            (await client.post("/translations", json=_question(text, search))).raise_for_status()
            found.append((time.perf_counter() - begun) * 1e3)
        return found

    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        every = await asyncio.gather(*(person(number, client) for number in range(people)))
    return [one for found in every for one in found]


def measure(url: str, model: str, seconds: float) -> list[dict[str, Any]]:
    """A row for each number of people, search and state; rounds alternate."""
    kinds = list(itertools.product(PEOPLE, ("greedy", "beam")))
    found: dict[tuple[int, str, bool], list[float]] = {}
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        correct_all(client)
        for _ in range(ROUNDS):
            for training in (False, True):
                job = start_training(client, model) if training else ""
                for people, search in kinds:
                    took = asyncio.run(ask(url, people, search, seconds / len(kinds)))
                    found.setdefault((people, search, training), []).extend(took)
                if job:
                    stop_training(client, job)
    return [
        {
            **{"people": people, "search": search, "training": training, "requests": len(took)},
            **{"p50_ms": round(percentile(took, 0.5), 1), "p95_ms": round(percentile(took, 0.95), 1)},
        }
        for (people, search, training), took in sorted(found.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="folder of the served models")
    parser.add_argument("--model", default="fr-en", help="which of them is asked and tuned")
    parser.add_argument("--seconds", type=float, default=40.0, help="of each state in each round")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, serving(asked.models.absolute(), Path(data)) as url:
        rows = measure(f"{url}/api/v1", asked.model, asked.seconds)
    print_table(rows, COLUMNS)
    write_results(
        "beside-training", {"environment": environment(), "cores": os.cpu_count(), "measured": rows}
    )


if __name__ == "__main__":
    main()
