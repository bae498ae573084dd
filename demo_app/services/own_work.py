"""A person's own corrections, and words they kept in the lab: to look at, to take along, to withdraw.

Knows no page and no SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from demo_app.services.people import Person, require_author
from demo_app.store.choices import ChoiceQuery, ChoiceRecord, Choices
from demo_app.store.corrections import Corrections
from demo_app.store.formats import FORMATS
from demo_app.store.histories import Histories
from demo_app.store.records import CorrectionQuery, CorrectionRecord, Page
from demo_app.store.selection import Selection

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class WordsPage:
    """Words that a person kept, newest first."""

    rows: tuple[ChoiceRecord, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class OwnWorkService:
    """What the page "My work" can do. All of it raises `NotAllowedError` for somebody without an account."""

    corrections: Corrections
    histories: Histories
    choices: Choices
    person: Callable[[], Person]

    def list(self, page: int) -> Page:
        """One page, newest first; withdrawn ones are among them, and deleted ones, which may be restored."""
        query = CorrectionQuery(
            user_id=self._user_id(),
            include_deleted=True,
            include_withdrawn=True,
            page=page,
            page_size=PAGE_SIZE,
        )
        return self.corrections.search(query)

    def write(self, file: BinaryIO) -> int:
        """All that is neither withdrawn nor deleted as JSON lines, newest first; returns how many."""
        own = Selection(self.histories.stream(CorrectionQuery(user_id=self._user_id())))
        return FORMATS["jsonl"].write(own, file)

    def withdraw(self, correction_id: str, expected_revision: int) -> CorrectionRecord:
        """Take it out of the dataset for good: no list, export or snapshot made later holds it.

        Raises as `Corrections.withdraw`, and `NotAllowedError` for somebody else's."""
        person = self.person()
        require_author(person, self.corrections.get(correction_id).user_id)
        return self.corrections.withdraw(correction_id, expected_revision, person.author)

    def words(self, page: int) -> WordsPage:
        """One page of the words that they chose in the lab, without those withdrawn."""
        rows, total = self.choices.page(ChoiceQuery(user_id=self._user_id()), page, PAGE_SIZE)
        return WordsPage(rows=rows, total=total, page=page, pages=max(1, -(-total // PAGE_SIZE)))

    def withdraw_words(self, choice_id: str) -> None:
        """Take chosen words out of the dataset for good. Raises as `Choices.withdraw`, and `NotAllowedError`
        for somebody else's."""
        require_author(self.person(), self.choices.get(choice_id).user_id, "choice")
        self.choices.withdraw(choice_id)

    def withdraw_all_words(self) -> int:
        """The same of all of them; returns how many there were."""
        return self.choices.withdraw_all(self._user_id())

    def _user_id(self) -> str:
        person = self.person()
        return require_author(person, person.id)
