"""Translation memories, TMX 1.4 (gala-global.org/tmx-14b), read a piece at a time. Knows no item and no SQL.

A file of a stranger: entities of its own, with which a small file can grow without end, are refused, and
nothing outside of it is ever opened."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from core.errors import InputError

MAX_SEGMENT_CHARS = 100_000
_PIECE_BYTES = 1 << 16
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z][\w.-]*)")
_MISREAD = (
    "The file must be in the encoding that it names, and that one known, but is not from here on; save it as "
    "UTF-8."
)
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut", "sub"})
"""Elements in a segment whose content is formatting, not text."""


@dataclass(frozen=True)
class Unit:
    """One sentence with its translations."""

    source: str
    targets: tuple[str, ...]


def read_tmx(file: BinaryIO, source: str, target: str) -> Iterator[tuple[int, Unit | InputError]]:
    """(line, unit or what is wrong with it); languages are compared without their region, in any case.

    Where the file is no XML any more, or not in its encoding, that is told and the rest is not read."""
    reader, piece = _Reader(source, target), file.read(_PIECE_BYTES)
    try:
        recode = _recoder(piece)
    except (LookupError, ValueError):
        yield 1, InputError(_MISREAD)
        return
    parser = expat.ParserCreate("utf-8" if recode else None)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = _refuse_entity
    reader.parser = parser
    ended = False
    while not ended:
        ended = not piece
        try:
            parser.Parse(recode(piece, ended) if recode else piece, ended)
        except expat.ExpatError as error:
            words = f"The file must be XML, but is not from here on ({expat.ErrorString(error.code)})."
            reader.found.append((error.lineno, InputError(words)))
            ended = True
        except (LookupError, ValueError):
            reader.found.append((parser.CurrentLineNumber, InputError(_MISREAD)))
            ended = True
        except InputError as error:
            reader.found.append((parser.CurrentLineNumber, error))
            ended = True
        yield from reader.found
        reader.found.clear()
        piece = b"" if ended else file.read(_PIECE_BYTES)


def _recoder(head: bytes) -> Callable[[bytes, bool], bytes] | None:
    """Makes UTF-8 of what a file says that it is in; None for UTF, which the parser reads by itself. It knows
    no encoding of Chinese, Japanese or Korean. Raises `LookupError` for one that nobody knows."""
    named = _DECLARED.match(head)
    name = named[1].decode() if named else "utf-8"
    if name.lower().startswith("utf"):
        return None
    b" ".decode(name)  # Raises for codecs that are not of texts, too.
    decoder = codecs.getincrementaldecoder(name)()
    return lambda piece, ended: decoder.decode(piece, ended).encode("utf-8", "surrogatepass")


def _refuse_entity(*_: object) -> None:
    raise InputError("A TMX file must not define entities, but does; it is not read.")


class _Reader:
    """What was met since the last unit."""

    def __init__(self, source: str, target: str) -> None:
        self._wanted = _primary(source), _primary(target)
        self.found: list[tuple[int, Unit | InputError]] = []
        self.parser: expat.XMLParserType | None = None
        self._line = 0
        self._language = ""
        self._texts: list[tuple[str, str]] = []
        self._parts: list[str] | None = None
        """Of the segment that is being read."""
        self._length = self._codes = 0
        self._too_long = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "tu":
            self._line = self.parser.CurrentLineNumber if self.parser else 0
            self._texts, self._too_long = [], False
        elif name == "tuv":
            self._language = _primary(attributes.get("xml:lang", attributes.get("lang", "")))
        elif name == "seg":
            self._parts, self._length, self._codes = [], 0, 0
        elif name in _CODES:
            self._codes += 1

    def text(self, data: str) -> None:
        if self._parts is None or self._codes:
            return
        self._length += len(data)
        if self._length <= MAX_SEGMENT_CHARS:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name == "seg" and self._parts is not None:
            self._texts.append((self._language, "".join(self._parts)))
            self._too_long |= self._length > MAX_SEGMENT_CHARS
            self._parts = None
        elif name in _CODES:
            self._codes -= 1
        elif name == "tu":
            self.found.append((self._line, self._unit()))

    def _unit(self) -> Unit | InputError:
        if self._too_long:
            return InputError(f"A segment may have at most {MAX_SEGMENT_CHARS:,} characters; divide it.")
        source, target = self._wanted
        sources = [text for language, text in self._texts if language == source]
        if len(sources) != 1:
            there = ", ".join(language or "none" for language, _ in self._texts) or "none"
            return InputError(
                f"The unit must have one text in {source}, but has {len(sources)} (its languages: {there})."
            )
        return Unit(sources[0], tuple(text for language, text in self._texts if language == target))


def _primary(language: str) -> str:
    """Example: `_primary("pt_BR")` is "pt"."""
    return language.replace("_", "-").partition("-")[0].lower()
