"""Listeners of the lab."""

from typing import Any

from demo_app.ui.lab_handlers import LabHandlers
from demo_app.ui.listen import Listener, Newest
from demo_app.ui.translate_layout import TranslateParts


def wire_lab(listen: Listener, parts: TranslateParts, handlers: LabHandlers, drawn: list[Any]) -> None:
    """`drawn`: all that a change of target may touch."""
    lab, typed = parts.lab, [parts.correct.text, parts.shown]
    asked = [lab.asker, *typed]
    # By default Gradio drops an event while the last one is under way: the answer would be to an older page.
    last: dict[str, Any] = {"trigger_mode": "always_last"}
    holds = {"holds": True, **last}
    # All questions stand in one value: each is read when it is asked, for later another one stands there.
    edits: dict[str, Any] = {"holds": True, "newest": Newest()}
    chosen = [*asked, lab.keep]
    listen(lab.asker.reword, lab.notice, handlers.reword, chosen, drawn, **edits)
    listen(lab.asker.tree, lab.notice, handlers.go_on, chosen, drawn, **edits)
    listen(lab.asker.attention, lab.notice, handlers.edit_attention, asked, drawn, **edits)
    listen(lab.asker.heads, lab.notice, handlers.switch_heads, asked, drawn, **edits)
    listen(lab.asker.back, lab.notice, handlers.step_back, typed, drawn, **holds)
    listen(lab.asker.forth, lab.notice, handlers.step_forth, [*typed, lab.keep], drawn, **holds)
    listen(lab.own_go.click, lab.notice, handlers.own_translation, [lab.own_text, *typed], drawn, **holds)
    listen(lab.asker.trace, lab.notice, handlers.trace, [parts.shown], [lab.tree], **last)
    listen(
        lab.asker.weigh, lab.notice, handlers.weigh_words, [parts.shown], [lab.losses], clears=False, **last
    )
    matter = [lab.asker, parts.shown]
    listen(lab.asker.matter, lab.notice, handlers.check_attention, matter, [lab.matter], newest=Newest())
    compared = [lab.asker, parts.shown, lab.pinned]
    listen(lab.asker.compare, lab.notice, handlers.compare_runs, compared, [lab.compare], newest=Newest())
    listen(lab.asker.pin, lab.notice, handlers.pin, [parts.shown], [lab.pinned, lab.compare_bar])
