"""What happens on the Annotate tab: read, ask a service, render. Parameter names are the API's names."""

from collections.abc import Sequence
from typing import Any

from core.errors import NotFoundError, StaleRevisionError
from demo_app.services.people import acting
from demo_app.store.judgement_records import JudgementRecord
from demo_app.store.project_records import Answered, ProjectRecord, Turn
from demo_app.store.records import CorrectionRecord
from demo_app.ui.annotate_layout import AnnotateParts
from demo_app.ui.annotate_questions import MAX_DIFF_CHARS, read_edit, read_form, read_revision, read_text
from demo_app.ui.annotate_render import (
    Answer,
    answer_rows,
    asked_value,
    chosen,
    draft_name,
    findings,
    given,
    own_revisions,
    project_row,
    turn_value,
)
from demo_app.ui.dataset_render import percent
from demo_app.ui.feedback import QUIET, Refusal, Update, said, told
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings
from demo_app.viz.edits import live_diff


class AnnotateHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: AnnotateParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def open_annotate(self) -> Update:
        """The projects that are open to the person, or what they can do about there being none."""
        service = self._services.projects
        rows = [
            project_row(self._strings, one, service.my_share(one.id), service.extent(one.id))
            for one in service.open_to_me()
        ]
        person = acting()
        state = "consent" if not person.may_contribute else "admin" if person.may("admin") else "annotator"
        return {self._parts.projects: {"rows": rows, "nobody": state}}

    def start_project(self, question: Any) -> Update:
        """Take the turn that the person holds, or the next."""
        project = self._project(question)
        return {**self._next(project), **self._answers(project)}

    def answer_turn(self, question: Any) -> Update:
        """Keep the answer and give the next turn. One that is lost is told; the page keeps what was typed."""
        project, slot = self._project(question), read_text(question, "slot")
        try:
            record = self._given(project, slot, question)
        except StaleRevisionError:
            return {self._parts.desk: {"lost": slot}, self._parts.notice: QUIET}
        update = {**self._next(project, slot, answered=True), **self._answers(project)}
        return {**update, self._parts.notice: self._receipt(record, revised=False)}

    def skip_turn(self, question: Any) -> Update:
        """Somebody else's item, never mine; the next turn."""
        project, slot = self._project(question), read_text(question, "slot")
        try:
            flag = self._services.turns.skip(slot, read_text(question, "reason"))
        except StaleRevisionError:
            return {self._parts.desk: {"lost": slot}, self._parts.notice: QUIET}
        update = self._next(project, slot, undo={"skipped": slot, "flag": flag})
        return {**update, self._parts.notice: self._offering_undo(self._strings.annotate.skipped)}

    def flag_turn(self, question: Any) -> Update:
        """Tell the reviewers about the item; the turn goes on."""
        slot, text = read_text(question, "slot"), read_text(question, "text")
        turn = self._services.turns.flag(slot, text)
        words = self._strings.annotate
        notice = said(words.flagged if text.strip() else words.unflagged)
        return {self._parts.desk: {"slot": slot, "flag": turn.flag or ""}, self._parts.notice: notice}

    def keep_turn(self, question: Any) -> Update:
        """The person is still at it."""
        slot = read_text(question, "slot")
        try:
            self._services.turns.extend(slot)
        except (StaleRevisionError, NotFoundError):
            return {self._parts.desk: {"lost": slot}}
        return {}

    def leave_turn(self, question: Any) -> Update:
        """Back to the projects. A turn at which nothing was done yet is anybody's again."""
        slot = read_text(question, "slot")
        if slot and not (isinstance(question, dict) and question.get("begun")):
            try:
                self._services.turns.give_back(slot)
            except (StaleRevisionError, NotFoundError):
                pass  # It is somebody else's already: all the better.
        return {**self.open_annotate(), self._parts.desk: {"left": True}}

    def take_answer_back(self, question: Any) -> Update:
        """Take back what the page says was done last, a skip or a change in `undo`; else the last answer."""
        project, undo = self._project(question), question.get("undo")
        slot, answer = read_text(undo, "skipped"), read_text(undo, "answer")
        try:
            if slot:
                return self._taken_up(project, slot, read_text(undo, "flag"))
            if answer:
                return self._changed_back(project, answer, read_revision(undo))
        except (StaleRevisionError, NotFoundError) as error:
            return {
                self._parts.desk: {"over": slot or answer},
                self._parts.notice: told(error, self._strings, "warning"),
            }
        return self._last_taken_back(project)

    def _taken_up(self, project: ProjectRecord, slot: str, flag: str) -> Update:
        """The turn that was skipped."""
        turn = self._services.turns.take_up(slot, flag)
        return {
            self._parts.desk: self._desk(project, self._turn(project, turn)),
            self._parts.notice: said(self._strings.annotate.undone),
        }

    def _last_taken_back(self, project: ProjectRecord) -> Update:
        """Delete the last answer in the project, and have its turn again, filled with what was answered."""
        last = self._services.turns.last_answers(project.id, 1)
        if not last:
            raise Refusal(self._strings.page.nothing_to_undo)
        record = self._record(project, last[0])
        turns, revision = self._services.turns, record.revision
        if isinstance(record, CorrectionRecord):
            turn = turns.undo(last[0].slot_id, revision)
        else:
            judgements = self._services.judgements
            turn = turns.take_back(last[0].slot_id, lambda which: judgements.undo(which, revision))
        value = {**self._turn(project, turn), "filled": given(record)}
        return {
            self._parts.desk: self._desk(project, value),
            **self._answers(project),
            self._parts.notice: said(self._strings.annotate.undone),
        }

    def open_answer(self, question: Any) -> Update:
        """Look at one of the last answers again, to change it."""
        project = self._project(question)
        answered = self._own_answer(project, read_text(question, "answer"))
        record = self._record(project, answered)
        value = {
            **self._asked(project, answered),
            "slot": "",
            "draft": draft_name(f"{record.id}.{record.revision}", acting()),
            "revising": True,
            "filled": given(record),
            "history": own_revisions(self._strings, self._history(project, record.id), acting()),
        }
        return {self._parts.desk: self._desk(project, value)}

    def revise_answer(self, question: Any) -> Update:
        """Another answer in place of an earlier one, as a new revision; then back to the turn."""
        project = self._project(question)
        answer, revision = read_text(question, "answer"), read_revision(question)
        self._own_answer(project, answer)
        record: Answer
        if project.task == "post_edit":
            edit = read_edit(question, acting())
            record = self._services.dataset.edit(answer, revision, edit.text, edit.comment)
        else:
            form = read_form(question, project.task, acting())
            record = self._services.judgements.revise(answer, revision, form)
        undo = {"answer": answer, "revision": record.revision}
        update = {**self._next(project, answer, undo=undo), **self._answers(project)}
        return {**update, self._parts.notice: self._receipt(record, revised=True)}

    def _changed_back(self, project: ProjectRecord, answer: str, revision: int) -> Update:
        """What the answer said before that revision, as a new one; then back to the turn."""
        self._own_answer(project, answer)
        history = self._history(project, answer)
        before = next((one for one in history if one.revision == revision - 1), None)
        if before is None:
            raise Refusal(self._strings.page.nothing_to_undo)
        record: Answer
        if isinstance(before, CorrectionRecord):
            record = self._services.dataset.edit(answer, revision, before.corrected_text, before.comment)
        else:
            form = read_form(given(before), project.task, acting())
            record = self._services.judgements.revise(answer, revision, form)
        words = self._strings.annotate.changed_back.format(revision=record.revision)
        return {**self._next(project), **self._answers(project), self._parts.notice: said(words)}

    def compare_turn(self, question: Any) -> Update:
        """Edits and HTER of what is typed, so far."""
        machine, text = read_text(question, "machine"), read_text(question, "text")
        if len(machine) > MAX_DIFF_CHARS or len(text) > MAX_DIFF_CHARS:
            return {}
        return {self._parts.edits: {"slot": read_text(question, "slot"), **live_diff(machine, text)}}

    def _given(self, project: ProjectRecord, slot: str, question: Any) -> Answer:
        services = self._services
        if project.task != "post_edit":
            form = read_form(question, project.task, acting())
            return services.turns.answer(slot, lambda item_id: services.judgements.give(item_id, form))
        return services.turns.submit(slot, read_edit(question, acting()))

    def _next(self, project: ProjectRecord, ended: str = "", **more: Any) -> Update:
        """The desk with the next turn; `ended`: the slot or answer whose draft the page need not keep."""
        turn = self._services.turns.take(project.id)
        value = None if turn is None else self._turn(project, turn)
        return {self._parts.desk: {**self._desk(project, value, ended), **more}}

    def _desk(self, project: ProjectRecord, turn: dict[str, Any] | None, ended: str = "") -> dict[str, Any]:
        """How far the whole project is is counted at the start alone: of a million items it takes time."""
        services = self._services.projects
        extent = None if ended else services.extent(project.id)
        row = project_row(self._strings, project, services.my_share(project.id), extent)
        return {"project": row, "turn": turn, "ended": ended}

    def _turn(self, project: ProjectRecord, turn: Turn) -> dict[str, Any]:
        common = turn_value(self._strings, project, turn, acting())
        return {**common, **self._asked(project, turn)}

    def _asked(self, project: ProjectRecord, turn: Turn | Answered) -> dict[str, Any]:
        if project.task != "post_edit":
            return asked_value(self._strings, project, self._services.judgements.view(turn.item.id))
        seen = {
            "source_language": project.source_language,
            "target_language": project.target_language,
            "source": turn.item.source_text,
            "text": turn.item.candidates[0].text,
        }
        return asked_value(self._strings, project, seen)

    def _answers(self, project: ProjectRecord) -> Update:
        last = self._services.turns.last_answers(project.id)
        rows = [(one.item.source_text, self._record(project, one)) for one in last]
        return {self._parts.answers: answer_rows(self._strings, rows)}

    def _own_answer(self, project: ProjectRecord, answer_id: str) -> Answered:
        for one in self._services.turns.last_answers(project.id):
            if one.answer_id == answer_id:
                return one
        raise Refusal(self._strings.annotate.not_listed)

    def _record(self, project: ProjectRecord, answered: Answered) -> Answer:
        if project.task == "post_edit":
            return self._services.dataset.get(answered.answer_id)
        return self._services.judgements.get(answered.answer_id)

    def _history(self, project: ProjectRecord, answer_id: str) -> Sequence[Answer]:
        if project.task == "post_edit":
            return self._services.dataset.history(answer_id)
        return self._services.judgements.history(answer_id)

    def _project(self, question: Any) -> ProjectRecord:
        return self._services.projects.require_fit(read_text(question, "project"))

    def _receipt(self, record: Answer, *, revised: bool) -> dict[str, str]:
        words = self._strings.annotate
        noticed = findings(self._strings, record)
        if record.status == "quarantined":
            return self._offering_undo(words.set_aside.format(reasons=noticed), "warning")
        if revised:
            text = words.revised.format(revision=record.revision)
        elif isinstance(record, JudgementRecord):
            text = self._judged(record)
        elif record.verdict == "right":
            text = words.saved_right
        else:
            text = words.saved.format(hter=percent(record.hter))
        return self._offering_undo(f"{text} {noticed}".strip())

    def _judged(self, record: JudgementRecord) -> str:
        words, answer = self._strings.annotate, record.answer
        if record.kind == "rating":
            what = words.rated.format(score=answer["score"], errors=len(answer["spans"]))
        else:
            what = chosen(self._strings, [answer["ranks"][place] for place in answer["order"]])
        return words.saved_judgement.format(what=what)

    def _offering_undo(self, text: str, kind: str = "done") -> dict[str, str]:
        return said(text, kind, self._strings.page.undo)
