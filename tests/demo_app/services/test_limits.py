"""Limits: a sentence with the value and the limit for everything a text should not be."""

from pathlib import Path

import pytest

from core.errors import EmptyTextError, ForbiddenCharacterError, TextTooLongError
from demo_app.services.limits import check_segments, check_text
from demo_app.settings import Settings

SETTINGS = Settings(data_dir=Path("/nowhere"))


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\u00a0\u2003", "\ufeff", "\u200b"])
def test_a_blank_text_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError):
        check_text(text, SETTINGS)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9b", "\ud800", "\udfff"])
def test_a_forbidden_character_is_named_and_placed(character: str) -> None:
    with pytest.raises(ForbiddenCharacterError, match=rf"U\+{ord(character):04X} at character 4"):
        check_text(f"Bon{character}jour", SETTINGS)


def test_a_sentence_for_twenty_thousand_characters_tells_value_and_limit() -> None:
    with pytest.raises(TextTooLongError, match=r"at most 5,000 characters, but this one has 20,000"):
        check_text("Bonjour ! " * 2000, SETTINGS)


def test_one_word_of_three_thousand_letters_is_refused_by_its_beginning() -> None:
    with pytest.raises(TextTooLongError, match=r"at most 500 characters, but “a{30}…” has 3,000"):
        check_text("Le mot " + "a" * 3000 + " est long.", SETTINGS)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500,
        "Salut 👩‍👩‍👧 !",
        "مرحبا يا عالم",
        "<script>alert(1)</script>",
        "一" * 500,
        "tab\tand\r\nline",
        "x " * 2500,
    ],
)
def test_whatever_fits_passes(text: str) -> None:
    check_text(text, SETTINGS)


def test_too_many_segments_are_counted() -> None:
    with pytest.raises(TextTooLongError, match="at most 50 sentences, but this one has 51"):
        check_segments(["Oui."] * 51, len, SETTINGS)
    check_segments(["Oui."] * 50, len, SETTINGS)


def test_a_segment_of_too_many_pieces_is_shown_by_its_beginning() -> None:
    with pytest.raises(TextTooLongError, match="at most 200 subword pieces, but “Une phrase .*…” has 201"):
        check_segments(["Oui.", "Une phrase " + "b" * 190], len, SETTINGS)
    check_segments(["b" * 200], len, SETTINGS)
