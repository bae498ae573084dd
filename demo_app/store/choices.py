"""Words that people put in the place of the model's while they played. Added and withdrawn, never changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update

from core.errors import NotFoundError
from core.signature import VERSION
from demo_app.store.engine import Database
from demo_app.store.schema_projects import ChoiceRow
from demo_app.store.search import require_storable
from demo_app.store.translations import find_translation

ROWS_PER_FETCH = 500


@dataclass(frozen=True, kw_only=True)
class NewChoice:
    """What a person preferred, after a beginning that both have."""

    translation_id: str
    segment_index: int
    prefix_text: str
    chosen_text: str
    """From the chosen word to the end, as the model went on from it."""
    rejected_text: str
    """What stood there before, to the end."""
    prefix_ids: tuple[int, ...]
    """Pieces of the target that both have."""
    chosen_ids: tuple[int, ...]
    """The pieces after them; the first is where the person decided."""
    rejected_ids: tuple[int, ...]
    chosen_log_probs: tuple[float, ...] = ()
    """Nats, one for each piece of the whole as the search gave them, the beginning included; empty where they
    were not kept. So is the next."""
    rejected_log_probs: tuple[float, ...] = ()
    user_id: str | None = None
    """Of the account: a pseudonym; None where nobody logs in."""
    user_role: str | None = None
    """This and the next two as `records.Author` has them."""
    licence: str | None = None
    licence_accepted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceRecord(NewChoice):
    """The same as it is kept."""

    id: str
    created_at: datetime
    """UTC, aware."""
    source_language: str
    target_language: str
    source_text: str
    """Of the segment."""
    model_id: str
    """`name@digest` of the checkpoint that wrote both."""
    app_version: str
    """Release of the program that kept it; empty where that was not kept."""
    withdrawn_at: datetime | None
    """None unless its author took it back."""

    @property
    def chosen(self) -> str:
        """The whole translation as the person left it."""
        return self.prefix_text + self.chosen_text

    @property
    def rejected(self) -> str:
        """The whole translation as it was before."""
        return self.prefix_text + self.rejected_text


@dataclass(frozen=True, kw_only=True)
class ChoiceQuery:
    """Which choices that nobody withdrew."""

    source_language: str | None = None
    target_language: str | None = None
    user_id: str | None = None


_LISTS = ("prefix_ids", "chosen_ids", "rejected_ids", "chosen_log_probs", "rejected_log_probs")
_FIELDS = tuple(field.name for field in fields(ChoiceRecord))


class Choices:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._database, self._clock, self._new_id = database, clock, new_id

    def add(self, new: NewChoice) -> ChoiceRecord:
        """Keep it; it is on disk when this returns. No such translation or segment: `NotFoundError`."""
        require_storable(new.prefix_text + new.chosen_text + new.rejected_text)
        with self._database.writing() as session:
            translation = find_translation(session, new.translation_id)
            if not 0 <= new.segment_index < len(translation.segments):
                raise NotFoundError(
                    f"The translation must have segment {new.segment_index}, but has "
                    f"{len(translation.segments)}; choose in one that it has."
                )
            row = ChoiceRow(
                **vars(new) | {name: list(getattr(new, name)) for name in _LISTS},
                id=self._new_id(),
                created_at=self._clock(),
                source_language=translation.source_language,
                target_language=translation.target_language,
                source_text=translation.segments[new.segment_index].source_text,
                model_id=translation.model_id,
                app_version=VERSION,
                withdrawn_at=None,
            )
            session.add(row)
            session.flush()
            return to_choice(row)

    def get(self, choice_id: str) -> ChoiceRecord:
        """A withdrawn one too; raises `NotFoundError`."""
        with self._database.reading() as session:
            row = session.scalar(select(ChoiceRow).where(ChoiceRow.id == choice_id))
            if row is None:
                raise NotFoundError(f"There is no choice {choice_id!r}; reload the list and choose again.")
            return to_choice(row)

    def withdraw(self, choice_id: str) -> ChoiceRecord:
        """Take it out of all that is made from now on. Raises `NotFoundError` if it is out already."""
        with self._database.writing():
            if self._withdraw(ChoiceRow.id == choice_id) != 1:
                raise NotFoundError(
                    f"There must be a choice {choice_id!r} that nobody withdrew, but there is none."
                )
            return self.get(choice_id)

    def withdraw_all(self, user_id: str | None) -> int:
        """The same of all that a person chose; returns how many there were."""
        return self._withdraw(ChoiceRow.user_id.is_not_distinct_from(user_id))

    def stream(self, query: ChoiceQuery) -> Iterator[ChoiceRecord]:
        """Oldest first, all as they were when the first was read.

        Holds `ROWS_PER_FETCH` of them in memory, and a connection until it is exhausted or closed."""
        asked = {name: value for name, value in vars(query).items() if value is not None}
        found = select(ChoiceRow).filter_by(withdrawn_at=None, **asked).order_by(ChoiceRow.seq)
        with self._database.reading() as session:
            yield from map(to_choice, session.scalars(found.execution_options(yield_per=ROWS_PER_FETCH)))

    def page(self, user_id: str | None, page: int, page_size: int) -> tuple[tuple[ChoiceRecord, ...], int]:
        """One page of those that a person made and did not withdraw, newest first, and how many there are on
        all pages. None: whoever sits where nobody logs in."""
        own = ChoiceRow.user_id.is_not_distinct_from(user_id)
        found = select(ChoiceRow).where(own, ChoiceRow.withdrawn_at.is_(None))
        rows = found.order_by(ChoiceRow.seq.desc()).limit(page_size).offset((page - 1) * page_size)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
            return tuple(map(to_choice, session.scalars(rows))), total

    def _withdraw(self, *conditions: Any) -> int:
        present = update(ChoiceRow).where(ChoiceRow.withdrawn_at.is_(None), *conditions)
        change = present.values(withdrawn_at=self._clock()).execution_options(synchronize_session=False)
        with self._database.writing() as session:
            return cast(CursorResult[Any], session.execute(change)).rowcount


def to_choice(row: ChoiceRow) -> ChoiceRecord:
    """The choice as a record."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return ChoiceRecord(**values | {name: tuple(values[name]) for name in _LISTS})
