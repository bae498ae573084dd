"""Decisions of reviewers about several ratings or comparisons at once: all of them or none.

Those about one are methods of `Judgements`."""

from collections.abc import Mapping

from sqlalchemy import select

from demo_app.store.engine import Database
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.judgements import Judgements
from demo_app.store.records import NOBODY, Author
from demo_app.store.review_records import ANOTHER_CHOSEN, Rejudged
from demo_app.store.revising import require_all_seen
from demo_app.store.schema_projects import ItemRow, JudgementRow


class JudgementReviews:
    """Every method raises the `StoreError` tree."""

    def __init__(self, database: Database, judgements: Judgements) -> None:
        self._database, self._judgements = database, judgements

    def adjudicate(
        self,
        item_id: str,
        revisions: Mapping[str, int],
        chosen: str,
        by: Author = NOBODY,
        rejudged: Rejudged | None = None,
    ) -> tuple[JudgementRecord, ...]:
        """Accept one judgement of an item, as it stands or as the reviewer changed it, and reject the others
        that await review. Returns the accepted one first.

        `revisions`: judgement -> revision, of every one that awaited review when they looked. Raises
        `InputError` where one is accepted already."""
        with self._database.writing():
            require_all_seen(self._statuses(item_id), revisions.keys(), chosen)
            accepted = self._judgements.accept(chosen, revisions[chosen], by=by, rejudged=rejudged)
            others = sorted(revisions.keys() - {chosen})
            rejected = [self._judgements.reject(id_, revisions[id_], ANOTHER_CHOSEN, by) for id_ in others]
            return accepted, *rejected

    def reopen_all(self, revisions: Mapping[str, int], by: Author = NOBODY) -> tuple[JudgementRecord, ...]:
        """Take the reviews of several back, judgement -> revision."""
        with self._database.writing():
            return tuple(
                self._judgements.reopen(id_, revision, by) for id_, revision in sorted(revisions.items())
            )

    def _statuses(self, item_id: str) -> dict[str, str]:
        row = JudgementRow
        answers = (
            select(row.id, row.status)
            .join(ItemRow, ItemRow.seq == row.item_seq)
            .where(ItemRow.id == item_id, row.superseded_at.is_(None), row.deleted_at.is_(None))
            # As `Reviews.adjudicate` locks corrections.
            .order_by(row.id)
            .with_for_update(of=row)
        )
        with self._database.reading() as session:
            return {id_: status for id_, status in session.execute(answers)}
