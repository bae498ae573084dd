"""Which pieces would complete a word that must not be written."""

import pytest

from core.decoding.forbidden import ForbiddenText, joining_ids
from core.decoding.wish import RequiredText

SPELLINGS = (
    b"",
    b" he",
    b" her",
    b"he",
    b" h",
    b"e",
    b"r",
    b".",
    b'"he"',
    b" caf",
    b"\xc3",
    b"\xa9",
    "é".encode(),
)


def blocked(word: str, *before: bytes) -> set[bytes]:
    """Spellings of the pieces that must not follow."""
    ids = [SPELLINGS.index(piece) for piece in before]
    found = ForbiddenText(word, SPELLINGS).blocked(ids)
    return {SPELLINGS[i] for places in found for i in places.tolist()}


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ((), {b" he", b'"he"', b"he"}),
        ((b" h",), {b" he", b'"he"', b"e"}),
        ((b"r",), {b" he", b'"he"'}),
        ((b"r", b"."), {b" he", b'"he"', b"he"}),
        ((b"r", b" h"), {b" he", b'"he"', b"e"}),
    ],
)
def test_a_word_is_blocked_however_its_pieces_spell_it(
    before: tuple[bytes, ...], expected: set[bytes]
) -> None:
    assert blocked("he", *before) == expected


def test_a_longer_word_in_one_piece_may_be_written() -> None:
    assert b" her" not in blocked("he")
    assert b" her" in blocked("her")
    assert b"r" in blocked("her", b" he")


def test_a_phrase_is_blocked_at_its_last_word() -> None:
    assert b" he" in blocked("her he", b" her")
    assert b" he" not in blocked("her he", b" he")


def test_a_character_written_byte_by_byte_is_seen() -> None:
    assert "é".encode() in blocked("café", b" caf")
    assert b"\xc3" not in blocked("café", b" caf")
    assert b"\xa9" in blocked("café", b" caf", b"\xc3")


@pytest.mark.parametrize(
    ("phrase", "before", "is_held"),
    [
        ((b" her",), (b" her",), True),
        ((b" h", b"e"), (b".", b" h", b"e"), True),
        ((b" h", b"e"), (b" he",), True),
        ((b" he",), (b" he", b" he"), False),
        ((b" he",), (b" her", b" he"), True),
        ((b" he",), (b" her",), False),
        ((b" her",), (b" her", b"."), False),
        ((b" her", b"."), (b" her", b"."), False),
    ],
)
def test_behind_the_only_one_of_a_required_phrase_its_word_must_end(
    phrase: tuple[bytes, ...], before: tuple[bytes, ...], is_held: bool
) -> None:
    ids, written = (tuple(map(SPELLINGS.index, pieces)) for pieces in (phrase, before))
    found = RequiredText(ids, SPELLINGS, joining_ids(SPELLINGS)).blocked(written)
    blocked = {SPELLINGS[i] for places in found for i in places.tolist()}
    assert blocked == ({b"he", b"e", b"r", "é".encode()} if is_held else set())


@pytest.mark.parametrize(
    ("word", "text", "is_in"),
    [
        ("he", "he", True),
        ("he", "so he said", True),
        ("he", "here", False),
        ("he", "the", False),
        ("he", '"he"', True),
        ("He", "he", False),
        ("猫", "黒猫です", True),
        ("é", "café", False),
    ],
)
def test_only_whole_words_count_where_words_have_spaces(word: str, text: str, is_in: bool) -> None:
    assert ForbiddenText(word, ()).is_in(text) is is_in
