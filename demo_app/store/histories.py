"""Corrections with all their revisions, on their way out to files and in from them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from core.errors import StaleRevisionError
from demo_app.store.correction_rows import at_revision, to_record
from demo_app.store.engine import Database
from demo_app.store.records import CorrectionQuery, CorrectionRecord
from demo_app.store.schema import CorrectionRow, RevisionRow, TranslationRow
from demo_app.store.search import matches, search_text
from demo_app.store.selection import REVISED, History

ROWS_PER_FETCH = 500

Outcome = Literal["added", "extended", "present"]
"""Of one correction that came in: new here, with revisions that were new here, or nothing new."""


class Histories:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stream(self, query: CorrectionQuery) -> Iterator[History]:
        """All pages of a search, newest first, all as they were when the first was read.

        Holds `ROWS_PER_FETCH` of them in memory, and a connection until it is exhausted or closed."""
        row = CorrectionRow
        chosen = select(row.seq).where(matches(query))
        found = select(row, row.revision).where(row.seq.in_(chosen)).order_by(row.seq.desc())
        with self._database.reading() as session:
            yield from read_histories(session, found)

    def add(self, batch: Sequence[History]) -> list[Outcome | StaleRevisionError]:
        """Store what is not here yet, all in one transaction, and say of each what became of it.

        A history must go on where it ends here. One that went another way, or is about other texts, changes
        nothing: its `StaleRevisionError` is returned, not raised. A translation that is not here is noted as
        far as the correction knows it, without its sentences."""
        with self._database.writing() as session:
            before = _known(session, {history[-1].id for history in batch})
            after = dict(before)
            outcomes: list[Outcome | StaleRevisionError] = []
            for history in batch:
                outcome = _compare(after.get(history[-1].id, ()), history)
                if outcome in ("added", "extended"):
                    after[history[-1].id] = history
                outcomes.append(outcome)
            changed = [(before.get(id_, ()), history) for id_, history in after.items()]
            _write(session, [(known, history) for known, history in changed if known is not history])
        return outcomes


def read_histories(session: Session, found: Select[CorrectionRow, int]) -> Iterator[History]:
    """Of each row its revisions up to the one that stands beside it."""
    rows = session.execute(found.execution_options(yield_per=ROWS_PER_FETCH))
    for part in rows.partitions():
        revisions = _revisions(session, [row.id for row, _ in part if row.revision > 1])
        for row, last in part:
            newest = to_record(row)
            yield tuple(
                at_revision(newest, revision) for revision in revisions[row.id] if revision.revision <= last
            ) or (newest,)


def _revisions(session: Session, ids: Iterable[str]) -> dict[str, list[RevisionRow]]:
    found: dict[str, list[RevisionRow]] = defaultdict(list)
    wanted = select(RevisionRow).where(RevisionRow.correction_id.in_(ids)).order_by(RevisionRow.revision)
    for revision in session.scalars(wanted):
        found[revision.correction_id].append(revision)
    return found


def _known(session: Session, ids: Iterable[str]) -> dict[str, History]:
    row = CorrectionRow
    found = read_histories(session, select(row, row.revision).where(row.id.in_(ids)))
    return {history[-1].id: history for history in found}


def _compare(known: History, history: History) -> Outcome | StaleRevisionError:
    if not known:
        return "added"
    shared = min(len(known), len(history))
    if not all(map(_is_same, known, history)):
        return StaleRevisionError(
            f"The correction {history[-1].id!r} must go on from what is here, but differs from it; "
            "nothing of it was changed."
        )
    return "present" if shared == len(history) else "extended"


def _is_same(known: CorrectionRecord, record: CorrectionRecord) -> bool:
    """A file of an annotator's own work, or of an older release, does not know of the control slice."""
    if None in (known.is_control, record.is_control):
        record = replace(record, is_control=known.is_control)
    return known == record


def _write(session: Session, changed: Sequence[tuple[History, History]]) -> None:
    """What was known of each, and what is known now."""
    added = [history[-1] for known, history in changed if not known]
    _require_translations(session, added)
    revisions = [one for known, history in changed for one in history[len(known) :]]
    if added:
        session.execute(insert(CorrectionRow), [_whole_row(record) for record in added])
    if revisions:
        session.execute(
            insert(RevisionRow), [{"correction_id": one.id, **_revised(one)} for one in revisions]
        )
    for known, history in changed:
        if known:
            change = update(CorrectionRow).where(CorrectionRow.id == history[-1].id)
            found = {"search_text": _search_text(history[-1])}
            session.execute(
                change.values(**_revised(history[-1]), **found),
                execution_options={"synchronize_session": False},
            )


def _require_translations(session: Session, records: Iterable[CorrectionRecord]) -> None:
    wanted = {record.translation_id: record for record in records}
    here = session.scalars(select(TranslationRow.id).where(TranslationRow.id.in_(wanted)))
    missing = [wanted[id_] for id_ in wanted.keys() - set(here)]
    if missing:
        session.execute(insert(TranslationRow), [_noted(record) for record in missing])


def _noted(record: CorrectionRecord) -> dict[str, Any]:
    """What a correction knows of its translation."""
    return {
        "id": record.translation_id,
        "created_at": record.created_at,
        "source_language": record.source_language,
        "target_language": record.target_language,
        "source_text": record.source_text,
        "target_text": record.machine_text,
        "model_id": record.model_id,
        "model_digest": record.model_digest,
        "tokenizer_digest": record.tokenizer_digest,
        "signature": record.signature,
        "duration_s": 0.0,
        "options": record.options,
        "segments": [],
    }


def _whole_row(record: CorrectionRecord) -> dict[str, Any]:
    return {**_lists(vars(record)), "search_text": _search_text(record)}


def _revised(record: CorrectionRecord) -> dict[str, Any]:
    return _lists({name: getattr(record, name) for name in REVISED})


def _lists(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _search_text(record: CorrectionRecord) -> str:
    return search_text(record.source_text, record.machine_text, record.corrected_text)
