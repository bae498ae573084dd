"""Errors as a visitor reads them."""

import inspect
from collections.abc import Iterator

import pytest

from core import errors
from core.errors import BusyError, InterlinearError, StoreError, UnsupportedDirectionError
from demo_app.ui.feedback import Refusal, sentence, sentence_for, told
from demo_app.ui.strings import load_strings

ENGLISH, CHINESE = load_strings("en"), load_strings("zh")


def tree(root: type[InterlinearError]) -> Iterator[type[InterlinearError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def is_ours(kind: type) -> bool:
    return kind.__module__.startswith(("core.", "demo_app."))


@pytest.mark.parametrize("kind", [kind for kind in tree(InterlinearError) if is_ours(kind)])
def test_every_error_has_a_sentence_in_chinese_and_needs_none_in_english(
    kind: type[InterlinearError],
) -> None:
    assert sentence(kind, CHINESE) and not sentence(kind, ENGLISH)


def test_every_sentence_belongs_to_an_error() -> None:
    classes = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    assert set(CHINESE.errors) <= classes


def test_the_nearest_ancestor_speaks_for_an_error_without_a_sentence_of_its_own() -> None:
    class LostShelfError(StoreError):
        """Known to no file."""

    assert sentence(LostShelfError, CHINESE) == CHINESE.errors["StoreError"]


def test_chinese_comes_first_and_the_english_message_is_kept_as_detail() -> None:
    error = UnsupportedDirectionError("fr-xx is no direction of this model.")
    notice = told(error, CHINESE)
    assert notice["text"] == CHINESE.errors["UnsupportedDirectionError"]
    assert notice["detail"] == str(error) and notice["kind"] == "error"
    assert told(error, ENGLISH) == {"kind": "error", "text": str(error), "detail": "", "action": ""}


def test_what_the_page_refuses_is_in_the_language_of_the_page_already() -> None:
    refused = told(Refusal(CHINESE.correct.not_changed), CHINESE)
    assert (refused["text"], refused["detail"]) == (CHINESE.correct.not_changed, "")


def test_a_bug_gets_a_number_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    notice = told(ZeroDivisionError("secret"), CHINESE)
    assert "secret" not in notice["text"] + notice["detail"]
    number = caplog.messages[0].removeprefix("Error ")
    assert number in notice["text"]


def test_the_kind_may_be_a_warning() -> None:
    assert told(BusyError("Full."), CHINESE, "warning")["kind"] == "warning"


def test_a_class_that_is_known_by_its_name_is_told_the_same() -> None:
    assert sentence_for("CorruptCheckpointError", CHINESE) == CHINESE.errors["CorruptCheckpointError"]
    for stranger in ("", "os", "annotations", "KeyError"):
        assert sentence_for(stranger, CHINESE) == ""
