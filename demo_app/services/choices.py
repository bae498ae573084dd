"""Keeping the words that a person chose in the lab, if they want it: pairs to learn a preference from.

Knows no SQL and no page. Whether they want it is the page's to ask, each time: nothing here remembers it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from os.path import commonprefix

from core.analysis.scripts import is_unspaced
from core.errors import NotAllowedError
from demo_app.services.people import Person, require_contributor, require_role
from demo_app.services.readings import UNCHANGED, Kind, Place, Target
from demo_app.store.choices import ChoiceQuery, Choices, NewChoice
from demo_app.store.choices import ChoiceRecord as ChoiceRecord

_CHOSEN: tuple[Kind, ...] = ("word", "tree")
"""Targets that a person steered by a word."""
_REPLACED: tuple[Kind, ...] = ("hypothesis", *_CHOSEN)
"""Targets that the model wrote as it is: no translation of a person's own, nothing under edited attention."""
UNDOABLE = 100
"""Of a person's choices, the newest, among which is the one that they undo: the page goes back 50 steps."""


@dataclass(frozen=True)
class ChoiceService:
    """Safe to share between threads. Each method may raise `NotAllowedError`."""

    choices: Choices
    person: Callable[[], Person]

    def keep(self, place: Place, before: Target, after: Target) -> ChoiceRecord | None:
        """Keep that the person preferred `after` from the first piece on in which they differ.

        None, and nothing is kept, where that says nothing of the model: they differ in spaces at most, or one
        of them was not written by it. Raises `ConsentMissingError` for people who have not accepted the
        licence."""
        person = self.person()
        require_contributor(person)
        by_model = before.kind in _REPLACED and after.kind in _CHOSEN
        changed = before.change != UNCHANGED or after.change != UNCHANGED
        if not by_model or changed or before.ids == after.ids or before.text.split() == after.text.split():
            return None
        return self.choices.add(replace(choice_between(place, before, after), **person.author.marks()))

    def take_back(self, place: Place, before: Target, after: Target) -> ChoiceRecord | None:
        """Withdraw what was kept of this step, which its author undid; None where nothing is."""
        require_role(self.person(), "annotator")
        undone = _step_of(choice_between(place, before, after))
        newest, _ = self.choices.page(self.person().id, 1, UNDOABLE)
        kept = next((one for one in newest if _step_of(one) == undone), None)
        return kept and self.choices.withdraw(kept.id)

    def own(self, page: int, page_size: int) -> tuple[tuple[ChoiceRecord, ...], int]:
        """As `Choices.page`, of whoever acts, also where nobody logs in."""
        require_role(self.person(), "annotator")
        return self.choices.page(self.person().id, page, page_size)

    def withdraw(self, choice_id: str) -> ChoiceRecord:
        """Take one's own out of the dataset for good. Raises as `Choices.withdraw`."""
        require_role(self.person(), "annotator")
        if self.choices.get(choice_id).user_id != self.person().id:
            raise NotAllowedError("You may withdraw only your own choices, and this is not yours.")
        return self.choices.withdraw(choice_id)

    def withdraw_all(self) -> int:
        """The same of all of them; returns how many there were."""
        require_role(self.person(), "annotator")
        return self.choices.withdraw_all(self.person().id)

    def stream(self, query: ChoiceQuery) -> Iterator[ChoiceRecord]:
        """Those that nobody withdrew, oldest first; to annotators only their own."""
        person = self.person()
        require_role(person, "annotator")
        return self.choices.stream(query if person.may("reviewer") else replace(query, user_id=person.id))


def choice_between(place: Place, before: Target, after: Target) -> NewChoice:
    """Where two targets part: in pieces at the first that differs, in text at the word that holds it."""
    both = takewhile(lambda pair: pair[0] == pair[1], zip(before.ids, after.ids, strict=False))
    pieces = len(list(both))
    letters = _words_alike(before.text, after.text)
    return NewChoice(
        translation_id=place.translation_id,
        segment_index=place.segment,
        prefix_text=after.text[:letters],
        chosen_text=after.text[letters:],
        rejected_text=before.text[letters:],
        prefix_ids=after.ids[:pieces],
        chosen_ids=after.ids[pieces:],
        rejected_ids=before.ids[pieces:],
        chosen_log_probs=after.token_log_probs,
        rejected_log_probs=before.token_log_probs,
    )


def _step_of(one: NewChoice) -> tuple[object, ...]:
    """What tells a choice from the others of its author."""
    return one.translation_id, one.segment_index, one.prefix_ids, one.chosen_ids, one.rejected_ids


def _words_alike(one: str, other: str) -> int:
    """Characters at the beginning that make the same whole words, with the space after them."""
    at = len(commonprefix([one, other]))
    while at and not (one[at - 1].isspace() or is_unspaced(one[at - 1])):
        at -= 1
    return at
