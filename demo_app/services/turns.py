"""What annotators do with items: take one, answer it, pass it on. Knows no SQL and no page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from core.errors import InputError
from demo_app.services.corrections import CorrectionService
from demo_app.services.people import Person, require_contributor, require_role
from demo_app.services.projects import ProjectService, holder_of
from demo_app.store.project_records import Answered, ItemRecord, Turn
from demo_app.store.queue import Queue
from demo_app.store.records import CorrectionRecord, NewCorrection, Verdict


class Answer(Protocol):
    """What is stored for a turn: a correction or a judgement."""

    @property
    def id(self) -> str: ...


Stored = TypeVar("Stored", bound=Answer)


@dataclass(frozen=True, kw_only=True)
class PostEdit:
    """What a person made of an item's first translation."""

    text: str
    verdict: Verdict
    duration_s: float
    comment: str = ""
    id: str | None = None
    """As in `NewCorrection`."""


@dataclass(frozen=True)
class TurnService:
    """In the name of whoever acts. Each method may raise `NotAllowedError`, `NotFoundError`, and for a turn
    that is not theirs any more `StaleRevisionError`; then nothing is stored, and the page keeps the text."""

    projects: ProjectService
    queue: Queue
    corrections: CorrectionService
    person: Callable[[], Person]

    def take(self, project_id: str) -> Turn | None:
        """As `Queue.take`, for somebody who knows the languages and accepted the licence."""
        require_contributor(self.person())
        self.projects.require_fit(project_id)
        turn = self.queue.take(project_id, self._holder())
        return None if turn is None else self._shown(turn)

    def held(self) -> tuple[Turn, ...]:
        """All that the person holds."""
        return tuple(map(self._shown, self.queue.held_by(self._holder())))

    def last_answers(self, project_id: str, at_most: int = 10) -> tuple[Answered, ...]:
        """What the person answered in a project, the last first."""
        found = self.queue.answered_by(project_id, self._holder(), at_most)
        return tuple(replace(one, item=self._without_names(one.item)) for one in found)

    def extend(self, slot_id: str) -> Turn:
        """The person is still at it."""
        return self._shown(self.queue.extend(slot_id, self._holder()))

    def give_back(self, slot_id: str) -> None:
        """Not now: it is anybody's, the person's too."""
        self.queue.give_back(slot_id, self._holder())

    def skip(self, slot_id: str, reason: str) -> str:
        """Not for me: somebody else gets the item. Returns what the reviewers were told before."""
        return self.queue.skip(slot_id, self._holder(), reason)

    def take_up(self, slot_id: str, flag: str) -> Turn:
        """For me after all, while nobody else took it; `flag`: what the reviewers are told again."""
        return self._shown(self.queue.take_up(slot_id, self._holder(), flag))

    def flag(self, slot_id: str, text: str) -> Turn:
        """Tell the reviewers about the item."""
        return self._shown(self.queue.flag(slot_id, self._holder(), text))

    def submit(self, slot_id: str, edit: PostEdit) -> CorrectionRecord:
        """Check and store a correction and end the turn, both or neither; also where the gate sets it aside.

        Raises as `CorrectionService.submit`. The same edit with the same id may be sent again."""
        require_contributor(self.person())
        new = self._correction(slot_id, edit)
        # Before the transaction, for the model takes its time.
        assessed = self.corrections.assess(new, was_asked_for=True)
        return self.answer(slot_id, lambda _: self.corrections.corrections.add(new, assessed))

    def answer(self, slot_id: str, give: Callable[[str], Stored]) -> Stored:
        """End the turn with what `give` stores for the item with the given id, as a judgement; see
        `Queue.answer`."""
        given: list[Stored] = []

        def save() -> str:
            given.append(give(self.queue.item(slot_id, self._holder()).id))
            return given[0].id

        self.queue.answer(slot_id, self._holder(), save)
        return given[0]

    def undo(self, slot_id: str, expected_revision: int) -> Turn:
        """Delete the correction that ended the turn, and hold it again. Raises as `Corrections.delete`."""
        return self.take_back(slot_id, lambda which: self.corrections.undo(which, expected_revision))

    def take_back(self, slot_id: str, undo: Callable[[str], object]) -> Turn:
        """The same with what removes the answer with the given id, as of a judgement."""

        def removed(answer_id: str) -> None:
            undo(answer_id)

        return self._shown(self.queue.take_back(slot_id, self._holder(), removed))

    def _correction(self, slot_id: str, edit: PostEdit) -> NewCorrection:
        item = self.queue.item(slot_id, self._holder())
        output = next(iter(item.candidates), None)
        if output is None or output.translation_id is None:
            raise InputError(
                "The item must have a translation to correct, but has none; judge it or skip it."
            )
        return NewCorrection(
            translation_id=output.translation_id,
            segment_index=0,
            hypothesis_index=output.hypothesis_index,
            corrected_text=edit.text,
            verdict=edit.verdict,
            duration_s=edit.duration_s,
            comment=edit.comment,
            id=edit.id,
            is_control=item.is_control,
        )

    def _shown(self, turn: Turn) -> Turn:
        return replace(turn, item=self._without_names(turn.item))

    def _without_names(self, item: ItemRecord) -> ItemRecord:
        """As an annotator may see it: nothing tells a known answer, nor whose an output is that is compared
        (`Judging.view` shows those), and of several to correct or rate the first is meant."""
        task = self.projects.projects.get(item.project_id).task
        seen = () if task == "comparison" else item.candidates[:1]
        return replace(
            item,
            candidates=tuple(replace(output, made_by="") for output in seen),
            gold=None,
            # Checks lie among the control slice, and must look like it.
            is_control=item.reason.get("rule") == "control",
        )

    def _holder(self) -> str:
        require_role(self.person(), "annotator")
        return holder_of(self.person())
