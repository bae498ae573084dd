"""The Review tab: layout and listeners."""

from functools import partial
from typing import Any

import gradio as gr

from demo_app.ui.listen import Listener, Newest
from demo_app.ui.review_handlers import ReviewHandlers
from demo_app.ui.review_layout import build_review_layout
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings


def build_review_tab(services: Services, strings: Strings, tab: gr.Tab) -> None:
    """The queue is read anew whenever the tab is opened. Programs have the HTTP API."""
    parts = build_review_layout(strings)
    handlers = ReviewHandlers(services, strings, parts)
    listen = partial(Listener(strings, services.person_of), api_visibility="private")
    queue, item, notice = parts.queue, parts.item, parts.notice
    shown, decision = [queue, item], [queue, item, parts.decided]
    looked = Newest()
    listen(tab.select, notice, handlers.open_review, [queue], shown, newest=looked)
    listen(queue.search, notice, handlers.search_review, [queue], shown, newest=looked)
    picked: dict[str, Any] = {"newest": Newest(under=looked), "clears": False}
    listen(queue.pick, notice, handlers.pick_review, [queue], [item], **picked)
    listen(item.accept, notice, handlers.accept_version, [item, queue], decision)
    listen(item.reject, notice, handlers.reject_version, [item, queue], decision)
    listen(item.choose, notice, handlers.choose_version, [item, queue], decision)
    listen(item.release, notice, handlers.release_version, [item, queue], decision)
    listen(notice.act, notice, handlers.reopen_decision, [queue, parts.decided], decision)
