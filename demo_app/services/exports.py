"""Taking corrections away as files, and freezing them. Knows no SQL and no widget."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.config import require_choice
from core.errors import StoreUnavailableError
from demo_app.services.agreement import AgreementService
from demo_app.services.answers import Answers
from demo_app.services.card import CardFacts, make_card
from demo_app.services.people import Person
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.formats import BESIDE, FORMATS, format_of
from demo_app.store.histories import Histories
from demo_app.store.judged_histories import JudgedHistories
from demo_app.store.preferences import Preferences
from demo_app.store.records import USABLE, CorrectionQuery, SnapshotRecord
from demo_app.store.selection import Selection
from demo_app.store.snapshots import Snapshots, asked
from demo_app.store.tally import Tally

KINDS = (*FORMATS, "card")
"""What a file of corrections may be: a format, or the Markdown card that describes it."""


@dataclass(frozen=True)
class ExportService:
    """What can be taken away. Safe to share between threads."""

    settings: Settings
    histories: Histories
    snapshots: Snapshots
    clock: Callable[[], datetime]
    preferences: Preferences
    agreement: AgreementService
    judged: JudgedHistories

    def freeze(self, name: str, query: CorrectionQuery, judgements: bool = False) -> SnapshotRecord:
        """Keep what a search selects, and may be trained on, under a name; with `judgements` also ratings,
        comparisons and chosen words. Raises as `Snapshots.freeze`."""
        usable = tuple(status for status in USABLE if status in query.statuses)
        chosen = replace(query, statuses=usable, include_deleted=False)
        agreed = self.agreement.behind(chosen, judgements)
        return self.snapshots.freeze(name, chosen, self.settings.licence, judgements, agreed)

    def frozen(self) -> tuple[SnapshotRecord, ...]:
        """All snapshots, newest first."""
        return self.snapshots.all()

    def find(self, name: str) -> SnapshotRecord:
        """By name, id, or the beginning of an id; raises `NotFoundError`."""
        return self.snapshots.find(name)

    def selection(self, what: CorrectionQuery | SnapshotRecord) -> Selection:
        """All pages of a search as of the moment of the first read, or what a snapshot holds.

        With a search comes what its people judged (`store.judged`); with a snapshot what it
        holds of that."""
        if isinstance(what, SnapshotRecord):
            return self.snapshots.selection(what)
        beside = self.preferences
        return Selection(
            self.histories.stream(what),
            preferences=beside.stream(what),
            ratings=beside.ratings(what),
            judged=self.judged.stream(what),
        )

    def card(self, what: CorrectionQuery | SnapshotRecord, tally: Tally, kind: str) -> str:
        """The Markdown that belongs beside a file of this kind; `tally` watched what went into it."""
        if isinstance(what, SnapshotRecord):
            agreed, ties = what.counts.get("agreement"), what.counts.get("ties", 0)
            facts = CardFacts(kind, what.licence, what.created_at, what.filter, agreed, ties, what)
        else:
            agreed, ties = self.agreement.behind(what), self.preferences.ties(what)
            facts = CardFacts(kind, self.settings.licence, self.clock(), asked(what), agreed, ties)
        return make_card(facts, tally)

    def write_file(self, what: CorrectionQuery | SnapshotRecord, kind: str, folder: Path) -> Path:
        """Write a new file below `folder`, and return its path.

        Each gets a folder of its own, so two in one second do not meet. A file that cannot be written raises
        `StoreUnavailableError` and leaves nothing behind."""
        require_choice("kind", kind, (*KINDS, *BESIDE))
        with new_folder(folder) as own:
            path = own / self._name(what, kind)
            with path.open("wb") as file:
                if kind == "card":
                    file.write(self._card_alone(what).encode())
                else:
                    format_of(kind).write(self.selection(what), file)
        return path

    def _card_alone(self, what: CorrectionQuery | SnapshotRecord) -> str:
        tally = Tally()
        for _ in tally.watch(self.selection(what)).histories:
            pass
        return self.card(what, tally, "jsonl")

    def _name(self, what: CorrectionQuery | SnapshotRecord, kind: str) -> str:
        ending = "md" if kind == "card" else format_of(kind).ending
        if isinstance(what, SnapshotRecord):
            return f"snapshot-{what.id[:12]}.{ending}"
        noun = kind if kind in BESIDE else "corrections"
        # The ending of such a file says it once more, which a name need not.
        ending = ending.removeprefix(f"{noun}.")
        return f"{noun}-{self.clock().astimezone(UTC):%Y%m%dT%H%M%SZ}.{ending}"


def build_exports(
    settings: Settings, store: Store, person: Callable[[], Person], clock: Callable[[], datetime]
) -> ExportService:
    """Over one store; how far people agree is told to reviewers."""
    answers = Answers(store.judgements, store.project_edits)
    kept = store.histories, store.snapshots, clock, store.preferences
    agreement = AgreementService(store.projects, answers, person)
    return ExportService(settings, *kept, agreement, store.judged_histories)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder below `folder` that goes again if what is done in it fails.

    What the disk refuses is `StoreUnavailableError`."""
    own = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(dir=folder))
        yield own
    except BaseException as error:
        if own:
            shutil.rmtree(own, ignore_errors=True)
        if isinstance(error, OSError):
            raise StoreUnavailableError(
                f"The export must be written to {folder}, but cannot be ({error.strerror}); free space or "
                "choose another folder."
            ) from error
        raise
