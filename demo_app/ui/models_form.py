"""What the form of a fine-tuning sends, checked once: only options that somebody changed, or a sentence."""

import tomllib
from collections.abc import Mapping
from typing import Any

from core.errors import ConfigError
from demo_app.store.records import USABLE, CorrectionQuery

NUMBERS = (
    *("epochs", "learning_rate", "replay_ratio", "batch_tokens", "patience", "seed"),
    *("l2_to_base", "lora_rank", "unlikelihood", "preference"),
)
"""Options with a field of their own; the others are written as in a file of options."""
CHOICES = {"average_with_base": ("apart", "chosen", "fixed", "no"), "criterion": ("bleu", "loss")}
MAX_MORE_CHARS = 4000


def read_options(form: Any, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are not the default; raises `ConfigError`. The service checks their values."""
    fields = form if isinstance(form, dict) else {}
    given = fields.get("options")
    given = given if isinstance(given, dict) else {}
    named = {name: _plain(given[name], defaults[name]) for name in (*NUMBERS, *CHOICES) if name in given}
    options = {**named, **_more(str(fields.get("more") or ""))}
    return {name: value for name, value in options.items() if value != defaults.get(name)}


def read_freeze(form: Any) -> tuple[str, CorrectionQuery]:
    """What a new snapshot is called, and what goes into it: all that may be learned from, or what a reviewer
    accepted alone."""
    fields = form if isinstance(form, dict) else {}
    statuses = ("accepted",) if fields.get("accepted_alone") is True else USABLE
    return str(fields.get("name") or "").strip(), CorrectionQuery(statuses=statuses)


def _plain(value: Any, default: Any) -> Any:
    """A browser has one kind of number; an empty field is the default."""
    if value is None or value == "":
        return default
    is_whole = isinstance(value, float) and value.is_integer() and isinstance(default, int)
    return int(value) if is_whole else value


def _more(text: str) -> dict[str, Any]:
    if len(text) > MAX_MORE_CHARS:
        raise ConfigError(
            f"Other options must have at most {MAX_MORE_CHARS:,} characters, but have {len(text):,}."
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"Other options must be lines as epochs = 3 or objective = 'risk', but are not: {error}."
        ) from error
