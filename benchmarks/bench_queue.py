"""How fast people get their next text to rate from a project of a million, two people a text, fifty people,
and reviewers the next ratings to look at; beside a project of five thousand (`x_few`).

    python -m benchmarks.bench_queue [--items 1000000] [--folder DIR] [--url postgresql+psycopg://…]

The first 45 % are answered before it begins; one more person has answered the next 10 % alone: a rating for
each text, all of which await review, one in a thousand flagged. How fast a turn is given depends on the disk,
for each is on it before it is shown."""

import argparse
import random
import tempfile
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, bindparam, text

from benchmarks.bench_store import stopwatch_ms, timing
from benchmarks.filled import sentence
from benchmarks.measure import environment, print_table, write_results
from demo_app.store.database import Store, open_store
from demo_app.store.project_records import ItemQuery, NewItem, NewProject, Output
from demo_app.store.review_records import ReviewQuery

SEED = 7
PEOPLE = 50
ANNOTATORS = 2
WINDOW = 5000
FEW = WINDOW
"""Items of the small project that the large one is compared with."""
TURNS = 500
REPEATS = 9
LOOKS = 40
Figure = dict[str, Any]
COLUMNS = ("items", "what", "p50_ms", "p95_ms", "x_few", "per_s")
OURS = "project_seq = (SELECT seq FROM projects WHERE id = :project)"
ANSWERED = f"""
UPDATE slots SET state = 'answered', answer_id = id,
holder = 'p' || ((item_seq * 7 + (seq % 2) * 25) % 50) WHERE {OURS} AND rank < 0.45
"""
ALONE = f"""
UPDATE slots SET state = 'answered', answer_id = id, holder = 'solo'
WHERE {OURS} AND rank >= 0.45 AND rank < 0.55 AND seq % 2 = 0
"""
COMPLETE = f"UPDATE items SET completed_at = :now WHERE {OURS} AND rank < 0.45"
FLAGGED = (
    f"UPDATE slots SET flag = 'Is this a name?' WHERE {OURS} AND answer_id IS NOT NULL AND seq % 1000 = 7"
)
RATED = f"""
INSERT INTO judgements (id, revision, kind, item_seq, project_seq, user_id, revised_by, answer, status,
  checks, comment, reason, duration_s, created_at, updated_at)
SELECT id, 1, 'rating', item_seq, project_seq, holder, holder, :answer, 'submitted',
  '[]', '', '', 9.5, :now, :now
FROM slots WHERE {OURS} AND answer_id IS NOT NULL ORDER BY rank, seq
"""
ANSWER = {
    "score": 70,
    "spans": [{"start": 0, "end": 4, "severity": "minor", "category": ""}],
    "proposed": [],
}


def fill(store: Store, items: int, name: str = "bench") -> str:
    """Id of a project, as an import would leave it."""
    dice = random.Random(SEED)
    new = NewProject(
        name=name, source_language="fr", target_language="en", task="rating", annotators=ANNOTATORS
    )
    project = store.projects.add(new)
    for start in range(0, items, WINDOW):
        store.projects.add_items(
            project.id,
            [
                NewItem(
                    line=line + 1,
                    source_text=sentence(dice),
                    candidates=(Output(text=sentence(dice), made_by="fr-en@0 beam"),),
                    rank=dice.random(),
                    reason={"rule": "active", "uncertainty": 0.5, "disagreement": 0.5, "diversity": 0.5},
                )
                for line in range(start, min(start + WINDOW, items))
            ],
        )
    ours = {"project": project.id}
    with store.database.writing() as session:
        for statement in (ANSWERED, ALONE, FLAGGED):
            session.execute(text(statement), ours)
        now = {**ours, "now": datetime.now(UTC)}
        session.execute(text(COMPLETE), now)
        session.execute(text(RATED).bindparams(bindparam("answer", type_=JSON)), {**now, "answer": ANSWER})
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return project.id


def one_turn(store: Store, project_id: str, who: str) -> tuple[float, float]:
    """Milliseconds to get it and to answer it."""
    started = time.perf_counter()
    turn = store.queue.take(project_id, who)
    taken_ms = (time.perf_counter() - started) * 1e3
    if turn is None:
        raise RuntimeError(f"There must be a turn for {who}, but there is none.")
    answer = partial(store.queue.answer, turn.slot_id, who, lambda: uuid.uuid4().hex)
    return taken_ms, stopwatch_ms(answer)


def measure_turns(store: Store, project_id: str, name: str, people: list[str], at_once: int) -> list[Figure]:
    """Each person takes and answers one text after the other, without a pause."""

    def work(who: str) -> list[tuple[float, float]]:
        return [one_turn(store, project_id, who) for _ in range(TURNS // len(people))]

    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        turns = [turn for each in pool.map(work, people) for turn in each]
    per_s = round(len(turns) / (time.perf_counter() - started))
    return [
        {"what": f"next turn, {name}", **timing([taken for taken, _ in turns]), "per_s": per_s},
        {"what": f"answer, {name}", **timing([answered for _, answered in turns])},
    ]


def measure_reads(store: Store, project_id: str) -> list[Figure]:
    reads: dict[str, Callable[[], object]] = {
        "progress of all": lambda: store.projects.progress(project_id),
        "progress of one": lambda: store.projects.share(project_id, "p1"),
        "page of open items": lambda: store.projects.items(project_id, ItemQuery()),
        "page of complete items": lambda: store.projects.items(project_id, ItemQuery(state="complete")),
    }
    return [
        {"what": name, **timing([stopwatch_ms(read) for _ in range(REPEATS)])} for name, read in reads.items()
    ]


def measure_reviews(store: Store, project_id: str) -> list[Figure]:
    """What a reviewer waits for between two decisions."""
    query = ReviewQuery(but_not_by="p1")
    first = store.judgement_queue.page("rating", query).rows[0]
    rating = first.versions[0]
    reads: dict[str, Callable[[], object]] = {
        "ratings to review": lambda: store.judgement_queue.page("rating", query),
        "ratings to review, of one project": lambda: store.judgement_queue.page(
            "rating", replace(query, project_id=project_id)
        ),
        "one of them": lambda: store.judgement_queue.beside(rating.record.id, first.item.id),
    }
    return [
        {"what": name, **timing([stopwatch_ms(read) for _ in range(LOOKS + 1)][1:])}
        for name, read in reads.items()
    ]


def measure(store: Store, project_id: str) -> list[Figure]:
    people = [f"p{number}" for number in range(PEOPLE)]
    return [
        *measure_turns(store, project_id, "one after the other", people, 1),
        *measure_turns(store, project_id, "far ahead of the others", ["solo"], 1),
        *measure_turns(store, project_id, f"{PEOPLE} people at once", people, PEOPLE),
        *measure_reads(store, project_id),
        *measure_reviews(store, project_id),
    ]


def run(url: str, items: int) -> list[Figure]:
    store = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex)
    few = {figure["what"]: figure for figure in measure(store, fill(store, FEW, "few"))}
    started = time.perf_counter()
    project_id = fill(store, items)
    filled_s = time.perf_counter() - started
    many = [
        {**figure, "x_few": round(figure["p95_ms"] / few[figure["what"]]["p95_ms"], 1)}
        for figure in measure(store, project_id)
    ]
    store.close()
    filled = {"what": f"fill, {WINDOW:,} a transaction", "per_s": round(items / filled_s)}
    return [{"items": items, **each} for each in (filled, *many)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to make the database; the system's default")
    parser.add_argument("--url", help="an empty PostgreSQL database instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = run(options.url or f"sqlite:///{folder}/bench.db", options.items)
    print_table(measured, COLUMNS)
    name = "queue-postgresql" if options.url else "queue"
    write_results(name, {"environment": environment(), "measured": measured})


if __name__ == "__main__":
    main()
