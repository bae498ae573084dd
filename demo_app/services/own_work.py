"""A person's own corrections: to look at, to take along, to withdraw. Knows no page and no SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from demo_app.services.people import Person, require_author
from demo_app.store.corrections import Corrections
from demo_app.store.formats import FORMATS
from demo_app.store.histories import Histories
from demo_app.store.records import CorrectionQuery, CorrectionRecord, Page
from demo_app.store.selection import Selection

PAGE_SIZE = 25


@dataclass(frozen=True)
class OwnWorkService:
    """What the page "My work" can do. All of it raises `NotAllowedError` for somebody without an account."""

    corrections: Corrections
    histories: Histories
    person: Callable[[], Person]

    def list(self, page: int) -> Page:
        """One page, newest first; withdrawn ones are among them, deleted ones are not."""
        query = CorrectionQuery(
            user_id=self._user_id(), include_withdrawn=True, page=page, page_size=PAGE_SIZE
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

    def _user_id(self) -> str:
        person = self.person()
        return require_author(person, person.id)
