"""The Dataset tab: layout and listeners."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.dataset_handlers import DatasetHandlers
from demo_app.ui.dataset_layout import DatasetParts, build_dataset_layout
from demo_app.ui.kept_words import build_kept
from demo_app.ui.listen import Listener, Newest, in_browser
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

# A failed export leaves the last file where it was, and that must not be downloaded again.
DOWNLOAD = """(file) => {
  if (!file || file.url === window.interlinearExport) return;
  window.interlinearExport = file.url;
  setTimeout(() => document.querySelector('#export-file').click(), 100);
}"""


def build_dataset_tab(services: Services, strings: Strings, models: Sequence[ModelInfo], tab: gr.Tab) -> None:
    """The list is read anew whenever the tab is opened."""
    parts = build_dataset_layout(strings, models)
    handlers = DatasetHandlers(services, strings, parts)
    listen = Listener(strings, services.person_of)
    _wire_list(listen, parts, handlers, tab)
    _wire_editor(listen, parts, handlers)
    build_kept(services, strings, tab)


def _wire_list(listen: Listener, parts: DatasetParts, handlers: DatasetHandlers, tab: gr.Tab) -> None:
    listing, editor = parts.listing, parts.editor
    told, query = listing.notice, listing.filters
    listed = _listed(parts)
    # The list is that of the filters as they were chosen last.
    newest, private = Newest(), {"api_visibility": "private"}
    listen(tab.select, told, handlers.open_dataset, [query], listed, newest=newest, **private)
    listen(tab.select, told, handlers.offer_exports, [], [listing.export], clears=False, **private)
    listen(query.search, told, handlers.search, [query], listed, newest=newest)
    listen(listing.pager.turn, told, handlers.turn_page, [listing.pager, query], listed, newest=newest)
    opened = [*_edited(parts), editor.text, editor.card]
    chosen = [listing.records, editor.text, parts.opened]
    # Which text stands in the editor is known once the one before it is open.
    last = {"trigger_mode": "always_last"}
    listen(listing.records.pick, editor.notice, handlers.open_record, chosen, opened, **last)
    asked = [query, listing.export]
    made = listen(listing.export.export, told, handlers.export_file, asked, [listing.file])
    in_browser(made.success, DOWNLOAD, [listing.file], [])
    listen(listing.export.freeze, told, handlers.freeze_snapshot, asked, [listing.export])


def _wire_editor(listen: Listener, parts: DatasetParts, handlers: DatasetHandlers) -> None:
    listing, editor = parts.listing, parts.editor
    told = editor.notice
    place = [listing.filters, listing.pager]
    listed, edited = _listed(parts), _edited(parts)
    last: dict[str, Any] = {"trigger_mode": "always_last", "clears": False}
    # `change` also sees a paste, which `input` does not.
    listen(
        editor.text.change, told, handlers.compare_edit, [editor.text, parts.opened], [editor.diff], **last
    )
    saved = [editor.text, *place, parts.opened]
    listen(editor.save.click, told, handlers.save_revision, saved, [*listed, *edited])
    listen(editor.release.click, told, handlers.release_record, [*place, parts.opened], [*listed, *edited])
    listen(told.act, told, handlers.set_aside_again, [*place, parts.opened], [*listed, *edited])
    closed = [parts.opened, editor.card]
    gone = [*listed, *closed, listing.notice, parts.deleted]
    listen(editor.delete.click, told, handlers.delete_record, [*place, parts.opened], gone)
    back = [*listed, parts.deleted]
    listen(listing.notice.act, listing.notice, handlers.restore_record, [*place, parts.deleted], back)
    listen(editor.close.click, told, handlers.close_record, [], closed)


def _listed(parts: DatasetParts) -> list[Any]:
    listing = parts.listing
    return [listing.headline, listing.records, listing.pager]


def _edited(parts: DatasetParts) -> list[Any]:
    editor = parts.editor
    return [parts.opened, editor.history, editor.diff, editor.notice, editor.release, editor.delete]
