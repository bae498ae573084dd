"""Any order of legal actions keeps the promises: nothing lost, no revision changed, none skipped."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from core.errors import NotFoundError, StaleRevisionError
from demo_app.store.records import REVIEWED, CorrectionQuery, CorrectionRecord
from demo_app.store.review_records import ReviewQuery
from tests.demo_app.store.samples import correct, empty_at, open_at

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
EVERYTHING = CorrectionQuery(include_deleted=True, page_size=500)


class StoreMachine(RuleBasedStateMachine):
    """Compares the store with what it has acknowledged so far."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.acknowledged: dict[str, list[CorrectionRecord]] = {}
        self.starts = 0
        empty_at(self.folder / "x.db")
        self.start()

    def start(self) -> None:
        self.starts += 1
        self.store = open_at(self.folder / "x.db", prefix=f"start{self.starts}")

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=ids, text=TEXTS)
    def submit(self, text: str) -> str:
        record = correct(self.store, text)
        self.acknowledged[record.id] = [record]
        return record.id

    @rule(which=ids, text=TEXTS)
    def edit(self, which: str, text: str) -> None:
        before = self.acknowledged[which][-1]
        try:
            after = self.store.corrections.edit(which, before.revision, text)
        except NotFoundError:
            assert before.deleted_at
            return
        assert (before.deleted_at, after.corrected_text) == (None, text)
        self.acknowledged[which].append(after)

    @rule(which=ids)
    def delete_or_restore(self, which: str) -> None:
        before = self.acknowledged[which][-1]
        corrections = self.store.corrections
        change = corrections.restore if before.deleted_at else corrections.delete
        after = change(which, before.revision)
        assert bool(after.deleted_at) != bool(before.deleted_at)
        unchanged = replace(
            after, revision=before.revision, updated_at=before.updated_at, deleted_at=before.deleted_at
        )
        assert unchanged == before
        self.acknowledged[which].append(after)

    @rule(which=ids, accept=st.booleans())
    def decide_or_reopen(self, which: str, accept: bool) -> None:
        before = self.acknowledged[which][-1]
        reviews = self.store.reviews
        try:
            if before.status in REVIEWED:
                after = reviews.reopen(which, before.revision)
            elif accept:
                after = reviews.accept(which, before.revision)
            else:
                after = reviews.reject(which, before.revision, "too free")
        except NotFoundError:
            assert before.deleted_at
            return
        assert not before.deleted_at and (after.status in REVIEWED) != (before.status in REVIEWED)
        assert bool(after.reason) == (after.status == "rejected")
        self.acknowledged[which].append(after)

    @rule(which=ids, behind=st.integers(-2, 3).filter(bool), text=TEXTS)
    def edit_another_revision(self, which: str, behind: int, text: str) -> None:
        try:
            self.store.corrections.edit(which, self.acknowledged[which][-1].revision - behind, text)
        except StaleRevisionError:
            return
        raise AssertionError("An edit of another revision than the newest went through.")

    @precondition(lambda self: self.acknowledged)
    @rule()
    def restart(self) -> None:
        self.store.close()
        self.start()

    @precondition(lambda self: self.acknowledged)
    @rule()
    def look_what_awaits_review(self) -> None:
        newest = [revisions[-1] for revisions in self.acknowledged.values()]
        awaiting = [each for each in newest if not each.deleted_at and each.status == "submitted"]
        page = self.store.review_queue.page(ReviewQuery(page_size=500))
        assert [row.record for row in page.rows] == awaiting

    @invariant()
    def every_revision_is_as_acknowledged(self) -> None:
        for which, revisions in self.acknowledged.items():
            assert self.store.corrections.history(which) == tuple(revisions)
            assert [each.revision for each in revisions] == list(range(1, len(revisions) + 1))

    @invariant()
    def list_is_the_newest_of_each(self) -> None:
        newest = [revisions[-1] for revisions in self.acknowledged.values()][::-1]
        assert list(self.store.corrections.search(EVERYTHING).rows) == newest
        live = [each for each in newest if not each.deleted_at]
        assert list(self.store.corrections.stream(CorrectionQuery())) == live
        usable = [each for each in live if each.status != "rejected"]
        assert self.store.corrections.counts().total == len(usable)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=12, stateful_step_count=20)
