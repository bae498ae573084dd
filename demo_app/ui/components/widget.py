"""A component drawn by a script of its own in assets. Knows no handler and no service."""

import json
from pathlib import Path
from typing import Any

import gradio as gr

ASSETS = Path(__file__).resolve().parents[3] / "assets"
ASKED = ("self", "every", "inputs", "server_functions", "_undoable", "_retryable", "likeable")
"""What Gradio asks each component for, in vain, when a visitor comes: it looks for each in the script."""
FRAME = ("elem_id", "visible")
"""Options that are Gradio's; the others are what the script reads as `props`."""
GIVEN = """{{
  const given = {given};
  props = new Proxy(props, {{ get: (own, name) => own[name] ?? given[name] }});
}}
"""
"""With the script, for Gradio 6.31 forgets them: an answer that leaves a component alone which is not on the
page yet, as that to a refused text does, takes the place of its props."""


def widget(script: str, value: Any = None, **options: Any) -> gr.HTML:
    """A `gr.HTML` whose value is plain data that assets/components/<script>.js turns into elements.

    What the value holds stands at the top of the script; it reads other `options` as `props`.
    The template is an empty frame on purpose: Gradio evaluates templates as JavaScript template literals, so
    a text such as `${...}` would run even where `{{}}` escapes it. And no subclass: for each subclass of a
    component Gradio writes a .pyi file beside its source."""
    return _framed([ASSETS / "components" / f"{script}.js"], script, value, options)


def lab_widget(*scripts: str, **options: Any) -> gr.HTML:
    """The same for a view of the lab, the last of the scripts of assets/lab; those before it serve it.

    Views draw from the page data that they share (assets/lab/page.js); some have a `value` as well."""
    return tab_widget("lab", *scripts, **options)


def tab_widget(folder: str, *scripts: str, **options: Any) -> gr.HTML:
    """The same from a folder of assets that a tab has to itself."""
    files = [ASSETS / folder / f"{script}.js" for script in scripts]
    return _framed(files, scripts[-1], options.pop("value", None), options)


def _framed(files: list[Path], name: str, value: Any, options: dict[str, Any]) -> gr.HTML:
    files = [ASSETS / "components" / "shared.js", *files]
    frame = {option: options.pop(option) for option in FRAME if option in options}
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = gr.HTML(
        value=value,
        label=frame.get("elem_id", name),
        html_template='<div class="il"></div>',
        js_on_load=GIVEN.format(given=json.dumps(options)) + scripts,
        apply_default_css=False,
        elem_classes=f"il-{name.replace('_', '-')}",
        **frame,
    )
    # To look through 66 scripts seven times took 12 of 21 ms, in which a new visitor held up all others.
    for asked in ASKED:
        setattr(made, asked, None)
    # The same name, found without such a look.
    made.get_block_class = made.get_block_name  # type: ignore[method-assign]
    return made
