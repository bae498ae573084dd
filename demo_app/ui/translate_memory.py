"""The choice between a correction that was recalled and the model's own translation."""

from typing import Any

from core.errors import InputError
from demo_app.ui.feedback import Update
from demo_app.ui.render import Renderer
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, box_text
from demo_app.ui.strings import Strings
from demo_app.ui.translate_handlers import require_shown
from demo_app.ui.translate_layout import TranslateParts
from demo_app.ui.translate_recall import with_correction

CHOICES = ("correction", "model")


class MemoryHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: TranslateParts) -> None:
        self._services, self._strings = services, strings
        self._renderer = Renderer(services, strings, parts)

    def show_memory(self, memory: Any, correction_text: str, shown: Shown | None) -> Update:
        """Show the correction that was recalled, or the model's own translation."""
        old = require_shown(shown, self._strings)
        record = self._services.find_translation(old.translation_id)
        choice = memory.get("choice") if isinstance(memory, dict) else memory
        if choice not in CHOICES:
            raise InputError(f"`memory` must be one of {', '.join(CHOICES)}, but is {choice!r}.")
        own = old.at_step(old.trail.taken_at)
        new = own if choice == "model" else with_correction(self._services, old)
        drawn = self._renderer.hypothesis(record, new, box_text(record, old, new, correction_text))
        return {**drawn, **self._renderer.readings(record, new)}
