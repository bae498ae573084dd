"""The store as the services see it: opened once, closed once."""

from collections.abc import Callable
from datetime import datetime

from demo_app.store.choices import Choices
from demo_app.store.corrections import Corrections
from demo_app.store.engine import Database
from demo_app.store.histories import Histories
from demo_app.store.jobs import Jobs
from demo_app.store.judged_histories import JudgedHistories
from demo_app.store.judgement_queue import JudgementQueue
from demo_app.store.judgement_reviews import JudgementReviews
from demo_app.store.judgements import Judgements
from demo_app.store.memory import Memory
from demo_app.store.migrate import migrate
from demo_app.store.preferences import Preferences
from demo_app.store.project_edits import ProjectEdits
from demo_app.store.projects import Projects
from demo_app.store.queue import Queue
from demo_app.store.review_queue import ReviewQueue
from demo_app.store.reviews import Reviews
from demo_app.store.snapshots import Snapshots
from demo_app.store.translations import Translations
from demo_app.store.users import Users


class Store:
    """One database; its nouns are attributes. Safe to share between threads."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str], version: str
    ) -> None:
        self.database = database
        self.translations = Translations(database, clock, new_id)
        self.corrections = Corrections(database, clock, new_id)
        self.histories = Histories(database)
        self.judged_histories = JudgedHistories(database, clock)
        self.memory = Memory(database)
        self.snapshots = Snapshots(database, clock)
        self.users = Users(database, clock)
        self.projects = Projects(database, clock, new_id)
        self.queue = Queue(database, clock, new_id)
        self.judgements = Judgements(database, clock, new_id)
        self.judgement_queue = JudgementQueue(database)
        self.judgement_reviews = JudgementReviews(database, self.judgements)
        self.project_edits = ProjectEdits(database)
        self.choices = Choices(database, clock, new_id)
        self.preferences = Preferences(database)
        self.reviews = Reviews(database, clock)
        self.review_queue = ReviewQueue(database)
        self.jobs = Jobs(database, clock, new_id)
        self.version = version
        """Of the schema, as `0001`."""

    def close(self) -> None:
        """Give the connections back. Nothing needs it to be safe: what was acknowledged is on disk."""
        self.database.close()


def open_store(
    url: str,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    busy_timeout_s: float = 5.0,
) -> Store:
    """Open the database at an SQLAlchemy URL; make its folder, file and tables if they are missing.

    `clock` must give aware times, `new_id` a new text at every call, both from any thread. A database that
    cannot be used raises `StoreUnavailableError`, one of a newer release `StoreVersionError`, a wrong URL
    `ConfigError`. `busy_timeout_s`: how long a write waits for another program's lock (SQLite)."""
    database = Database(url, busy_timeout_s)
    try:
        version = migrate(database)
    except BaseException:
        database.close()
        raise
    return Store(database, clock, new_id, version)
