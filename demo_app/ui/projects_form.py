"""What the form for a new project sends, checked once: every field as it must be, or a sentence."""

from typing import Any

from core.config import require_choice, require_range
from core.errors import ConfigError, InputError
from demo_app.services.notes import check_note
from demo_app.store.project_records import TASKS, NewProject, Task

MAX_CATEGORIES = 50
MAX_CATEGORY_CHARS = 100


def read_project(form: Any) -> NewProject:
    """A project as the store takes it; raises `ConfigError` or the `InputError` tree."""
    fields = form if isinstance(form, dict) else {}
    source, _, target = _text(fields, "direction").partition("-")
    if not source or not target:
        raise InputError("A project must have two languages, but has none; choose them.")
    task = _task(_text(fields, "task"))
    return NewProject(
        name=_text(fields, "name").strip(),
        source_language=source,
        target_language=target,
        task=task,
        annotators=_whole(fields, "annotators"),
        control_share=_number(fields, "control_percent") / 100,
        lease_s=60 * _number(fields, "lease_minutes"),
        rules=_rules(fields, task),
    )


def _task(name: str) -> Task:
    require_choice("task", name, TASKS)
    return next(task for task in TASKS if task == name)


def _rules(fields: dict[str, Any], task: Task) -> dict[str, Any]:
    """What the task reads; nothing that it does not."""
    rules: dict[str, Any] = {}
    if guidelines := _text(fields, "guidelines").strip():
        check_note(guidelines)
        rules["guidelines"] = guidelines
    if task == "rating":
        rules["premark"] = fields.get("premark") is True
        if categories := _categories(_text(fields, "categories")):
            rules["categories"] = categories
    return rules


def _categories(text: str) -> list[str]:
    """One a line, each once. Example: `_categories("Style\\n\\nStyle")` is `["Style"]`."""
    found = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    require_range("number of error categories", len(found), 0, MAX_CATEGORIES)
    for name in found:
        require_range("characters of an error category", len(name), 1, MAX_CATEGORY_CHARS)
        check_note(name)
    return found


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"`{name}` must be text, but is {value!r}.")
    return value or ""


def _number(fields: dict[str, Any], name: str) -> float:
    value = fields.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"`{name}` must be a number, but is {'empty' if value is None else repr(value)}.")
    return float(value)


def _whole(fields: dict[str, Any], name: str) -> int:
    number = _number(fields, name)
    if not number.is_integer():
        raise ConfigError(f"`{name}` must be a whole number, but is {number:g}.")
    return int(number)
