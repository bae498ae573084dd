"""What the components send, checked once. A program may send a plain index or id for a whole value."""

from typing import Any

from core.errors import ConfigError
from core.options import DecodeOptions, options_from_dict

_WHOLE = ("beam_size", "n_best", "samples", "seed")
_KNOBS = {
    "greedy": (),
    "beam": ("beam_size", "length_penalty", "n_best"),
    "sampling": ("temperature", "top_p", "samples", "seed"),
}


def read_index(name: str, payload: Any, count: int) -> int:
    """The index picked, from a value with `selected` or as it stands; raises `ConfigError`."""
    index: Any = payload.get("selected") if isinstance(payload, dict) else payload
    if not _is_whole(index) or not 0 <= index < count:
        raise ConfigError(f"`{name}` must be a whole number from 0 to {count - 1}, but is {index!r}.")
    return int(index)


def read_choice(value: Any) -> int | None:
    """A layer or head, or None for their mean."""
    return int(value) if _is_whole(value) and value >= 0 else None


def read_id(payload: Any) -> str:
    """The id picked, from a value with `selected` or as it stands."""
    chosen = payload.get("selected") if isinstance(payload, dict) else payload
    return str(chosen or "")


def read_switch(name: str, value: Any) -> bool:
    """Whether a switch is on, from a value with its name or as it stands; off if there is none."""
    return (value.get(name) if isinstance(value, dict) else value) is True


def read_whole(name: str, payload: Any) -> int:
    """A whole number of any size, from a value with its name; raises `ConfigError`."""
    number: Any = payload.get(name) if isinstance(payload, dict) else None
    if not _is_whole(number):
        raise ConfigError(f"`{name}` must be a whole number, but is {number!r}.")
    return int(number)


def read_page(payload: Any) -> int:
    """The page asked for, from a value with `page` or as it stands; 1 if there is none."""
    page: Any = payload.get("page") if isinstance(payload, dict) else payload
    return int(page) if _is_whole(page) and page >= 1 else 1


def read_options(options: Any) -> DecodeOptions:
    """Greedy, beam or sampling, each with its knobs; raises `ConfigError`."""
    if not isinstance(options, dict):
        raise ConfigError(f"`options` must name a `mode` (greedy, beam or sampling), but is {options!r}.")
    mode = options.get("mode")
    wanted = _KNOBS.get(mode, ()) if isinstance(mode, str) else ()
    knobs = {name: options[name] for name in wanted if name in options}
    for name, value in knobs.items():
        if not (_is_whole(value) if name in _WHOLE else _is_number(value)):
            whole = "a whole number" if name in _WHOLE else "a number"
            raise ConfigError(
                f"`{name}` must be {whole}, but is {'empty' if value is None else repr(value)}."
            )
    return options_from_dict({"mode": mode, **knobs})


def read_memory(options: Any) -> bool:
    """Whether corrections act; they do unless the options say no."""
    return not isinstance(options, dict) or options.get("memory") is not False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
