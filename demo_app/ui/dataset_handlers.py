"""What happens on the Dataset tab: read, ask a service, render. Parameter names are the API's names."""

from dataclasses import replace
from typing import Any

import gradio as gr

from core.errors import StaleRevisionError
from demo_app.services.people import acting
from demo_app.store.records import USABLE, CorrectionQuery, CorrectionRecord, Page, statuses_meant
from demo_app.ui.components.values import read_id, read_page
from demo_app.ui.dataset_layout import DatasetParts
from demo_app.ui.dataset_render import (
    editor_facts,
    export_offers,
    headline,
    reason_sentences,
    record_rows,
    revision_rows,
)
from demo_app.ui.feedback import QUIET, Refusal, Update, said, told
from demo_app.ui.projects_render import pseudonym
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings
from demo_app.viz.edits import live_diff

PAGE_SIZE = 25

Opened = tuple[str, int]


class DatasetHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: DatasetParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts

    def open_dataset(self, query: Any) -> Update:
        """The list as it is now."""
        return self.search(query)

    def offer_exports(self) -> Update:
        """The snapshots, and what else may be exported."""
        may_export = acting().may("reviewer")  # To others the button would only be refused.
        export = gr.update(value=self._offers() if may_export else {}, visible=may_export)
        return {self._parts.listing.export: export}

    def search(self, query: Any) -> Update:
        """First page of what matches."""
        return self._listed(read_query(query))

    def turn_page(self, page: Any, query: Any) -> Update:
        """Another page of the same search."""
        return self._listed(read_query(query, read_page(page)))

    def open_record(self, record: Any, text: str, opened: Opened | None) -> Update:
        """Open one in the editor, unless the one that is open has unsaved changes."""
        found = self._services.dataset.get(read_id(record))
        if opened and opened[0] != found.id and text != self._services.dataset.get(opened[0]).corrected_text:
            raise Refusal(self._strings.editor.unsaved)
        editor = self._parts.editor
        return {
            **self._edited(found),
            editor.text: found.corrected_text,
            editor.card: gr.update(visible=True),
        }

    def compare_edit(self, text: str, opened: Opened | None) -> Update:
        """Edits and HTER of the text in the editor."""
        record = self._services.dataset.get(require_opened(opened, self._strings)[0])
        return {self._parts.editor.diff: _diff(record, text)}

    def save_revision(self, text: str, query: Any, page: Any, opened: Opened | None) -> Update:
        """Keep the text as a new revision; if somebody was faster, say so and keep what was typed."""
        record_id, revision = require_opened(opened, self._strings)
        try:
            record = self._services.dataset.edit(record_id, revision, text)
        except StaleRevisionError as error:
            return self._overtaken(record_id, text, error)
        words = self._strings.editor.saved.format(revision=record.revision)
        notice = said(words)
        if record.status == "quarantined":
            reasons = " ".join(reason_sentences(self._strings, record))
            words = self._strings.editor.saved_aside.format(revision=record.revision, reasons=reasons)
            notice = said(words, "warning")
        listed = self._listed(read_query(query, read_page(page)))
        return {**listed, **self._edited(record), self._parts.editor.notice: notice}

    def release_record(self, query: Any, page: Any, opened: Opened | None) -> Update:
        """Take the open correction, which was set aside, back among the others."""
        record = self._services.dataset.release(*require_opened(opened, self._strings))
        listed = self._listed(read_query(query, read_page(page)))
        notice = said(self._strings.editor.released, action=self._strings.page.undo)
        return {**listed, **self._edited(record), self._parts.editor.notice: notice}

    def set_aside_again(self, query: Any, page: Any, opened: Opened | None) -> Update:
        """Undo the release of the open correction."""
        record = self._services.reviews.reopen(*require_opened(opened, self._strings))
        listed = self._listed(read_query(query, read_page(page)))
        notice = said(self._strings.review["reopened"])
        return {**listed, **self._edited(record), self._parts.editor.notice: notice}

    def delete_record(self, query: Any, page: Any, opened: Opened | None) -> Update:
        """Delete softly; the notice offers to undo it."""
        record = self._services.dataset.delete(*require_opened(opened, self._strings))
        return {
            **self._listed(read_query(query, read_page(page))),
            **self.close_record(),
            self._parts.deleted: (record.id, record.revision),
            self._parts.listing.notice: said(self._strings.dataset.deleted, action=self._strings.page.undo),
        }

    def restore_record(self, query: Any, page: Any, deleted: Opened | None) -> Update:
        """Undo the last deletion."""
        if deleted is None:
            raise Refusal(self._strings.page.nothing_to_undo)
        self._services.dataset.restore(*deleted)
        listed = self._listed(read_query(query, read_page(page)))
        return {
            **listed,
            self._parts.deleted: None,
            self._parts.listing.notice: said(self._strings.dataset.restored),
        }

    def close_record(self) -> Update:
        """Close the editor; what was not saved is discarded."""
        editor = self._parts.editor
        return {self._parts.opened: None, editor.card: gr.update(visible=False), editor.notice: QUIET}

    def export_file(self, query: Any, export: Any) -> Update:
        """All pages of the search, a snapshot (by `snapshot`, its name or id), or the ratings of a `project`
        (by its id), as a file of a `kind`."""
        kind, name, project = (str(_field(export, field) or "") for field in ("kind", "snapshot", "project"))
        taking, words = self._services.files, self._strings.dataset
        if project:
            return self._export_ratings(project, kind)
        snapshot = taking.find(name) if name else None
        path = taking.write_file(snapshot or read_query(query), kind, self._services.exports)
        told_words = words.exported_snapshot.format(name=snapshot.name) if snapshot else words.exported
        listing = self._parts.listing
        return {listing.file: gr.update(value=str(path)), listing.notice: said(told_words)}

    def freeze_snapshot(self, query: Any, export: Any) -> Update:
        """Keep what the search shows, and may be trained on, as a snapshot called `name`; with `judgements`
        ratings, comparisons and chosen words too."""
        name, judgements = str(_field(export, "name") or ""), _field(export, "judgements") is True
        made = self._services.files.freeze(name, read_query(query), judgements)
        words = self._strings.dataset.frozen_beside if made.beside else self._strings.dataset.frozen
        words = words.format(
            name=made.name, count=f"{made.counts['total']:,}", beside=f"{made.beside:,}", id=made.id[:12]
        )
        listing = self._parts.listing
        return {listing.export: self._offers(), listing.notice: said(words)}

    def _export_ratings(self, project_id: str, kind: str) -> Update:
        path = self._services.ratings.write_file(project_id, kind, self._services.exports)
        name = next(one.name for one in self._services.ratings.offered() if one.id == project_id)
        words, listing = self._strings.dataset.exported_ratings.format(name=name), self._parts.listing
        return {listing.file: gr.update(value=str(path)), listing.notice: said(words)}

    def _offers(self) -> dict[str, Any]:
        return export_offers(self._services.files.frozen(), self._services.ratings.offered())

    def _listed(self, query: CorrectionQuery) -> Update:
        page = self._services.dataset.search(query)
        if not page.rows and query.page > 1:
            return self._listed(replace(query, page=1))
        listing = self._parts.listing
        searching = query.text or query.source_language or query.verdict or query.statuses != USABLE
        return {
            listing.headline: headline(self._strings, self._services.dataset.counts()),
            listing.records: record_rows(page, self._strings.dataset.no_match if searching else ""),
            listing.pager: self._pager(page),
        }

    def _edited(self, record: CorrectionRecord) -> Update:
        editor, is_reviewer = self._parts.editor, acting().may("reviewer")
        return {
            self._parts.opened: (record.id, record.revision),
            editor.history: self._history(record),
            editor.diff: _diff(record, record.corrected_text),
            editor.notice: QUIET,
            editor.release: gr.update(visible=is_reviewer and record.status == "quarantined"),
            editor.delete: gr.update(visible=is_reviewer),
        }

    def _overtaken(self, record_id: str, text: str, error: StaleRevisionError) -> Update:
        newest = self._services.dataset.get(record_id)
        notice = told(error, self._strings)
        notice["text"] = f"{notice['text']} {self._strings.editor.stale}"
        diff = {self._parts.editor.diff: _diff(newest, text)}
        return {**self._edited(newest), **diff, self._parts.editor.notice: notice}

    def _history(self, record: CorrectionRecord) -> dict[str, Any]:
        return {
            **editor_facts(self._strings, record),
            "revisions": revision_rows(self._services.dataset.history(record.id), self._name),
        }

    def _name(self, user_id: str | None) -> str:
        if user_id != acting().id:
            return pseudonym(self._strings, user_id)
        return self._strings.history["you"] if user_id else ""  # Where nobody logs in it is always the same.

    def _pager(self, page: Page) -> dict[str, Any]:
        size, total = page.page_size, page.total
        first, last = (page.page - 1) * size + 1, min(page.page * size, total)
        many = total if page.is_exact else f"{total:,}+"
        words = self._strings.dataset.summary.format(first=first, last=last, total=many)
        return {"page": page.page, "pages": max(1, -(-total // size)), "summary": words if total else ""}


def read_query(query: Any, page: int = 1) -> CorrectionQuery:
    """The search that the page or a program sent; unknown fields are ignored. Raises `ConfigError`."""
    fields = query if isinstance(query, dict) else {}
    source, _, target = str(fields.get("direction") or "").partition("-")
    return CorrectionQuery(
        text=str(fields.get("text") or ""),
        source_language=source or None,
        target_language=target or None,
        verdict=str(fields.get("verdict") or "") or None,
        statuses=statuses_meant(str(fields.get("status") or "")),
        page=page,
        page_size=PAGE_SIZE,
    )


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def require_opened(opened: Opened | None, strings: Strings) -> Opened:
    """Raise `Refusal` when the editor is closed."""
    if opened is None:
        raise Refusal(strings.editor.not_open)
    return opened


def _diff(record: CorrectionRecord, text: str) -> dict[str, Any]:
    return {**live_diff(record.machine_text, text), "language": record.target_language}
