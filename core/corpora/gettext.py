"""Translated documentation: .po files as pairs of sentences, without the mark-up of reStructuredText."""

import re
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from core.corpora.archive import read_members, reading
from core.text.corpus import Pair
from core.text.segment import split_segments

_MARKUP = re.compile(
    r"""
      :[\w:+.-]+:`[!~]*([^`<>]+?)(?:\s*<[^`<>]*>)?`               # :meth:`~io.open`, :ref:`text <place>`
    | ``(.+?)``
    | `([^`<>]+?)(?:\s*<[^`<>]*>)?`_{0,2}                        # `text <address>`_
    | (?<![\w*\\])\*\*(?=[^\s*])(.+?)(?<=[^\s\\])\*\*(?![\w*])  # **text**
    | (?<![\w*\\])\*(?=[^\s*])([^*]+?)(?<=[^\s\\])\*(?![\w*])   # *text*
    | \\([*_`|\\])
    | \\\ ()                                                    # ends a word where a role may stand
    | (?<=[:：]):$()                                            # says that code follows
    """,
    re.VERBOSE,
)
"""One pass, so that what stands in a literal is left as it is."""
_LEFT_OVER = re.compile(r"`|\|\w+\||\n")
"""Mark-up that the rules above do not know, a substitution, or lines of a table or of code."""


def read_gettext(path: Path) -> Iterator[Pair]:
    """Finished translations of every .po file, sentence by sentence where both sides have as many.

    Fuzzy, obsolete and untranslated entries stay out, and those whose mark-up cannot be taken off."""
    import polib  # only for this format: not among the requirements

    for name, text in tqdm(read_members(path, "*.po"), unit="file", desc=path.name, leave=False):
        with reading(path):
            try:
                entries = polib.pofile(text)
            except OSError as error:
                raise OSError(f"{name}: {error}") from error
        for entry in entries:
            if entry.translated() and not entry.msgid_plural:
                yield from _sentences(plain(entry.msgstr), plain(entry.msgid))


def plain(text: str) -> str:
    """The text as a reader of the page sees it."""
    return _MARKUP.sub(lambda found: found[found.lastindex or 0], text).strip()


def _sentences(translation: str, english: str) -> Iterator[Pair]:
    if translation == english or _LEFT_OVER.search(translation + english):
        return
    ours, theirs = split_segments(translation), split_segments(english)
    if len(ours) == len(theirs):
        yield from (Pair(a, b) for (a, _), (b, _) in zip(ours, theirs, strict=True))
    else:
        yield Pair(translation, english)
