"""What people said of translations other than by correcting them.

Preferences, which come of comparisons and of words chosen in the lab, and ratings."""

from collections import Counter
from collections.abc import Iterator
from math import comb

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from demo_app.store.choices import ChoiceRecord
from demo_app.store.engine import Database
from demo_app.store.judged import (
    Choices,
    Rows,
    judgements,
    matching,
    matching_choices,
    read_choices,
    read_judged,
    read_ratings,
)
from demo_app.store.judgement_records import JudgementQuery
from demo_app.store.provenance import of_choice
from demo_app.store.records import USABLE, CorrectionQuery, TranslationRecord
from demo_app.store.schema_projects import JudgementRow
from demo_app.store.selection import Judged, Preference


class Preferences:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stream(self, query: CorrectionQuery) -> Iterator[Preference]:
        """Comparisons, then choices, oldest first: what a search means of them (`store.judged`)."""
        with self._database.reading() as session:
            yield from read_preferences(session, matching(query), matching_choices(query))

    def ties(self, query: CorrectionQuery) -> int:
        """As `count_ties`, of what a search means."""
        with self._database.reading() as session:
            return count_ties(session, matching(query))

    def ratings(self, query: CorrectionQuery) -> Iterator[Judged]:
        """Ratings, oldest first: what a search means of them."""
        with self._database.reading() as session:
            yield from read_ratings(session, matching(query))

    def ratings_of(self, project_id: str) -> Iterator[Judged]:
        """Ratings of a project that may be trained on, oldest first."""
        query = JudgementQuery(project_id=project_id, statuses=USABLE)
        with self._database.reading() as session:
            yield from read_ratings(session, judgements(query))

    def of_person(self, user_id: str) -> Iterator[Judged]:
        """All ratings and comparisons of theirs that are neither deleted nor withdrawn, oldest first."""
        with self._database.reading() as session:
            yield from read_judged(session, judgements(JudgementQuery(user_id=user_id)))

    def page(self, user_id: str, page: int, page_size: int) -> tuple[tuple[Judged, ...], int]:
        """One page of the same and of those that are gone, newest first, and how many on all pages."""
        query = JudgementQuery(user_id=user_id, include_deleted=True, include_withdrawn=True)
        rows = judgements(query).order_by(None)
        newest = rows.order_by(JudgementRow.created_at.desc(), JudgementRow.seq.desc())
        shown = newest.limit(page_size).offset((page - 1) * page_size)
        with self._database.reading() as session:
            counted = select(func.count()).select_from(rows.with_only_columns(JudgementRow.seq).subquery())
            return tuple(read_judged(session, shown)), session.scalar(counted) or 0


def read_preferences(session: Session, rows: Rows, choices: Choices) -> Iterator[Preference]:
    """As pairs: the comparisons among the judgements, then the choices."""
    for judged in read_judged(session, rows, "comparison"):
        yield from _preferred(judged)
    for choice, translation in read_choices(session, choices):
        yield _chosen(choice, translation)


def count_ties(session: Session, rows: Rows) -> int:
    """How often two different texts were ranked alike, which no preference can say."""
    compared = read_judged(session, rows, "comparison")
    ranked = ([one.record.answer["ranks"][place] for place in _places(one).values()] for one in compared)
    return sum(comb(alike, 2) for ranks in ranked for alike in Counter(ranks).values())


def _places(judged: Judged) -> dict[str, int]:
    """The different texts of an item, each with its place among them all."""
    return {output.text: place for place, output in enumerate(judged.item.candidates)}


def _preferred(judged: Judged) -> Iterator[Preference]:
    """One for each two different texts that were ranked apart."""
    project, record, item, _, written = judged
    texts, ranks = _places(judged), record.answer["ranks"]
    for chosen, better in texts.items():
        for rejected, worse in texts.items():
            if ranks[better] < ranks[worse]:
                yield Preference(
                    prompt=item.source_text,
                    chosen=chosen,
                    rejected=rejected,
                    source_language=project.source_language,
                    target_language=project.target_language,
                    id=f"{record.id}/{better}-{worse}",
                    user_id=record.user_id,
                    user_role=record.user_role,
                    licence=record.licence,
                    licence_accepted_at=record.licence_accepted_at,
                    chosen_by=item.candidates[better].made_by,
                    rejected_by=item.candidates[worse].made_by,
                    is_control=item.is_control,
                    chosen_provenance=written[better],
                    rejected_provenance=written[worse],
                )


def _chosen(choice: ChoiceRecord, translation: TranslationRecord) -> Preference:
    chosen, rejected = of_choice(choice, translation)
    return Preference(
        prompt=choice.source_text,
        chosen=choice.chosen,
        rejected=choice.rejected,
        source_language=choice.source_language,
        target_language=choice.target_language,
        id=choice.id,
        user_id=choice.user_id,
        user_role=choice.user_role,
        licence=choice.licence,
        licence_accepted_at=choice.licence_accepted_at,
        chosen_by=choice.model_id,
        rejected_by=choice.model_id,
        chosen_provenance=chosen,
        rejected_provenance=rejected,
    )
