"""The cards of the Translate tab and what stands in them. Knows no handler."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo_app.services.model_info import ModelInfo
from demo_app.ui.components.widget import lab_widget, widget
from demo_app.ui.lab_layout import LabParts, build_lab
from demo_app.ui.strings import Strings
from demo_app.ui.theme import ASSETS

SEARCH = {
    **{"mode": "beam", "beam_size": 5, "length_penalty": 1.0, "n_best": 5},
    **{"temperature": 1.0, "top_p": 0.95, "samples": 5, "seed": 1},
    **{"memory": True, "neighbours": False},
}
"""The knobs of every search as they stand at first, that corrections act, and that they do not steer."""

CHIPS, CHIP_LETTERS = 5, 60
"""So many examples of a direction at most, and none longer."""


@dataclass(frozen=True, kw_only=True)
class SourceCard:
    """Where a text is typed and how it is to be translated."""

    route: gr.HTML
    options: gr.HTML
    text: gr.Textbox
    examples: gr.HTML
    clear: gr.Button
    translate: gr.Button
    notice: gr.HTML


@dataclass(frozen=True, kw_only=True)
class TargetCard:
    """The translation, drawn."""

    sentences: gr.HTML
    memory: gr.HTML
    """Of corrections: a badge, or a suggestion."""
    gloss: gr.HTML
    facts: gr.HTML


@dataclass(frozen=True, kw_only=True)
class CorrectCard:
    """Where a person writes it better."""

    card: gr.Column
    text: gr.Textbox
    diff: gr.HTML
    save: gr.Button
    right: gr.Button
    notice: gr.HTML
    drafts: gr.HTML


@dataclass(frozen=True, kw_only=True)
class TranslateParts:
    """Everything on the tab that a handler reads or changes."""

    source: SourceCard
    target: TargetCard
    readings: gr.Column
    nbest: gr.HTML
    correct: CorrectCard
    lab: LabParts
    shown: gr.State


def build_translate_layout(strings: Strings, models: Sequence[ModelInfo], problem: str) -> TranslateParts:
    """`problem`: what is wrong with the models, or an empty string."""
    shown = gr.State(None)
    route, options = _build_toolbar(strings, models)
    with gr.Row(elem_id="desk", equal_height=True):
        with gr.Column(elem_id="source-card", elem_classes="card"):
            source = _build_source(strings, route, options, models, problem)
        with gr.Column(elem_id="target-card", elem_classes="card"):
            target = _build_target(strings)
        with gr.Column(elem_id="readings-card", elem_classes="card", visible=False) as readings:
            gr.HTML(f"<h2>{strings.translate.readings}</h2>", elem_classes="title")
            nbest = widget("nbest", labels=strings.nbest, elem_id="nbest")
        correct = _build_correct(strings)
    lab = build_lab(strings)
    return TranslateParts(
        source=source,
        target=target,
        readings=readings,
        nbest=nbest,
        correct=correct,
        lab=lab,
        shown=shown,
    )


def example_sentences(models: Sequence[ModelInfo]) -> list[dict[str, str]]:
    """`text`s to try, each with its `model`, `source` and `target`: the short ones of the model's card.

    Of a model that has no card yet, as one just fine-tuned, what its card would translate."""
    items = []
    for model in models:
        carded = model.examples or _uncarded(model)
        for source, target in model.directions:
            texts = [text for *pair, text in carded if pair == [source, target] and len(text) <= CHIP_LETTERS]
            way = {"model": model.name, "source": source, "target": target}
            items += [{**way, "text": text} for text in texts[:CHIPS]]
    return items


def _uncarded(model: ModelInfo) -> list[tuple[str, str, str]]:
    items: list[dict[str, str]] = json.loads((ASSETS / "card_examples.json").read_text(encoding="utf-8"))
    return [
        (source, target, item["text"])
        for source, target in model.directions
        for item in items
        if item["language"] == source
    ]


def _build_toolbar(strings: Strings, models: Sequence[ModelInfo]) -> tuple[gr.HTML, gr.HTML]:
    start: dict[str, Any] = {"model": None, "source": "", "target": ""}
    if models:
        source, target = models[0].directions[0]
        start = {"model": models[0].name, "source": source, "target": target}
    choices = [
        {"name": model.name, "directions": [list(pair) for pair in model.directions]} for model in models
    ]
    with gr.Row(elem_id="toolbar"):
        route = widget(
            "route", start, labels=strings.route, models=choices, languages=strings.languages, elem_id="route"
        )
        options = widget("decoding", dict(SEARCH), labels=strings.decoding, elem_id="decoding")
    return route, options


def _build_source(
    strings: Strings, route: gr.HTML, options: gr.HTML, models: Sequence[ModelInfo], problem: str
) -> SourceCard:
    text = gr.Textbox(
        value="",
        label=strings.translate.source,
        placeholder=strings.translate.placeholder,
        show_label=False,
        container=False,
        lines=4,
        max_lines=16,
        elem_id="source-text",
        autofocus=True,
    )
    warning = {"kind": "warning", "text": problem, "action": ""} if problem else None
    notice = widget("notice", warning, elem_id="source-notice")
    examples = widget("examples", items=example_sentences(models), elem_id="examples")
    with gr.Row(elem_classes="actions"):
        widget("past", labels=strings.past, elem_id="past")
        widget("typing", labels=strings.typing, elem_id="typing")
        clear = gr.Button(strings.translate.clear, elem_id="clear", elem_classes="quiet", size="sm")
        translate = gr.Button(strings.translate.translate, variant="primary", elem_id="translate")
    return SourceCard(
        route=route,
        options=options,
        text=text,
        examples=examples,
        clear=clear,
        translate=translate,
        notice=notice,
    )


def _build_target(strings: Strings) -> TargetCard:
    marks = {"correction": strings.memory["badge"], "suggestion": strings.memory["suggestion"]}
    labels = strings.sentences | marks
    sentences = widget("sentences", labels=labels, elem_id="sentences", visible=False)
    memory = widget("memory", labels=strings.memory, elem_id="memory")
    told = strings.lab_bar | strings.lab_pictures | strings.gloss
    scripts = ("unit_choice", "pictures", "word_facts", "word_menu", "gloss_picture", "gloss")
    gloss = lab_widget(*scripts, labels=told, elem_id="gloss")
    facts = widget("facts", labels=strings.copy, elem_id="facts")
    return TargetCard(sentences=sentences, memory=memory, gloss=gloss, facts=facts)


def _build_correct(strings: Strings) -> CorrectCard:
    with gr.Column(elem_id="correct-card", elem_classes="card", visible=False) as card:
        gr.HTML(f"<h2>{strings.correct.title}</h2>", elem_classes="title")
        text = gr.Textbox(
            value="",
            label=strings.correct.text,
            placeholder=strings.correct.placeholder,
            show_label=False,
            container=False,
            lines=2,
            max_lines=12,
            elem_id="correction-text",
        )
        diff = widget("diff", guard=True, labels=strings.diff, elem_id="diff")
        with gr.Row(elem_classes="actions"):
            right = gr.Button(strings.correct.right, elem_id="right", elem_classes="quiet", size="sm")
            save = gr.Button(strings.correct.save, variant="primary", elem_id="save", size="sm")
        notice = widget("notice", elem_id="correct-notice")
        drafts = widget("drafts", {"items": []}, labels=strings.drafts, elem_id="drafts")
    return CorrectCard(card=card, text=text, diff=diff, save=save, right=right, notice=notice, drafts=drafts)
