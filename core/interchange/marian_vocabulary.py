"""Marian's pieces under our numbers: marks first, then tags, then the rest in Marian's order."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.errors import ConfigError, CorruptCheckpointError
from core.text.paired_tokenizer import VOCABULARY_FILE, PairedTokenizer
from core.text.tokenizer import language_tag

_MARKS = ("<pad>", "<unk>", "<s>", "</s>")
_TAG = re.compile(r">>(.+)<<")
_MULTIPLE = 160
"""Vocabularies are filled up with padding to so many pieces at a time: search looks at them in chunks, and a
vocabulary of 5 times a prime, as opus-mt-fr-en's would be, made its choice fourteen times slower."""


class Route(NamedTuple):
    """A direction, and the tag by which Marian knows its target language, where there are several."""

    source: str
    target: str
    tag: str


class Numbering(NamedTuple):
    """One side's pieces by our ids."""

    pieces: tuple[str, ...]
    marian_ids: tuple[int | None, ...]
    """Marian's id of each; None where it has none."""


def read_routes(texts: Sequence[str]) -> tuple[Route, ...]:
    """Routes out of `SOURCE-TARGET` or `SOURCE-TARGET=TAG`, as `en-zh=cmn_Hans`; raises `ConfigError`."""
    routes = []
    for text in texts:
        found = re.fullmatch(r"([^\s=-]+)-([^\s=-]+)(?:=(\S+))?", text)
        if not found:
            raise ConfigError(f"`direction` must be like fr-en or en-zh=cmn_Hans, but is {text!r}.")
        routes.append(Route(found[1], found[2], found[3] or found[2]))
    return tuple(routes)


def read_vocabulary(content: bytes, name: str) -> dict[str, int]:
    """Marian's id of each piece; raises `CorruptCheckpointError`."""
    try:
        vocabulary = {str(piece): int(number) for piece, number in json.loads(content).items()}
        if sorted(vocabulary.values()) != list(range(len(vocabulary))) or not {"</s>", "<unk>"} <= set(
            vocabulary
        ):
            raise ValueError("its numbers have gaps, or it lacks </s> or <unk>")
    except (ValueError, TypeError, AttributeError) as error:
        raise CorruptCheckpointError(
            f"{name} must number the pieces of a Marian model from 0, but does not: {error}; copy it again."
        ) from error
    return vocabulary


def tags_of(vocabulary: Mapping[str, int]) -> tuple[str, ...]:
    """Target languages that a multilingual model asks to be told by name, as `>>fra<<`."""
    return tuple(found[1] for piece in vocabulary if (found := _TAG.fullmatch(piece)))


def number_pieces(vocabulary: Mapping[str, int], start_id: int | None, routes: Sequence[Route]) -> Numbering:
    """Our order. `start_id`: what Marian's decoder reads first, which becomes BOS; None for a source side.

    Tags of routes become ours, for their target language. Marian's padding is its start, and PAD is new."""
    languages = {f">>{route.tag}<<": route.target for route in routes}
    tags = {vocabulary[tag]: language_tag(languages[tag]) for tag in languages if tag in vocabulary}
    marks = (None, vocabulary["<unk>"], start_id, vocabulary["</s>"])
    rest = {number: piece for piece, number in vocabulary.items() if number not in (*marks, *tags)}
    pieces = (*_MARKS, *tags.values(), *(rest[number] for number in sorted(rest)))
    numbers = (*marks, *tags, *sorted(rest))
    missing = -len(pieces) % _MULTIPLE
    return Numbering(pieces + _MARKS[:1] * missing, numbers + (None,) * missing)


def make_tokenizer(files: Mapping[str, bytes], source: Numbering, target: Numbering) -> PairedTokenizer:
    """`files`: the two SentencePiece models. One numbering for both sides is written once."""
    sides = {"source": source.pieces, "target": target.pieces}
    if source is target:
        del sides["target"]
    vocabulary = json.dumps(sides, ensure_ascii=False, indent=0).encode()
    return PairedTokenizer({**files, VOCABULARY_FILE: vocabulary})


def require_tags(vocabulary: Mapping[str, int], routes: Sequence[Route]) -> None:
    """Raise `ConfigError` for a route whose tag a model with several target languages does not have."""
    known = tags_of(vocabulary)
    for route in routes:
        if known and route.tag not in known:
            raise ConfigError(
                f"The model knows the target languages {', '.join(known)}, but the direction {route.source}-"
                f"{route.target} asks for {route.tag}; write --direction {route.source}-{route.target}=TAG."
            )
