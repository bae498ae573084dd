"""Two small SentencePiece models, as Marian's models have them: French is read, English written."""

import io
import json
from collections.abc import Iterable, Sequence
from functools import cache

import sentencepiece

from core.text.paired_tokenizer import PairedTokenizer
from tests.tiny import SENTENCES

ENGLISH, FRENCH = SENTENCES[:5], SENTENCES[5:]
MARKS = ("<pad>", "<unk>", "<s>", "</s>")


def train_pieces(texts: Iterable[str], vocab_size: int) -> bytes:
    """A unigram model as OPUS-MT trains them: SentencePiece's own normalisation, no bytes to fall back on."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=vocab_size,
        character_coverage=1.0,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def pieces_of(model: bytes) -> list[str]:
    """All pieces of a model but its marks."""
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(model)
    return [str(processor.IdToPiece(i)) for i in range(3, processor.GetPieceSize())]


@cache
def paired_files(tags: Sequence[str] = (), shared: bool = True) -> dict[str, bytes]:
    """Files of a paired tokenizer, its two sides with one vocabulary or with one each."""
    source, target = train_pieces(FRENCH, 90), train_pieces(ENGLISH, 80)
    marks, own = [*MARKS, *tags], pieces_of(target)
    if shared:
        vocabulary = {"source": marks + list(dict.fromkeys(own + pieces_of(source)))}
    else:
        vocabulary = {"source": marks + pieces_of(source), "target": marks + own}
    content = json.dumps(vocabulary, ensure_ascii=False).encode()
    return {"source.spm": source, "target.spm": target, "vocabulary.json": content}


def paired_tokenizer(tags: Sequence[str] = (), shared: bool = True) -> PairedTokenizer:
    """A tokenizer of the files above."""
    return PairedTokenizer(paired_files(tuple(tags), shared))
