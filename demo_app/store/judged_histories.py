"""Ratings, comparisons and chosen words whole, on their way out to files and in from them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.errors import InputError, StaleRevisionError
from demo_app.store.choices import ROWS_PER_FETCH, to_choice
from demo_app.store.engine import Database
from demo_app.store.histories import Outcome
from demo_app.store.judged import (
    Choices,
    Rows,
    frozen,
    frozen_choices,
    matching_all,
    matching_choices,
    read_choices,
)
from demo_app.store.judged_records import Whole, WholeChoice, WholeJudgement, joined, only
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.judgement_rows import judgement_rows, to_judgement
from demo_app.store.project_records import ItemRecord, NewItem, NewProject
from demo_app.store.project_rows import from_item, to_item
from demo_app.store.records import CorrectionQuery, TranslationRecord
from demo_app.store.schema import TranslationRow
from demo_app.store.schema_projects import ChoiceRow, ItemRow, JudgementRow, ProjectRow
from demo_app.store.translations import find_translations

_PROJECT = tuple(field.name for field in fields(NewProject))
_ITEM = tuple(field.name for field in fields(NewItem))
_ABOUT = ("item_id", "project_id")
"""Of a judgement, in whose place its row has numbers."""


class JudgedHistories:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def stream(self, query: CorrectionQuery) -> Iterator[Whole]:
        """Ratings and comparisons, then chosen words, oldest first: what a search means of them
        (`store.judged`), those that may not be trained on too if it asks for them."""
        with self._database.reading() as session:
            yield from _read(session, matching_all(query), matching_choices(query))

    def of_snapshot(self, snapshot_id: str) -> Iterator[Whole]:
        """What it holds, each up to the revision that it holds."""
        with self._database.reading() as session:
            yield from _read(session, frozen(snapshot_id), frozen_choices(snapshot_id))

    def add(self, batch: Sequence[Whole]) -> list[Outcome | InputError | StaleRevisionError]:
        """Store what is not here yet, all in one transaction, and say of each what became of it.

        A history must go on where it ends here, and item and project be the same, if they are here: else
        nothing of it is changed, and the error is returned, not raised. A project that is not here is made,
        closed, with those of its items alone that have an answer: its turns are not in the file."""
        with self._database.writing() as session:
            return [self._tried(session, whole) for whole in batch]

    def _tried(self, session: Session, whole: Whole) -> Outcome | InputError | StaleRevisionError:
        try:
            return (
                _add_choice(session, whole) if isinstance(whole, WholeChoice) else self._add(session, whole)
            )
        except (InputError, StaleRevisionError) as error:
            return error

    def _add(self, session: Session, whole: WholeJudgement) -> Outcome:
        history = whole.history
        revisions = judgement_rows(JudgementRow.id == history[0].id).order_by(JudgementRow.revision)
        known = [to_judgement(*row) for row in session.execute(revisions)]
        if any(one != other for one, other in zip(known, history, strict=False)):
            raise _another("judgement", history[0].id)
        if len(history) <= len(known):
            return "present"
        item = _find_item(session, whole)
        if item is None:
            project = _find_project(session, whole)
            _keep_translations(session, whole.translations)
            item = _add_item(session, whole, project or self._add_project(session, whole))
        _add_revisions(session, history[len(known) :], item)
        return "extended" if known else "added"

    def _add_project(self, session: Session, whole: WholeJudgement) -> int:
        row = ProjectRow(
            **{name: getattr(whole.project, name) for name in _PROJECT},
            id=whole.project_id,
            created_at=whole.project_created_at,
            closed_at=self._clock(),
        )
        session.add(row)
        session.flush()
        return row.seq


def _read(session: Session, rows: Rows, choices: Choices) -> Iterator[Whole]:
    for part in session.execute(rows.execution_options(yield_per=ROWS_PER_FETCH)).partitions():
        items = [to_item(item, project.id) for _, item, project in part]
        translations = find_translations(
            session, {one.translation_id for item in items for one in item.candidates if one.translation_id}
        )
        revisions = _revisions(session, {row.id for row, _, _ in part})
        for item, (row, _, project) in zip(items, part, strict=True):
            yield WholeJudgement(
                project_id=project.id,
                project_created_at=project.created_at,
                project=NewProject(**{name: getattr(project, name) for name in _PROJECT}),
                item=_plain(item),
                translations=_of_outputs(item, translations),
                history=tuple(one for one in revisions[row.id] if one.revision <= row.revision),
            )
    for choice, translation in read_choices(session, choices):
        yield WholeChoice(choice=choice, translation=only(translation, {choice.segment_index}))


def _revisions(session: Session, ids: Collection[str]) -> dict[str, list[JudgementRecord]]:
    found: dict[str, list[JudgementRecord]] = defaultdict(list)
    for row in session.execute(judgement_rows(JudgementRow.id.in_(ids)).order_by(JudgementRow.revision)):
        found[row[0].id].append(to_judgement(*row))
    return found


def _plain(item: ItemRecord) -> NewItem:
    return NewItem(**{name: getattr(item, name) for name in _ITEM})


def _of_outputs(
    item: ItemRecord, translations: dict[str, TranslationRecord]
) -> tuple[TranslationRecord, ...]:
    """Each once. An output is the only sentence of its translation."""
    ids = dict.fromkeys(one.translation_id for one in item.candidates)
    return tuple(only(translations[id_], {0}) for id_ in ids if id_ in translations)


def _find_item(session: Session, whole: WholeJudgement) -> ItemRow | None:
    """Raises `StaleRevisionError` for one that is another."""
    both = select(ItemRow, ProjectRow.id).join(ProjectRow, ProjectRow.seq == ItemRow.project_seq)
    found = session.execute(both.where(ItemRow.id == whole.item.id)).one_or_none()
    if found is None:
        return None
    row, project_id = found
    if project_id != whole.project_id or _plain(to_item(row, project_id)) != whole.item:
        raise _another("item", whole.item.id)
    return row


def _find_project(session: Session, whole: WholeJudgement) -> int | None:
    """Raises `StaleRevisionError` for one that is another, `InputError` where another has its name."""
    same = (ProjectRow.id == whole.project_id) | (ProjectRow.name == whole.project.name)
    for row in session.scalars(select(ProjectRow).where(same)):
        if row.id != whole.project_id:
            raise InputError(
                f"A project's name must be new, but there is another project {row.name!r} already; nothing "
                "of it was changed."
            )
        if any(getattr(row, name) != getattr(whole.project, name) for name in _PROJECT):
            raise _another("project", row.id)
        return row.seq
    return None


def _add_item(session: Session, whole: WholeJudgement, project_seq: int) -> ItemRow:
    """Complete: who else was to answer it is not in the file."""
    row = ItemRow(**from_item(whole.item, project_seq) | {"completed_at": whole.history[0].created_at})
    session.add(row)
    session.flush()
    return row


def _another(noun: str, id_: str) -> StaleRevisionError:
    return StaleRevisionError(
        f"The {noun} {id_!r} must go on from what is here, but differs from it; nothing of it was changed."
    )


def _add_revisions(session: Session, new: Sequence[JudgementRecord], item: ItemRow) -> None:
    """After those that are here."""
    row, first = JudgementRow, new[0]
    before = (row.id == first.id) & row.superseded_at.is_(None)
    ended = update(row).where(before).values(superseded_at=first.updated_at)
    session.execute(ended, execution_options={"synchronize_session": False})
    ends: list[datetime | None] = [*(one.updated_at for one in new[1:]), None]
    about = {"item_seq": item.seq, "project_seq": item.project_seq}
    session.execute(
        insert(row),
        [
            {name: value for name, value in vars(one).items() if name not in _ABOUT}
            | about
            | {"checks": list(one.checks), "superseded_at": end}
            for one, end in zip(new, ends, strict=True)
        ],
    )


def _add_choice(session: Session, whole: WholeChoice) -> Outcome:
    known = session.scalar(select(ChoiceRow).where(ChoiceRow.id == whole.choice.id))
    if known is not None:
        if replace(to_choice(known), withdrawn_at=None) != whole.choice:
            raise _another("choice", whole.choice.id)
        return "present"
    _keep_translations(session, [whole.translation])
    session.execute(insert(ChoiceRow), [_lists(vars(whole.choice))])
    return "added"


def _keep_translations(session: Session, come: Sequence[TranslationRecord]) -> None:
    known = find_translations(session, {one.id for one in come})
    both = [(known.get(one.id), joined(known.get(one.id, one), one)) for one in come]
    for here, whole in both:
        if whole is None:
            raise _another("translation", here.id if here else "")
    for here, whole in both:
        if whole is None or whole == here:
            continue
        values = vars(whole) | {"segments": [asdict(segment) for segment in whole.segments]}
        if here is None:
            session.execute(insert(TranslationRow), [values])
        else:
            session.execute(update(TranslationRow).where(TranslationRow.id == here.id).values(values))


def _lists(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
