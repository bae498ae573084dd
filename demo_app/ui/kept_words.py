"""Words kept from the lab where nobody logs in, below the dataset: layout, listeners, what happens.

Who has an account finds theirs on the page My work."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo_app.services.choices import ChoiceRecord
from demo_app.services.people import acting
from demo_app.ui.components.values import read_id, read_page
from demo_app.ui.components.widget import widget
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.dataset_render import moment
from demo_app.ui.feedback import QUIET, Update, said
from demo_app.ui.listen import Listener
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

PAGE_SIZE = 10


@dataclass(frozen=True, kw_only=True)
class KeptParts:
    """What handlers change."""

    card: gr.Column
    words: gr.HTML
    pager: gr.HTML
    notice: gr.HTML


class KeptHandlers:
    """Closed over the services and the parts of the card; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: KeptParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def open_kept(self) -> Update:
        """The newest, where nobody logs in and there are any."""
        if acting().id is not None:
            return {self._parts.card: gr.update(visible=False)}
        return {**self._listed(1), self._parts.notice: QUIET}

    def turn_kept(self, page: Any) -> Update:
        """Another page of them."""
        return self._listed(read_page(page))

    def withdraw_kept(self, choice: Any, page: Any) -> Update:
        """Take one out of the dataset for good."""
        self._services.choices.withdraw(read_id(choice))
        return self._withdrawn(read_page(page))

    def withdraw_all_kept(self) -> Update:
        """Take all of them out for good."""
        self._services.choices.withdraw_all()
        return self._withdrawn(1)

    def _withdrawn(self, page: int) -> Update:
        # The card stays for what it says, though it may be empty now.
        card = gr.update(visible=True)
        notice = said(self._strings.work["withdrawn_now"])
        return {**self._listed(page), self._parts.card: card, self._parts.notice: notice}

    def _listed(self, page: int) -> Update:
        total = self._services.choices.own(1, 1)[1]
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(page, pages)
        rows, total = self._services.choices.own(page, PAGE_SIZE)
        first, last = (page - 1) * PAGE_SIZE + 1, (page - 1) * PAGE_SIZE + len(rows)
        summary = self._strings.dataset.summary.format(first=first, last=last, total=total)
        return {
            self._parts.card: gr.update(visible=total > 0),
            self._parts.words: {"rows": list(map(self._row, rows)), "total": total, "selected": None},
            self._parts.pager: {"page": page, "pages": pages, "summary": summary if pages > 1 else ""},
        }

    def _row(self, choice: ChoiceRecord) -> dict[str, Any]:
        pair = choice.source_language, choice.target_language
        return {
            "id": choice.id,
            "source": choice.source_text,
            "prefix": choice.prefix_text,
            "chosen": choice.chosen_text,
            "rejected": choice.rejected_text,
            "when": moment(choice.created_at),
            "direction": direction_name(self._strings.languages, *pair),
            "source_language": pair[0],
            "target_language": pair[1],
        }


def build_kept(services: Services, strings: Strings, tab: gr.Tab) -> None:
    """The list is read anew whenever the tab is opened."""
    with gr.Column(elem_id="kept-card", elem_classes="card", visible=False) as card:
        notice = widget("notice", elem_id="kept-notice")
        words = widget("kept", labels=strings.work, elem_id="kept")
        pager = widget("pager", {"page": 1}, labels=strings.pager, elem_id="kept-pager")
    parts = KeptParts(card=card, words=words, pager=pager, notice=notice)
    handlers, listen = KeptHandlers(services, strings, parts), Listener(strings, services.person_of)
    listed = [card, words, pager]
    listen(tab.select, notice, handlers.open_kept, [], listed, api_visibility="private")
    listen(pager.turn, notice, handlers.turn_kept, [pager], listed)
    listen(words.withdraw, notice, handlers.withdraw_kept, [words, pager], listed)
    listen(words.withdraw_all, notice, handlers.withdraw_all_kept, [], listed)
