"""A store full of made corrections, quickly: nonsense words in the proportions of short sentences.

Each figure of a row is of the right kind and size, but only those of some hundred templates were computed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, text

from core.options import BeamOptions
from core.results import Hypothesis, SegmentTranslation, Translation
from demo_app.store.correction_rows import first_revision, to_record
from demo_app.store.database import Store
from demo_app.store.records import NewCorrection
from demo_app.store.schema import CorrectionRow, RevisionRow
from demo_app.store.search import search_text
from demo_app.store.selection import REVISED

TEMPLATES = 200
ROWS_PER_TRANSACTION = 10_000
PEOPLE = 50
KINDS: tuple[dict[str, Any], ...] = (
    *[{"status": "submitted"}] * 13,
    *[{"status": "accepted"}] * 4,
    {"status": "rejected", "reason": "Too free."},
    {"status": "quarantined"},
    {"status": "submitted", "deleted_at": datetime(2026, 11, 1, tzinfo=UTC)},
)
"""Of twenty corrections."""
INDEXES = {
    "sqlite": """
        SELECT upper(type), name, sql FROM sqlite_master
        WHERE tbl_name = 'corrections' AND type IN ('index', 'trigger') AND sql IS NOT NULL""",
    "postgresql": """
        SELECT 'INDEX', indexname, indexdef FROM pg_indexes
        WHERE tablename = 'corrections' AND indexname LIKE 'ix%'""",
}
"""Kind, name and statement of each that may be made later; triggers keep the one of texts in step."""
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ter",
    "sun",
    "ver",
    "da",
    "pri",
    "no",
    "ge",
    "ul",
    "ba",
    "che",
    "ri",
    "é",
    "zo",
)


def sentence(dice: random.Random) -> str:
    words = ("".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(dice.randint(4, 14)))
    return " ".join(words).capitalize() + "."


def translation(dice: random.Random) -> Translation:
    """One sentence with five hypotheses, as beam search gives them."""
    texts = [sentence(dice) for _ in range(5)]
    hypotheses = []
    for rank, written in enumerate(texts):
        ids = tuple(dice.randrange(8000) for _ in range(2 * written.count(" ") + 3))
        log_probs = tuple(-dice.random() for _ in ids)
        hypotheses.append(Hypothesis(written, ids, ("▁piece",) * len(ids), log_probs, -0.3 - rank, True))
    source = sentence(dice)
    ids = tuple(dice.randrange(8000) for _ in range(2 * source.count(" ") + 4))
    segment = SegmentTranslation(source, ids, ("▁piece",) * len(ids), tuple(hypotheses), "")
    direction = dice.choice((("fr", "en"), ("en", "fr")))
    return Translation(*direction, source, (segment,), BeamOptions(n_best=5), "fr-en@0123456789ab", 0.05)


def fill(store: Store, rows: int, dice: random.Random) -> None:
    """As saving one by one would leave it: every fifth *right*, statuses and people mixed, one revision."""
    templates = [template(store, dice) for _ in range(TEMPLATES)]
    with indexes_made_afterwards(store):
        for start in range(0, rows, ROWS_PER_TRANSACTION):
            added = [one_row(templates, dice) for _ in range(min(ROWS_PER_TRANSACTION, rows - start))]
            revisions = [
                {"correction_id": row["id"], **{name: row[name] for name in REVISED}} for row in added
            ]
            with store.database.writing() as session:
                session.execute(insert(CorrectionRow), added)
                session.execute(insert(RevisionRow), revisions)
    settle(store)


def template(store: Store, dice: random.Random) -> dict[str, Any]:
    """The columns of a row that was made as the program makes them."""
    shown = store.translations.add(translation(dice))
    new = NewCorrection(shown.id, 0, 0, sentence(dice), "corrected", 10.0)
    row = first_revision("", new, shown, datetime.now(UTC))
    plain = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(to_record(row)).items()
    }
    return {**plain, "checks": []}


def one_row(templates: list[dict[str, Any]], dice: random.Random) -> dict[str, Any]:
    made = {**dice.choice(templates), "reason": "", "deleted_at": None, **dice.choice(KINDS)}
    right = dice.random() < 0.2
    first, rest = made["machine_text"].split(" ", 1)
    word = first if right else dice.choice(SYLLABLES).capitalize() + dice.choice(SYLLABLES)
    made["corrected_text"] = f"{word} {rest}"
    made["verdict"] = "right" if right else "corrected"
    made["edits"] = [] if right else [{"kind": "replace", "start": 0, "end": len(first), "text": word}]
    made["source_text"] = sentence(dice)
    made["search_text"] = search_text(made["source_text"], made["machine_text"], made["corrected_text"])
    made["id"] = f"{dice.getrandbits(128):032x}"
    made["user_id"] = f"u-{dice.randrange(PEOPLE)}"
    return made


@contextmanager
def indexes_made_afterwards(store: Store) -> Iterator[None]:
    """Without those of the corrections meanwhile: made at once they take a tenth of the time."""
    engine = store.database.engine
    with engine.begin() as connection:
        taken = [tuple(row) for row in connection.execute(text(INDEXES[engine.dialect.name]))]
        for kind, name, _ in taken:
            connection.exec_driver_sql(f"DROP {kind} {name}")
    yield
    engine.dispose()  # A connection of before may not know that they are gone.
    with engine.begin() as connection:
        for _, _, made_by in taken:
            connection.exec_driver_sql(made_by)
        if any(kind == "TRIGGER" for kind, _, _ in taken):
            connection.exec_driver_sql(
                "INSERT INTO corrections_search (corrections_search) VALUES ('rebuild')"
            )


def settle(store: Store) -> None:
    """What PostgreSQL does by itself after a while. SQLite never does, and plans without figures."""
    if store.database.engine.dialect.name != "postgresql":
        return
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def size_mb(store: Store) -> int:
    """Of the whole database."""
    with store.database.engine.connect() as connection:
        return round(_size(connection) / 1e6)


def _size(connection: Connection) -> int:
    asked = "SELECT pg_database_size(current_database())"
    if connection.dialect.name == "sqlite":
        asked = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    return int(connection.execute(text(asked)).scalar_one())
