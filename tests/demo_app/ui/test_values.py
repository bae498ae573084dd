"""What components send, read once."""

from typing import Any

import pytest

from demo_app.ui.components.values import read_switch


@pytest.mark.parametrize(
    "off", [None, False, "yes", 1, {}, {"keep": None}, {"keep": "true"}, {"kept": True}, []]
)
def test_a_switch_is_off_unless_it_is_plainly_on(off: Any) -> None:
    assert not read_switch("keep", off)
    assert read_switch("keep", {"keep": True}) and read_switch("keep", True)
