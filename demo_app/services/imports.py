"""Corrections and judgements from files: good rows are kept, bad ones are told by their line.

Knows no SQL and no widget."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from core.config import require_choice
from core.errors import InputError, InterlinearError, StoreUnavailableError
from demo_app.services.corrections import check_correction
from demo_app.services.quality.findings import Candidate, assessment
from demo_app.services.quality.gate import check_texts
from demo_app.services.quality.languages import Detector
from demo_app.settings import Settings
from demo_app.store.histories import Histories, Outcome
from demo_app.store.import_jsonl import numbered_lines, read_history
from demo_app.store.import_judgements import holds_judgements, lines_in_order, read_judgement
from demo_app.store.import_pairs import MODEL_ID, Pair, read_csv, read_tsv, to_record
from demo_app.store.judged_histories import JudgedHistories
from demo_app.store.judged_records import Whole
from demo_app.store.selection import History
from demo_app.store.text_files import decoded

ENDINGS = (".jsonl", ".csv", ".tsv")
PAIR_READERS = {".csv": read_csv, ".tsv": read_tsv}
ROWS_PER_TRANSACTION = 500

Tell = Callable[[int, str], None]
"""Told the number of a line and what is wrong with it."""
Row = History | Whole
Item = tuple[int, Row | InputError]


@dataclass(frozen=True)
class ImportReport:
    """How many corrections, or judgements, by what became of them."""

    added: int = 0
    extended: int = 0
    """Here before, and longer now by revisions of the file."""
    present: int = 0
    """Here before, with all that the file says."""
    refused: int = 0
    set_aside: int = 0
    """Of those added: the checks that need no model speak against them."""


@dataclass(frozen=True)
class ImportService:
    """What can be brought in. Safe to share between threads."""

    settings: Settings
    histories: Histories
    judged: JudgedHistories
    clock: Callable[[], datetime]
    detector: Detector

    def run(self, path: Path, direction: tuple[str, str] | None, tell: Tell) -> ImportReport:
        """Bring in a file, told apart by its ending: JSON lines of an export, of corrections or of
        judgements as its first line says, or pairs as CSV or TSV.

        `direction`: source and target language of pairs that do not say theirs. Each refused row is told as
        it is met. What is read is stored piece by piece: after an error, import the file again. Raises
        `ConfigError` for another ending, `StoreUnavailableError` for a file that cannot be read."""
        require_choice("ending of the file", path.suffix, ENDINGS)
        counts: Counter[str] = Counter()
        try:
            items = self._items(path, direction)
            while batch := list(islice(items, ROWS_PER_TRANSACTION)):
                counts.update(self._store(batch, tell))
        except OSError as error:
            raise StoreUnavailableError(f"{path} must be readable, but is not ({error.strerror}).") from error
        return ImportReport(**counts)

    def _items(self, path: Path, direction: tuple[str, str] | None) -> Iterator[Item]:
        if path.suffix == ".jsonl":
            with path.open("rb") as file:
                judged = holds_judgements(file)
                file.seek(0)
                read: Callable[[bytes], Row] = read_judgement if judged else read_history
                for number, line in lines_in_order(file) if judged else numbered_lines(file):
                    yield number, _tried(partial(read, line))
            return
        with path.open("rb") as file, decoded(file) as text:
            for number, pair in PAIR_READERS[path.suffix](text, direction):
                yield number, pair if isinstance(pair, InputError) else _tried(partial(self._first, pair))

    def _first(self, pair: Pair) -> History:
        """A pair as a correction of one revision, if people could have made it here."""
        for text in (
            pair.source_text,
            pair.corrected_text,
            *([pair.machine_text] if pair.machine_text else []),
        ):
            check_correction(text, self.settings)
        found = check_texts(_candidate(pair), self.detector)
        return (to_record(pair, self.clock(), assessment(found)),)

    def _store(self, batch: list[Item], tell: Tell) -> Iterator[str]:
        """What became of each."""
        outcomes = iter(self._kept([item for _, item in batch if not isinstance(item, InputError)]))
        for number, item in batch:
            outcome = item if isinstance(item, InputError) else next(outcomes)
            if isinstance(outcome, InterlinearError):
                tell(number, str(outcome))
                yield "refused"
            else:
                yield outcome
                if outcome == "added" and isinstance(item, tuple):
                    yield from ["set_aside"] * (item[-1].status == "quarantined")

    def _kept(self, rows: Sequence[Row]) -> Sequence[Outcome | InterlinearError]:
        """A file holds one kind of them."""
        corrections = [row for row in rows if isinstance(row, tuple)]
        return self.histories.add(corrections) or self.judged.add(
            [row for row in rows if not isinstance(row, tuple)]
        )


def _candidate(pair: Pair) -> Candidate:
    return Candidate(
        source_language=pair.source_language,
        target_language=pair.target_language,
        source_text=pair.source_text,
        machine_text=pair.machine_text,
        corrected_text=pair.corrected_text,
        verdict=pair.verdict,
        model_id=MODEL_ID,
    )


def _tried(read: Callable[[], Row]) -> Row | InputError:
    try:
        return read()
    except InputError as error:
        return error
