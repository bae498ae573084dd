"""What becomes of corrections when the server dies again and again while fifty people send them over HTTP.

    python -m benchmarks.bench_faults [--corrections 10000] [--kills 100] [--url postgresql+psycopg://…]

Each person logs in and sends one correction after the other, each with a key of its own, and again until it
is acknowledged. The server is that of `app.py`, killed (-9) at moments that a seed chooses, and started
again on its port; its imports are paid once, for each life is forked from a process that has done them."""

import argparse
import asyncio
import multiprocessing
import os
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

import app
from benchmarks.bench_service import DOES, WHAT, WHO
from benchmarks.measure import environment, percentile, print_table, write_results
from demo_app.factory import build_accounts, new_id, utc_now
from demo_app.settings import SHIPPED_MODELS, Settings
from demo_app.store.database import Store, open_store
from demo_app.store.records import CorrectionQuery
from demo_app.store.schema import RevisionRow
from demo_app.web.session import COOKIE

SEED = 7
PEOPLE = 50
SOURCES = 20
PASSWORD = "correct horse battery"
PAUSE_S = 0.5
"""Before somebody who got no answer tries again."""
LATEST_KILL_S = 0.05
START_S = 120
COLUMNS = (
    *("corrections", "people", "kills", "lost", "doubled", "half_stored", "sent_again", "seconds"),
    *("p50_ms", "p95_ms", "p95_until_saved_ms", "p50_outage_s"),
)


@dataclass(frozen=True)
class Plan:
    """One run."""

    url: str
    """Of the database."""
    folder: Path
    models: Path
    corrections: int
    kills: int


@dataclass
class Told:
    """What the people saw."""

    saved: dict[str, str] = field(default_factory=dict)
    """Text -> id, as it was acknowledged."""
    answer_ms: list[float] = field(default_factory=list)
    """Of the requests that were acknowledged."""
    until_saved_ms: list[float] = field(default_factory=list)
    """From the first time it was sent, outages included."""
    sent_again: Counter[str] = field(default_factory=Counter)
    """By what went wrong before."""
    outages_s: list[float] = field(default_factory=list)


class Server:
    """One life after the other on one port."""

    def __init__(self, plan: Plan) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = str(listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self._flags = ["--port", port, "--data-dir", str(plan.folder), "--models-dir", str(plan.models)]
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["app", "benchmarks.bench_service"])
        self._life: ForkServerProcess | None = None

    def start(self) -> None:
        self._life = self._context.Process(target=serve, args=(self._flags,), daemon=True)
        self._life.start()

    def kill(self) -> None:
        if self._life:
            self._life.kill()
            self._life.join()

    async def up(self) -> None:
        """Once it answers."""
        deadline = time.monotonic() + START_S
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            while time.monotonic() < deadline:
                try:
                    if (await client.get("/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        raise RuntimeError(f"The server must answer within {START_S} s, but does not.")


def serve(flags: list[str]) -> None:
    """The life of a server; what it says goes nowhere."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")
    raise SystemExit(app.main([*flags, "--threads", "1"]))


def add_people(plan: Plan) -> list[str]:
    """Names of accounts that may contribute."""
    settings = Settings(data_dir=plan.folder, database_url=plan.url, login=True)
    store = opened(plan.url)
    accounts = build_accounts(settings, store)
    names = [f"person {number}" for number in range(PEOPLE)]
    for name in names:
        user = accounts.add(name, PASSWORD, "annotator")
        accounts.set_languages(user.id, {"fr": 4, "en": 5})
        accounts.accept_licence(user.id)
    store.close()
    return names


async def logged_in(url: str, name: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30, trust_env=False)
    told = await client.post("/login", json={"name": name, "password": PASSWORD})
    client.headers["cookie"] = f"{COOKIE}={told.raise_for_status().cookies[COOKIE]}"
    return client


async def translated(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Id and text of each translation that is corrected."""
    made = []
    for words in islice(product(WHO, DOES, WHAT), SOURCES):
        asked = {"text": " ".join(words), "source_language": "fr", "target_language": "en"}
        told = await client.post("/translations", json={**asked, "options": {"mode": "greedy"}})
        record = told.raise_for_status().json()
        made.append((record["id"], record["target_text"]))
    return made


async def annotate(
    client: httpx.AsyncClient, work: Iterator[int], shown: list[tuple[str, str]], told: Told
) -> None:
    """Take one number after the other, until none is left."""
    for number in work:
        translation_id, machine_text = shown[number % len(shown)]
        text = f"{machine_text} And {number} more."
        body = {"translation_id": translation_id, "segment_index": 0, "corrected_text": text}
        begun = time.perf_counter()
        while not await send(client, {**body, "duration_s": 30.0}, f"key-{number}", told):
            await asyncio.sleep(PAUSE_S)
        told.until_saved_ms.append((time.perf_counter() - begun) * 1e3)


async def send(client: httpx.AsyncClient, body: dict[str, Any], key: str, told: Told) -> bool:
    """Whether it was acknowledged."""
    sent = time.perf_counter()
    try:
        answer = await client.post("/corrections", json=body, headers={"idempotency-key": key})
    except httpx.TransportError as error:
        told.sent_again[type(error).__name__] += 1
        return False
    if answer.status_code != 201:
        answer.raise_for_status() if answer.status_code < 500 else None
        told.sent_again[str(answer.status_code)] += 1
        return False
    told.answer_ms.append((time.perf_counter() - sent) * 1e3)
    told.saved[body["corrected_text"]] = answer.json()["id"]
    return True


async def kill_often(server: Server, plan: Plan, told: Told) -> None:
    """Each time so many more were acknowledged as the seed says, and some milliseconds later."""
    dice = random.Random(SEED)
    for enough in sorted(dice.sample(range(plan.corrections - PEOPLE), plan.kills)):
        while len(told.saved) < enough:
            await asyncio.sleep(0.001)
        await asyncio.sleep(dice.random() * LATEST_KILL_S)
        server.kill()
        died = time.perf_counter()
        server.start()
        await server.up()
        told.outages_s.append(time.perf_counter() - died)


async def send_all(server: Server, plan: Plan, names: list[str]) -> tuple[Told, float]:
    """What was told, and in how many seconds from the first correction to the last."""
    told = Told()
    await server.up()
    clients = [await logged_in(server.url, name) for name in names]
    shown = await translated(clients[0])
    work = iter(range(plan.corrections))
    begun = time.perf_counter()
    people = (annotate(client, work, shown, told) for client in clients)
    await asyncio.gather(kill_often(server, plan, told), *people)
    seconds = time.perf_counter() - begun
    for client in clients:
        await client.aclose()
    return told, seconds


def compare(store: Store, saved: dict[str, str]) -> dict[str, Any]:
    """What was acknowledged beside what is there."""
    stored = Counter[str]()
    ids: dict[str, str] = {}
    for record in store.corrections.stream(CorrectionQuery()):
        stored[record.corrected_text] += 1
        ids[record.corrected_text] = record.id
    with store.database.reading() as session:
        revisions = session.scalar(select(func.count()).select_from(RevisionRow)) or 0
        sound = store.database.engine.dialect.name != "sqlite" or (
            session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        )
    return {
        "lost": sum(ids.get(text) != id_ for text, id_ in saved.items()),
        "doubled": sum(stored.values()) - len(stored),
        "half_stored": abs(stored.total() - revisions),
        "database_is_sound": sound,
    }


def run(plan: Plan) -> dict[str, Any]:
    """One row."""
    os.environ.update(INTERLINEAR_DATABASE_URL=plan.url, INTERLINEAR_LOGIN="true")
    names = add_people(plan)
    server = Server(plan)
    server.start()
    try:
        told, seconds = asyncio.run(send_all(server, plan, names))
    finally:
        server.kill()
    store = opened(plan.url)
    found = compare(store, told.saved)
    store.close()
    return {
        "corrections": len(told.saved),
        "people": PEOPLE,
        "kills": len(told.outages_s),
        **found,
        "sent_again": told.sent_again.total(),
        "sent_again_after": dict(told.sent_again.most_common()),
        "seconds": round(seconds, 1),
        "p50_ms": round(percentile(told.answer_ms, 0.5)),
        "p95_ms": round(percentile(told.answer_ms, 0.95)),
        "p95_until_saved_ms": round(percentile(told.until_saved_ms, 0.95)),
        "p50_outage_s": round(percentile(told.outages_s or [0.0], 0.5), 2),
    }


def opened(url: str) -> Store:
    return open_store(url, clock=utc_now, new_id=new_id)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corrections", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="folder of the served models")
    parser.add_argument("--folder", type=Path, help="where to make the database; the system's default")
    parser.add_argument("--url", help="an empty PostgreSQL database instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        url = asked.url or f"sqlite:///{folder}/bench.db"
        row = run(Plan(url, Path(folder), asked.models.absolute(), asked.corrections, asked.kills))
    print_table([row], COLUMNS)
    name = "faults-postgresql" if asked.url else "faults"
    write_results(name, {"environment": environment(), "measured": row})


if __name__ == "__main__":
    main()
