"""From SentencePiece pieces to the words a reader sees. Knows no tensors and no tokenizer."""

import re
from collections.abc import Sequence
from itertools import pairwise

from core.analysis.scripts import is_unspaced

WORD_START = "\u2581"
"""SentencePiece writes a space, and the start of a text, as this character."""
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_SPECIAL = re.compile(r"</s>|<s>|<pad>|<unk>|<2[^<>\s]+>")


def is_special(piece: str) -> bool:
    """Whether the piece is a mark of the model's own: EOS and its like, or a language tag such as `<2en>`."""
    return _SPECIAL.fullmatch(piece) is not None


def group_pieces(pieces: Sequence[str]) -> tuple[range, ...]:
    """Ranges of pieces that make one word each; together they are all pieces, in order.

    `▁` starts a word. A character of a script without spaces is a word of its own unless its piece holds
    more of them. The bytes of a character stay together. Marks and tags of the model are units of their own.
    Example: `group_pieces(["<2en>", "▁Hel", "lo", "</s>"])` has the ranges 0-1, 1-3 and 3-4."""
    starts: list[int] = []
    word, closed = "", True
    for start, end in _characters(pieces):
        text = word_text(pieces[start:end]) if _BYTE.fullmatch(pieces[start]) else pieces[start]
        special = is_special(text)
        if closed or special or _starts_word(word, text):
            starts.append(start)
            word = ""
        word, closed = word + text, special
    return tuple(range(a, b) for a, b in pairwise([*starts, len(pieces)]))


def ordinary_words(pieces: Sequence[str]) -> tuple[range, ...]:
    """As `group_pieces`, without marks and tags of the model."""
    groups = group_pieces(pieces)
    return tuple(group for group in groups if not is_special(word_text(pieces[group.start : group.stop])))


def word_text(pieces: Sequence[str]) -> str:
    """What the pieces of one word spell, without the space before it; a lone space is shown as `▁`.

    Bytes that are no UTF-8 show as U+FFFD."""
    text, pending = "", b""
    for piece in pieces:
        if found := _BYTE.fullmatch(piece):
            pending += bytes.fromhex(found.group(1))
        else:
            text, pending = text + pending.decode(errors="replace") + piece, b""
    text = (text + pending.decode(errors="replace")).replace(WORD_START, " ").strip(" ")
    return text or (WORD_START if pieces else "")


def _characters(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Ranges that must not be torn: a plain piece, or all byte pieces of one character."""
    ranges: list[tuple[int, int]] = []
    in_bytes = False
    for index, piece in enumerate(pieces):
        found = _BYTE.fullmatch(piece)
        if found and in_bytes and 0x80 <= int(found.group(1), 16) < 0xC0:  # a continuation byte of UTF-8
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
        in_bytes = found is not None
    return ranges


def _starts_word(word: str, text: str) -> bool:
    """Whether a text begins a new word after what there is of the present one."""
    if word in ("", WORD_START):  # a space on its own belongs to what follows
        return text.startswith(WORD_START)
    if not text or text.startswith(WORD_START) or is_unspaced(text):
        return True
    return is_unspaced(word[-1]) and text[0].isalnum()
