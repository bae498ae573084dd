"""What is mended in Gradio's scripts is there to be mended."""

import pytest

from demo_app.ui.mount import MENDED, SCRIPTS


@pytest.mark.parametrize("pattern", MENDED)
def test_what_is_slow_stands_once_in_one_script(pattern: str) -> None:
    (script,) = SCRIPTS.glob(pattern)
    assert script.read_text(encoding="utf-8").count(MENDED[pattern][0]) == 1
