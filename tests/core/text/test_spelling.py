"""What pieces write is what the tokenizer decodes."""

from hypothesis import given
from hypothesis import strategies as st

from core.text.spelling import spellings
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID
from tests.tiny import tiny_tokenizer


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Z")), max_size=20))
def test_joined_they_are_the_decoded_text(text: str) -> None:
    tokenizer = tiny_tokenizer()
    ids = tokenizer.encode(text)
    joined = b"".join(spellings(tiny_tokenizer())[i] for i in ids).decode()
    assert joined.strip() == tokenizer.decode(ids)


def test_special_pieces_and_tags_write_nothing() -> None:
    tokenizer = tiny_tokenizer()
    silent = {PAD_ID, UNK_ID, BOS_ID, EOS_ID, *tokenizer.tag_ids("en"), *tokenizer.tag_ids("fr")}
    assert {i for i, piece in enumerate(spellings(tiny_tokenizer())) if not piece} == silent
    assert len(spellings(tiny_tokenizer())) == tokenizer.vocab_size
