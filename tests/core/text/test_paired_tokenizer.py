"""Sources are cut by one model and targets by another, and both speak in the same kind of ids."""

import json

import pytest
import sentencepiece

from core.errors import ConfigError, CorruptCheckpointError
from core.text.paired_tokenizer import PairedTokenizer
from core.text.spelling import spellings
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID
from tests.paired import ENGLISH, FRENCH, MARKS, paired_files, paired_tokenizer

SHARED = pytest.mark.parametrize("shared", [True, False])


@SHARED
def test_each_side_is_cut_by_its_own_model(shared: bool) -> None:
    tokenizer = paired_tokenizer(shared=shared)
    for side, name, texts in (
        (tokenizer, "source.spm", FRENCH),
        (tokenizer.target, "target.spm", ENGLISH),
    ):
        processor = sentencepiece.SentencePieceProcessor()
        processor.LoadFromSerializedProto(paired_files(shared=shared)[name])
        for text, ids in zip(texts, side.encode_many(texts), strict=True):
            assert list(side.pieces(ids)) == processor.EncodeAsPieces(text)
            assert side.encode(text) == ids and side.decode(ids) == text


@SHARED
def test_the_most_probable_segmentation_is_the_one_that_is_used(shared: bool) -> None:
    tokenizer = paired_tokenizer(shared=shared).target
    found = tokenizer.segmentations("the green kitchen", 5)
    assert found[0][0] == tokenizer.encode("the green kitchen") and len(found) == 5
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert {tokenizer.decode(ids) for ids, _ in found} == {"the green kitchen"}


def test_what_the_vocabulary_lacks_is_unknown_and_no_text_writes_a_mark() -> None:
    tokenizer = paired_tokenizer(["<2en>"])
    assert UNK_ID in tokenizer.encode("phare 😀")
    assert set(tokenizer.encode("<2en> </s> <s> <pad>")).isdisjoint({PAD_ID, BOS_ID, EOS_ID, 4})


def test_marks_and_tags_leave_nothing_in_the_text() -> None:
    tokenizer = paired_tokenizer(["<2en>"])
    ids = [4, *tokenizer.encode("la baie"), EOS_ID, PAD_ID, BOS_ID]
    assert tokenizer.decode(ids) == "la baie"
    assert tokenizer.pieces(ids)[0] == "<2en>" and tokenizer.pieces(ids)[-3:] == ("</s>", "<pad>", "<s>")
    silent = {i for i, spelled in enumerate(spellings(tokenizer)) if not spelled}
    assert silent == {*range(len(MARKS)), 4}


def test_a_piece_of_the_other_side_is_written_as_it_is_spelled() -> None:
    tokenizer = paired_tokenizer()
    french = tokenizer.encode("la baie")
    assert tokenizer.target.decode(french) == "la baie"


def test_a_tag_is_asked_for_where_there_are_tags() -> None:
    assert paired_tokenizer().tag_ids("en") == ()
    assert paired_tokenizer(["<2en>", "<2es>"]).tag_ids("es") == (5,)
    with pytest.raises(ConfigError, match="must have the piece '<2de>'"):
        paired_tokenizer(["<2en>", "<2es>"]).tag_ids("de")


@pytest.mark.parametrize("name", ["source.spm", "target.spm", "vocabulary.json"])
def test_a_damaged_file_is_named(name: str) -> None:
    with pytest.raises(CorruptCheckpointError, match=name):
        PairedTokenizer({**paired_files(), name: b"nothing of the kind"})
    with pytest.raises(CorruptCheckpointError, match="vocabulary.json"):
        PairedTokenizer({**paired_files(), "vocabulary.json": json.dumps(["a", "b"]).encode()})
