"""Any text survives its way through pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError, CorruptCheckpointError
from core.text.normalize import normalize
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID, JointTokenizer, train_tokenizer
from tests.tiny import SENTENCES, tiny_tokenizer

printable = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp")), max_size=40)


@given(printable)
def test_round_trip_without_unknown_pieces(text: str) -> None:
    text = normalize(text.replace("▁", "_"))  # SentencePiece's own mark for a space
    ids = tiny_tokenizer().encode(text)
    assert UNK_ID not in ids
    assert tiny_tokenizer().decode(ids) == text


def test_text_cannot_forge_special_pieces() -> None:
    ids = tiny_tokenizer().encode("<2en> </s> <s> <pad> <unk>")
    specials = {PAD_ID, UNK_ID, BOS_ID, EOS_ID, *tiny_tokenizer().tag_ids("en")}
    assert not specials & set(ids)


def test_tags_and_ends_leave_no_trace_in_the_text() -> None:
    tokenizer = tiny_tokenizer()
    ids = [*tokenizer.tag_ids("fr"), *tokenizer.encode("warm bread"), EOS_ID, PAD_ID]
    assert tokenizer.decode(ids) == "warm bread"


def test_a_generated_nul_byte_leaves_no_trace_in_the_text() -> None:
    tokenizer = tiny_tokenizer()
    nul = tokenizer.pieces(range(tokenizer.vocab_size)).index("<0x00>")
    assert tokenizer.decode([*tokenizer.encode("warm"), nul, *tokenizer.encode("bread")]) == "warm bread"
    assert tokenizer.decode([nul]) == ""


def test_learning_is_deterministic() -> None:
    again = train_tokenizer(SENTENCES * 3, tiny_tokenizer().vocab_size, ("fr", "en"))
    text = "The baker keeps bicycles."
    assert again.encode(text) == tiny_tokenizer().encode(text)


def test_digits_are_single_pieces() -> None:
    pieces = tiny_tokenizer().pieces(tiny_tokenizer().encode("2048"))
    assert [piece for piece in pieces if piece != "▁"] == ["2", "0", "4", "8"]


def test_too_large_a_vocabulary_is_refused() -> None:
    with pytest.raises(ConfigError, match="vocabulary of 90000"):
        train_tokenizer(SENTENCES, 90_000, ("en",))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="<2xx>"):
        tiny_tokenizer().tag_ids("xx")


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(CorruptCheckpointError):
        JointTokenizer(b"not a model at all")
