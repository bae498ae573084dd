"""The Dataset tab's search, list and editor. Knows no handler."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.components.widget import widget
from demo_app.ui.strings import Labels, Strings


@dataclass(frozen=True, kw_only=True)
class ListParts:
    """Search, rows, pages and export."""

    headline: gr.HTML
    filters: gr.HTML
    records: gr.HTML
    pager: gr.HTML
    export: gr.HTML
    file: gr.DownloadButton
    notice: gr.HTML


@dataclass(frozen=True, kw_only=True)
class EditorParts:
    """One correction, opened."""

    card: gr.Column
    history: gr.HTML
    text: gr.Textbox
    diff: gr.HTML
    notice: gr.HTML
    save: gr.Button
    release: gr.Button
    delete: gr.Button
    close: gr.Button


@dataclass(frozen=True, kw_only=True)
class DatasetParts:
    """Everything on the tab that a handler reads or changes."""

    listing: ListParts
    editor: EditorParts
    opened: gr.State
    """(id, revision) of the correction in the editor, or None."""
    deleted: gr.State
    """(id, revision) of the one just deleted, or None."""


def build_dataset_layout(strings: Strings, models: Sequence[ModelInfo]) -> DatasetParts:
    """`models` say which directions can be searched for."""
    opened, deleted = gr.State(None), gr.State(None)
    with gr.Row(elem_id="dataset-head"):
        headline = widget("headline", elem_id="headline")
        with gr.Row(elem_classes="actions"):
            export = widget("export", {"snapshots": []}, labels=strings.export, elem_id="export")
            # Never hidden with `visible=False`: then it is not on the page and the script cannot click it.
            label = strings.export["download"]
            file = gr.DownloadButton(label, elem_id="export-file", elem_classes="off-screen")
    filters = widget(
        "filters",
        {"text": "", "direction": "", "verdict": "", "status": ""},
        labels=strings.filters,
        directions=direction_choices(strings.languages, models),
        verdicts=list(strings.verdicts.items()),
        statuses=list(strings.statuses.items()),
        elem_id="filters",
    )
    notice = widget("notice", elem_id="dataset-notice")
    with gr.Row(elem_id="shelf"):
        with gr.Column(elem_id="records-card", elem_classes="card"):
            records = widget("records", labels={**strings.records, **strings.verdicts}, elem_id="records")
            pager = widget("pager", {"page": 1}, labels=strings.pager, elem_id="pager")
        editor = _build_editor(strings)
    listing = ListParts(
        headline=headline,
        filters=filters,
        records=records,
        pager=pager,
        export=export,
        file=file,
        notice=notice,
    )
    return DatasetParts(listing=listing, editor=editor, opened=opened, deleted=deleted)


def direction_choices(names: Labels, models: Sequence[ModelInfo]) -> list[tuple[str, str]]:
    """(`fr-en`, `French → English`) for each direction of any model, each once."""
    pairs = dict.fromkeys(pair for model in models for pair in model.directions)
    return [(f"{source}-{target}", direction_name(names, source, target)) for source, target in pairs]


def direction_name(names: Labels, source: str, target: str) -> str:
    """Example: `direction_name({"fr": "French"}, "fr", "xx")` is `French → xx`."""
    return f"{names.get(source, source)} → {names.get(target, target)}"


def _build_editor(strings: Strings) -> EditorParts:
    with gr.Column(elem_id="editor-card", elem_classes="card", visible=False) as card:
        with gr.Row(elem_classes="card-head"):
            gr.HTML(f"<h2>{strings.editor.title}</h2>", elem_classes="title")
            close = gr.Button(strings.editor.close, elem_id="close-editor", elem_classes="quiet", size="sm")
        history = widget("history", labels=strings.history, elem_id="history")
        text = gr.Textbox(
            value="",
            label=strings.editor.text,
            show_label=False,
            container=False,
            lines=3,
            max_lines=12,
            elem_id="editor-text",
        )
        diff = widget("diff", labels=strings.diff, elem_id="editor-diff")
        notice = widget("notice", elem_id="editor-notice")
        with gr.Row(elem_classes="actions"):
            delete = gr.Button(
                strings.editor.delete, elem_id="delete", elem_classes="quiet danger", size="sm"
            )
            release = gr.Button(
                strings.editor.release, elem_id="release", elem_classes="quiet", size="sm", visible=False
            )
            save = gr.Button(strings.editor.save, variant="primary", elem_id="save-revision", size="sm")
    return EditorParts(
        card=card,
        history=history,
        text=text,
        diff=diff,
        notice=notice,
        save=save,
        release=release,
        delete=delete,
        close=close,
    )
