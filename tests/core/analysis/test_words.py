"""Pieces to words, in scripts that differ in what a word is."""

from hypothesis import given
from hypothesis import strategies as st

from core.analysis.words import WORD_START, group_pieces, word_text


def _words(*pieces: str) -> list[str]:
    return [word_text(pieces[group.start : group.stop]) for group in group_pieces(pieces)]


def _bytes(text: str) -> list[str]:
    return [f"<0x{byte:02X}>" for byte in text.encode()]


def test_a_word_starts_at_each_space_mark() -> None:
    pieces = ["▁Le", "s", "▁chat", "s", "▁dor", "m", "ent", "."]
    assert group_pieces(pieces) == (range(0, 2), range(2, 4), range(4, 8))
    assert _words(*pieces) == ["Les", "chats", "dorment."]


def test_tags_and_eos_are_units_of_their_own() -> None:
    assert _words("<2en>", "▁Bon", "jour", "</s>") == ["<2en>", "Bonjour", "</s>"]
    assert _words("<2zh>", "你", "</s>") == ["<2zh>", "你", "</s>"]
    assert _words("▁a", "<unk>", "b") == ["a", "<unk>", "b"]


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert _words("▁", "<", "2", "en", ">") == ["<2en>"]


def test_the_bytes_of_an_emoji_are_shown_as_the_emoji() -> None:
    assert _words("▁oui", "▁", *_bytes("🙂"), "</s>") == ["oui", "🙂", "</s>"]
    assert _words("▁", *_bytes("❤️")) == ["❤️"]


def test_bytes_stay_with_the_word_that_they_are_in() -> None:
    assert _words("▁na", *_bytes("ï"), "ve", "▁x") == ["naïve", "x"]


def test_chinese_characters_are_words_of_their_own() -> None:
    assert _words("▁今", "天", "天气", "很", "好", "。") == ["今", "天", "天气", "很", "好。"]
    assert _words("▁", *_bytes("龘"), *_bytes("龘"), "好") == ["龘", "龘", "好"]


def test_latin_within_chinese_is_a_word() -> None:
    assert _words("▁用", "Py", "thon", "写") == ["用", "Python", "写"]


def test_right_to_left_words_follow_their_spaces() -> None:
    assert _words("▁שלו", "ם", "▁עולם") == ["שלום", "עולם"]
    assert _words("▁مر", "حبا", "؟") == ["مرحبا؟"]


def test_a_lone_space_belongs_to_what_follows_or_shows_itself() -> None:
    assert _words("▁", "▁a") == [WORD_START, "a"]
    assert _words("▁", "</s>") == [WORD_START, "</s>"]
    assert _words("▁", "好", "的") == ["好", "的"]


def test_broken_bytes_are_shown_as_a_replacement() -> None:
    assert _words("▁a", "<0xF0>", "<0x9F>", "b") == ["a\ufffdb"]
    assert _words("<0x80>") == ["\ufffd"]


def test_no_pieces_make_no_words() -> None:
    assert group_pieces([]) == ()
    assert word_text([]) == ""


_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["▁", "▁a", "b", "</s>", "<2en>", "<unk>", "好", "▁好", "は", "ไ", "'", "", "ש", "<0x"]
        ),
        st.integers(0, 255).map(lambda byte: f"<0x{byte:02X}>"),
        st.text(max_size=4),
    )
)


@given(_PIECES)
def test_groups_partition_the_pieces(pieces: list[str]) -> None:
    groups = group_pieces(pieces)
    assert [place for group in groups for place in group] == list(range(len(pieces)))
    assert all(groups)


@given(st.lists(st.sampled_from(["▁", "▁a", "b", "▁好", "天", ".", "▁ש"])))
def test_words_spell_what_the_pieces_spell(pieces: list[str]) -> None:
    shown = "".join(_words(*pieces)).replace(WORD_START, "")
    assert shown == "".join(pieces).replace(WORD_START, "")


@given(st.text(min_size=1))
def test_bytes_of_any_text_come_back_whole(text: str) -> None:
    assert word_text(_bytes(text)) == (text.replace(WORD_START, " ").strip(" ") or WORD_START)
