"""What the form of a new project sends: each field as it must be, or a sentence."""

from typing import Any

import pytest

from core.errors import ConfigError, InputError
from demo_app.ui.projects_form import read_project

FORM = {
    "name": " News ",
    "direction": "fr-en",
    "task": "rating",
    "annotators": 3,
    "control_percent": 25,
    "lease_minutes": 15,
    "premark": False,
    "categories": "Accuracy\n\n Style \nAccuracy\n",
    "guidelines": " Keep names. ",
}


def test_a_form_is_a_project() -> None:
    project = read_project(FORM)
    assert (project.name, project.source_language, project.target_language) == ("News", "fr", "en")
    assert (project.task, project.annotators, project.control_share, project.lease_s) == (
        "rating",
        3,
        0.25,
        900,
    )
    rules = {"guidelines": "Keep names.", "premark": False, "categories": ["Accuracy", "Style"]}
    assert project.rules == rules and project.created_by is None


def test_rules_that_a_task_does_not_read_are_left_out() -> None:
    assert read_project(FORM | {"task": "post_edit", "guidelines": " "}).rules == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"direction": ""}, "two languages"),
        ({"task": "sing"}, "`task` must be one of"),
        ({"name": ["x"]}, "`name` must be text"),
        ({"name": ""}, "1 to 100 characters"),
        ({"annotators": 2.5}, "`annotators` must be a whole number"),
        ({"annotators": True}, "`annotators` must be a number"),
        ({"annotators": 51}, "`annotators` must be between 1 and 50"),
        ({"control_percent": None}, "`control_percent` must be a number, but is empty"),
        ({"control_percent": 101}, "`control_share`"),
        ({"lease_minutes": 0}, "`lease_s`"),
        ({"categories": "\n".join(map(str, range(51)))}, "number of error categories"),
        ({"categories": "x" * 101}, "characters of an error category"),
        ({"guidelines": "x" * 1001}, "at most 1,000 characters"),
        ({"guidelines": "a\x00b"}, "control characters"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, Any], told: str) -> None:
    with pytest.raises((ConfigError, InputError), match=told):
        read_project(FORM | change)


@pytest.mark.parametrize("form", [None, [], "x", {}])
def test_what_is_no_form_is_told(form: Any) -> None:
    with pytest.raises(InputError, match="two languages"):
        read_project(form)
