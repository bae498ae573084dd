"""A corpus larger than memory: encoded once to files of ids, of which one part is mapped at a time."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from core.text.tokenizer import Tokenizer
from core.training.data import Columns, Span, Stream, make_examples, no_examples, training_streams
from core.training.examples import Examples, FlatIds, encode_parts
from core.training.files import saving, write_whole
from core.training.plan import Shard
from core.training.recipe import DataConfig

_INDEX = "index.json"
_ENCODE_AT_ONCE = 10_000

Part = tuple[Columns, FlatIds, FlatIds]
"""Some encoded pairs of one file: the languages of its columns, and both sides."""


def load_shards(folder: Path, corpora: Path, data: DataConfig, tokenizer: Tokenizer) -> list[Shard]:
    """The training files in parts of `shard_pairs`, kept in `folder`; encoded anew only when they changed.

    Files take turns, so that a part holds some of each. Repetitions are noticed among `shard_pairs` pairs.
    Raises `CorpusError` when there is not one pair."""
    key = _key(corpora, data, tokenizer)
    if _read_index(folder).get("key") != key:
        shutil.rmtree(folder, ignore_errors=True)
        streams = training_streams(corpora, data, data.shard_pairs)
        with saving("The encoded corpus"):
            spans = write_shards(folder, encode_streams(streams, data, tokenizer), data.shard_pairs)
            write_whole(folder / _INDEX, json.dumps({"key": key, "spans": spans}).encode())
    found = _read_index(folder)["spans"]
    if not found:
        raise no_examples(data.train, data, 0)
    return open_shards(folder, found, data, tokenizer)


def open_shards(folder: Path, spans: Sequence[Any], data: DataConfig, tokenizer: Tokenizer) -> list[Shard]:
    """What `write_shards` wrote; each part is mapped when it is called."""
    return [partial(_open, folder / f"{n:05d}", part, data, tokenizer) for n, part in enumerate(spans)]


def encode_streams(streams: Sequence[Stream], data: DataConfig, tokenizer: Tokenizer) -> Iterator[Part]:
    """Parts of all streams in turns, until the last one ends."""
    size = min(_ENCODE_AT_ONCE, -(-data.shard_pairs // 8))
    running = [(columns, encode_parts(pairs, tokenizer, size)) for columns, pairs in streams]
    with tqdm(unit="pair", unit_scale=True, desc="encoding", leave=False) as bar:
        while running:
            for stream in list(running):
                columns, parts = stream
                if (part := next(parts, None)) is None:
                    running.remove(stream)
                    continue
                bar.update(len(part[0]))
                yield columns, *part


def write_shards(folder: Path, parts: Iterator[Part], pairs: int) -> list[list[Span]]:
    """One folder of arrays for each `pairs` pairs or a few more; returns the spans of languages of each."""
    spans: list[list[Span]] = []
    waiting: list[Part] = []
    for part in parts:
        waiting.append(part)
        if sum(len(first) for _, first, _ in waiting) >= pairs:
            spans.append(_write(folder / f"{len(spans):05d}", waiting))
            waiting = []
    if waiting:
        spans.append(_write(folder / f"{len(spans):05d}", waiting))
    return spans


def _write(folder: Path, parts: list[Part]) -> list[Span]:
    folder.mkdir(parents=True)
    for side, flat in (
        ("first", FlatIds.join([first for _, first, _ in parts])),
        ("second", FlatIds.join([second for _, _, second in parts])),
    ):
        np.save(folder / f"{side}.npy", flat.values)
        np.save(folder / f"{side}_lengths.npy", flat.lengths)
    spans: list[Span] = []
    for columns, first, _ in parts:
        start = spans[-1][2] if spans else 0
        spans.append((columns, start, start + len(first)))
    return spans


def _open(folder: Path, spans: list[Any], data: DataConfig, tokenizer: Tokenizer) -> Examples:
    """The ids stay on disk; what is mapped is let go with the examples."""
    first, second = (
        FlatIds.of(
            np.asarray(np.load(folder / f"{side}.npy", mmap_mode="r")),
            np.load(folder / f"{side}_lengths.npy"),
        )
        for side in ("first", "second")
    )
    places: list[Span] = [(Columns(*columns), a, b) for columns, a, b in spans]
    return make_examples(first, second, places, data, tokenizer)


def _key(corpora: Path, data: DataConfig, tokenizer: Tokenizer) -> str:
    """Changes with everything that the files of ids depend on."""
    digest = hashlib.sha256(tokenizer.serialized)
    for name in data.train:
        facts = (corpora / name).stat() if (corpora / name).exists() else None
        digest.update(repr((name, facts and facts.st_size, facts and facts.st_mtime_ns)).encode())
    digest.update(repr((data.shard_pairs, data.weights, data.noise, data.directions)).encode())
    return digest.hexdigest()


def _read_index(folder: Path) -> dict[str, Any]:
    """Empty when the corpus was not encoded to its end."""
    try:
        found: dict[str, Any] = json.loads((folder / _INDEX).read_text())
    except FileNotFoundError:
        return {}
    return found
