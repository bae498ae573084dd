"""A component drawn by a script of its own in assets/components. Knows no handler and no service."""

from pathlib import Path
from typing import Any

import gradio as gr

SCRIPTS = Path(__file__).resolve().parents[3] / "assets" / "components"


def widget(script: str, value: Any = None, **options: Any) -> gr.HTML:
    """A `gr.HTML` whose value is plain data that assets/components/<script>.js turns into elements.

    What the value holds stands at the top of the script; it reads other `options` as `props`.
    The template is an empty frame on purpose: Gradio evaluates templates as JavaScript template literals, so
    a text such as `${...}` would run even where `{{}}` escapes it. And no subclass: for each subclass of a
    component Gradio writes a .pyi file beside its source."""
    code = [(SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("shared", script)]
    return gr.HTML(
        value=value,
        label=options.get("elem_id", script),
        html_template='<div class="il"></div>',
        js_on_load="\n".join(code),
        apply_default_css=False,
        elem_classes=f"il-{script.replace('_', '-')}",
        **options,
    )
