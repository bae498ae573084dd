"""What each piece writes, as bytes. Knows no search."""

import re
from functools import lru_cache

from core.text.tokenizer import UNK_ID, Tokenizer

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_SPACE = "▁"


@lru_cache(maxsize=8)
def spellings(tokenizer: Tokenizer) -> tuple[bytes, ...]:
    """UTF-8 of every piece by id; a byte piece is its byte, special pieces and tags are nothing."""
    pieces = tokenizer.pieces(range(tokenizer.vocab_size))
    silent = [i == UNK_ID or not tokenizer.decode([i]) for i in range(len(pieces))]
    return tuple(_spelling(piece, is_silent) for piece, is_silent in zip(pieces, silent, strict=True))


def _spelling(piece: str, is_silent: bool) -> bytes:
    if found := _BYTE.fullmatch(piece):
        return bytes([int(found[1], 16)])
    # a piece of nothing but spaces is silent only when it stands alone
    return b"" if is_silent and set(piece) != {_SPACE} else piece.replace(_SPACE, " ").encode()
