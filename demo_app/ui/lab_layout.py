"""The lab below the translation: one card a view. Knows no handler."""

from dataclasses import dataclass

import gradio as gr

from demo_app.ui.components.widget import lab_widget, widget
from demo_app.ui.strings import Strings


@dataclass(frozen=True, kw_only=True)
class LabParts:
    """What handlers of the lab read or change."""

    frame: gr.Column
    page: gr.HTML
    """Takes the page data (docs/lab-data.md); all views draw from it."""
    losses: gr.HTML
    """Takes what words of the source are worth, a moment after the page data."""
    asker: gr.HTML
    """Sends what the views ask."""
    notice: gr.HTML
    tree: gr.HTML
    matter: gr.HTML
    compare_bar: gr.HTML
    compare: gr.HTML
    own_text: gr.Textbox
    own_go: gr.Button
    keep: gr.HTML
    """Whether the person gives the words that they choose; off until they say so."""
    pinned: gr.State
    """(Place, Target) kept to compare with, or None."""


def build_lab(strings: Strings) -> LabParts:
    """The cards with the views; hidden until there is a translation.

    Page data and asker are mounted from the start, so that the first page finds its way."""
    page = lab_widget("page_data", elem_id="lab-page")
    losses = lab_widget("losses", elem_id="lab-losses")
    asker = lab_widget("asker", elem_id="lab-asker")
    with gr.Column(elem_id="lab", visible=False) as frame:
        take = strings.lab_tabs | strings.lab_pictures
        lab_widget("pictures", "tabs", labels=take, elem_id="lab-tabs")
        notice = widget("notice", elem_id="lab-notice")
        matter, tree = _build_views(strings)
        with _pane("compare"):
            asks = strings.lab_bar | strings.lab_compare_bar
            compare_bar = lab_widget("unit_choice", "compare_bar", labels=asks, elem_id="compare-bar")
            told = strings.lab_bar | strings.lab_pictures | strings.lab_compare
            compare = lab_widget("pictures", "compare", labels=told, elem_id="lab-side")
        with _pane("own"):
            own_text, own_go = _build_own(strings)
        keep = widget("keep", {"keep": False}, labels=strings.lab_keep, elem_id="keep-choices")
    return LabParts(
        frame=frame,
        page=page,
        losses=losses,
        asker=asker,
        notice=notice,
        tree=tree,
        matter=matter,
        compare_bar=compare_bar,
        compare=compare,
        own_text=own_text,
        own_go=own_go,
        keep=keep,
        pinned=gr.State(None),
    )


def _build_views(strings: Strings) -> tuple[gr.HTML, gr.HTML]:
    """Heat map, lines, heads and beam tree; the check of a word's attention and the tree have values."""
    drawn = strings.lab_bar | strings.lab_pictures
    with _pane("map"):
        lab_widget(
            *("unit_choice", "view_bar", "pictures", "heat_cells", "heat_edit", "heatmap"),
            labels=drawn | strings.lab_heatmap,
            elem_id="lab-heatmap",
        )
        told = drawn | strings.lab_matter
        matter = lab_widget("pictures", "matter", labels=told, elem_id="matter-panel")
    with _pane("lines"):
        seen = ("unit_choice", "view_bar", "pictures")
        lab_widget(*seen, "ribbon", labels=drawn | strings.lab_ribbon, elem_id="lab-ribbon")
    with _pane("heads"):
        lab_widget(*seen, "heads", labels=drawn | strings.lab_heads, elem_id="lab-all")
    with _pane("beam"):
        told = drawn | strings.lab_tree
        tree = lab_widget("pictures", "tree_layout", "tree", labels=told, elem_id="lab-tree")
    return matter, tree


def _pane(name: str) -> gr.Column:
    return gr.Column(elem_id=f"lab-{name}", elem_classes="card lab-pane")


def _build_own(strings: Strings) -> tuple[gr.Textbox, gr.Button]:
    gr.HTML(f"<p>{strings.lab.own_note}</p>", elem_classes="note")
    text = gr.Textbox(
        value="",
        label=strings.lab.own_text,
        placeholder=strings.lab.own_placeholder,
        show_label=False,
        container=False,
        lines=2,
        max_lines=8,
        elem_id="own-text",
    )
    with gr.Row(elem_classes="actions"):
        go = gr.Button(strings.lab.own_go, variant="primary", elem_id="own-go", size="sm")
    return text, go
