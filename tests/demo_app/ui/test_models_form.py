"""What the form of a training sends: only what somebody changed, of the right kind, or a sentence."""

from typing import Any

import pytest

from core.errors import ConfigError
from demo_app.store.records import USABLE
from demo_app.ui.models_form import read_freeze, read_options

DEFAULTS = {"epochs": 6, "learning_rate": 2e-4, "criterion": "bleu", "freeze": [], "ewc": 0.0}


@pytest.mark.parametrize(
    "form", [None, "x", {}, {"options": None}, {"options": {"epochs": None}, "more": None}]
)
def test_nothing_said_is_the_default(form: Any) -> None:
    assert read_options(form, DEFAULTS) == {}


def test_only_what_differs_is_sent_and_whole_numbers_stay_whole() -> None:
    given = {"epochs": 3.0, "learning_rate": 0.0002, "criterion": "loss", "unknown": 1}
    found = read_options({"options": given, "more": 'ewc = 1.5\nfreeze = ["embeddings"]'}, DEFAULTS)
    assert found == {"epochs": 3, "criterion": "loss", "ewc": 1.5, "freeze": ["embeddings"]}
    assert isinstance(found["epochs"], int)


def test_lines_win_over_fields_and_those_that_are_none_are_told() -> None:
    assert read_options({"options": {"epochs": 3}, "more": "epochs = 2"}, DEFAULTS) == {"epochs": 2}
    with pytest.raises(ConfigError, match="Other options must be lines as epochs = 3"):
        read_options({"more": "epochs: 3"}, DEFAULTS)
    with pytest.raises(ConfigError, match="at most 4,000 characters"):
        read_options({"more": "#" * 4001}, DEFAULTS)


def test_a_new_snapshot_holds_all_that_may_be_learned_from_or_what_was_accepted() -> None:
    assert read_freeze(None)[1].statuses == USABLE
    name, query = read_freeze({"name": " spring ", "accepted_alone": True})
    assert (name, query.statuses) == ("spring", ("accepted",))
