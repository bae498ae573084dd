"""What happens on the Review tab: read, ask a service, render."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.errors import StaleRevisionError
from demo_app.services.people import acting
from demo_app.store.review_records import ReviewQuery
from demo_app.ui.annotate_render import draft_name
from demo_app.ui.components.values import read_id
from demo_app.ui.feedback import Refusal, Update, said, told
from demo_app.ui.review_layout import ReviewParts
from demo_app.ui.review_questions import (
    DecisionAsked,
    Kind,
    QueueAsked,
    read_decision,
    read_queue,
    read_rows,
)
from demo_app.ui.review_render import correction_rows, correction_value, judged_value, judgement_row
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

PAGE_SIZE = 25

Decided = tuple[Kind, dict[str, int]]
"""What a decision was about: records, each with the revision that it made."""
Act = Callable[[DecisionAsked], tuple[str, Decided]]
"""Does what was decided; gives the words for it, and what can be taken back."""


class ReviewHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: ReviewParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def open_review(self, queue: Any) -> Update:
        """The queue as it is now, with its first text open, or that which was."""
        return self._shown(queue, read_id(queue))

    def search_review(self, queue: Any) -> Update:
        """Another part of the queue."""
        return self._shown(queue, "")

    def pick_review(self, queue: Any) -> Update:
        """One text with all its versions."""
        return {self._parts.item: self._item(read_queue(queue).kind, read_id(queue))}

    def accept_version(self, item: Any, queue: Any) -> Update:
        """As it stands, or with the reviewer's own text."""

        def act(asked: DecisionAsked) -> tuple[str, Decided]:
            words = self._words("accepted", asked)
            if asked.kind != "correction":
                judged = self._services.judgements.accept(asked.id, asked.revision, form=asked.form)
                return words, (asked.kind, {judged.id: judged.revision})
            made = self._services.reviews.accept(asked.id, asked.revision, asked.text)
            return words, (asked.kind, {made.id: made.revision})

        return self._decide(item, queue, act)

    def reject_version(self, item: Any, queue: Any) -> Update:
        """For a reason."""

        def act(asked: DecisionAsked) -> tuple[str, Decided]:
            words = self._strings.review["rejected"].format(reason=asked.reason.strip())
            if asked.kind != "correction":
                judged = self._services.judgements.reject(asked.id, asked.revision, asked.reason)
                return words, (asked.kind, {judged.id: judged.revision})
            made = self._services.reviews.reject(asked.id, asked.revision, asked.reason)
            return words, (asked.kind, {made.id: made.revision})

        return self._decide(item, queue, act)

    def choose_version(self, item: Any, queue: Any) -> Update:
        """One of several, or what was made of it; the others are rejected."""

        def act(asked: DecisionAsked) -> tuple[str, Decided]:
            words, seen = self._words("chosen", asked), (asked.item_id, asked.revisions, asked.id)
            if asked.kind != "correction":
                judged = self._services.judgements.adjudicate(*seen, asked.form)
                return words, (asked.kind, {one.id: one.revision for one in judged})
            made = self._services.reviews.adjudicate(*seen, asked.text)
            return words, (asked.kind, {one.id: one.revision for one in made})

        return self._decide(item, queue, act)

    def release_version(self, item: Any, queue: Any) -> Update:
        """What the gate set aside waits among the others."""

        def act(asked: DecisionAsked) -> tuple[str, Decided]:
            made = self._services.dataset.release(asked.id, asked.revision)
            return self._strings.review["released"], (asked.kind, {made.id: made.revision})

        return self._decide(item, queue, act)

    def reopen_decision(self, queue: Any, decided: Decided | None) -> Update:
        """Take the last decision back, and show what it was about."""
        if not decided:
            raise Refusal(self._strings.page.nothing_to_undo)
        kind, revisions = decided
        reopened = self._reopened(kind, revisions)
        return {
            **self._shown(queue, reopened if read_queue(queue).kind == kind else ""),
            self._parts.decided: None,
            self._parts.notice: said(self._strings.review["reopened"]),
        }

    def _reopened(self, kind: Kind, revisions: dict[str, int]) -> str:
        """The id of what is undecided again."""
        if kind == "correction":
            return self._services.reviews.reopen_all(revisions)[0].id
        return self._services.judgements.reopen_all(revisions)[0].id

    def _words(self, done: str, asked: DecisionAsked) -> str:
        words = self._strings.review
        name = words["version" if asked.kind == "correction" else "answer"].format(number=asked.number)
        changed = "_changed" if asked.form else "" if asked.text is None else "_own"
        return words[f"{done}{changed}"].format(name=name)

    def _decide(self, item: Any, queue: Any, act: Act) -> Update:
        asked = read_decision(item)
        try:
            words, decided = act(asked)
        except StaleRevisionError as error:
            return self._overtaken(asked, queue, error)
        update = self._next(asked, queue)
        ended = item.get("draft") if asked.form or asked.text is not None else None
        return {
            **update,
            self._parts.item: {**update[self._parts.item], "ended": ended},
            self._parts.decided: decided,
            self._parts.notice: said(words, action=self._strings.page.undo),
        }

    def _overtaken(self, asked: DecisionAsked, queue: Any, error: StaleRevisionError) -> Update:
        """Somebody was faster: the newest versions, while the script keeps what was typed."""
        notice = told(error, self._strings, "warning")
        notice["text"] = f"{notice['text']} {self._strings.review['stale']}"
        return {**self._shown(queue, asked.id), self._parts.notice: notice}

    def _next(self, asked: DecisionAsked, queue: Any) -> Update:
        """The same text while a version of it awaits a decision, else the one after it."""
        value = self._item(asked.kind, asked.id)
        status = read_queue(queue).status
        if any(version["status"] == status and version["may_decide"] for version in value["versions"]):
            return self._shown(queue, asked.id)
        rows, selected = read_rows(queue), read_id(queue)
        later = rows[rows.index(selected) + 1 :] if selected in rows else []
        listed = self._queue(read_queue(queue))
        left = [row["id"] for row in listed["rows"]]
        return self._with(listed, next((one for one in (*later, *left) if one in left), ""))

    def _shown(self, queue: Any, wanted: str) -> Update:
        """The queue, and the wanted text or the first one."""
        listed = self._queue(read_queue(queue))
        rows = [row["id"] for row in listed["rows"]]
        return self._with(listed, wanted or (rows[0] if rows else ""))

    def _with(self, listed: dict[str, Any], chosen: str) -> Update:
        kind: Kind = listed["query"]["kind"]
        item = self._item(kind, chosen) if chosen else {"kind": kind, "none": True}
        return {self._parts.queue: {**listed, "selected": chosen or None}, self._parts.item: item}

    def _queue(self, asked: QueueAsked) -> dict[str, Any]:
        rows, total, is_exact = self._found(asked)
        if not rows and asked.page > 1:
            return self._queue(replace(asked, page=1))
        first = (asked.page - 1) * PAGE_SIZE + 1
        words = self._strings.review["summary"]
        last = min(total, asked.page * PAGE_SIZE)
        many = total if is_exact else f"{total:,}+"
        return {
            "query": {"kind": asked.kind, "status": asked.status, "project": asked.project_id or ""},
            "rows": rows,
            "page": asked.page,
            "pages": max(1, -(-total // PAGE_SIZE)),
            "summary": words.format(first=first, last=last, total=many) if total else "",
            "projects": [[one.id, one.name] for one in self._services.projects.list()],
        }

    def _found(self, asked: QueueAsked) -> tuple[list[dict[str, Any]], int, bool]:
        """One page, and how many there are: all of them, or as far as they are counted."""
        query = ReviewQuery(
            status=asked.status, project_id=asked.project_id, page=asked.page, page_size=PAGE_SIZE
        )
        if asked.kind == "correction":
            found = self._services.reviews.awaiting(query)
            return correction_rows(self._strings, found.rows), found.total, True
        judged = self._services.judgements.awaiting(asked.kind, query)
        return [judgement_row(self._strings, one) for one in judged.rows], judged.total, judged.is_exact

    def _item(self, kind: Kind, id_: str) -> dict[str, Any]:
        value = self._value(kind, id_)
        return {**value, "draft": draft_name(f"review.{value['key']}", acting())}

    def _value(self, kind: Kind, id_: str) -> dict[str, Any]:
        projects = self._services.projects.projects
        if kind == "correction":
            reviewed = self._services.reviews.item(id_)
            name = projects.get(reviewed.project_id).name if reviewed.project_id else ""
            return correction_value(self._strings, reviewed, name)
        judgements = self._services.judgements
        judged = judgements.beside(id_)
        project = projects.get(judged.item.project_id)
        return judged_value(self._strings, judged, project, judgements)
