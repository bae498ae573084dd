"""Pairs made by a model: distillation and back-translation. Killed runs go on where they stood."""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core.errors import ConfigError, CorpusError
from core.options import DecodeOptions, options_to_dict
from core.text.corpus import languages_of, open_text, read_pairs
from core.text.normalize import has_forbidden, normalize
from core.training.files import saving, write_whole
from core.translator import Translator

_BLOCK = 512  # sentences between saves


@dataclass(frozen=True)
class Synthesis:
    """What is to be made: the model's own words for every source text of a file.

    As targets of what they were made from, its words teach a smaller model (sequence-level distillation,
    Kim & Rush 2016); as sources, they teach the way back (back-translation, Sennrich et al. 2016)."""

    translator: Translator
    source: str
    target: str
    options: DecodeOptions
    tag: str = ""
    """Put before the model's words, so that a model can tell them from people's (Caswell et al. 2019)."""

    def write(
        self,
        data: Path,
        out: Path,
        show_progress: bool = True,
        watch: Callable[[int], object] = lambda texts: None,
    ) -> int:
        """Write the pairs to `out` (`x.fr-en.tsv.gz`, its name tells the columns) and return how many.

        `data`: a corpus of pairs, of which one side is read, or a `.txt` of one text a line. Texts that are
        blank or too long for the model, and those to which it has no answer, are left out. `watch` is told
        how many texts were gone through, before the first block and after each; what it raises ends the run,
        which a second call goes on with, as after a kill. Raises `ConfigError` when that asks for something
        else than the first."""
        self.translator.require_direction(self.source, self.target)
        swapped = self._is_swapped(out)
        work = _Work.resume(out, self._key(data))
        texts = islice(read_texts(data, self.source, self.target), work.texts, None)
        watch(work.texts)
        with tqdm(initial=work.texts, unit="text", disable=not show_progress) as bar:
            while block := list(islice(texts, _BLOCK)):
                pairs = [pair[::-1] if swapped else pair for pair in self._pairs(block)]
                work.append(len(block), pairs)
                bar.update(len(block))
                watch(work.texts)
        if not work.pairs:
            raise CorpusError(f"{data.name} must hold at least one text that can be used, but holds none.")
        work.finish()
        return work.pairs

    def _pairs(self, texts: list[str]) -> list[tuple[str, str]]:
        """(text, the model's words for it)."""
        usable = [text for text in texts if self._is_usable(text)]
        found = self.translator.translate_segments(usable, self.source, self.target, self.options)
        answers = [" ".join(item.best.text.split()) for item in found]
        return [
            (text, f"{self.tag} {answer}" if self.tag else answer)
            for text, answer in zip(usable, answers, strict=True)
            if answer
        ]

    def _is_usable(self, text: str) -> bool:
        ids = self.translator.encode_source(text, self.target)
        return bool(text) and not has_forbidden(text) and self.translator.fits(ids)

    def _is_swapped(self, out: Path) -> bool:
        columns = languages_of(out)
        if set(columns) != {self.source, self.target} or not out.name.endswith(".tsv.gz"):
            raise ConfigError(
                f"The file to write must be named as `x.{self.source}-{self.target}.tsv.gz` (or with the "
                f"languages the other way round), but is {out.name}."
            )
        return columns != (self.source, self.target)

    def _key(self, data: Path) -> dict[str, Any]:
        """All that the content of the file depends on."""
        facts = {
            "data": data.name,
            "size_bytes": data.stat().st_size if data.exists() else 0,
            "tag": self.tag,
        }
        return {**facts, "model_id": self.translator.model_id, "options": options_to_dict(self.options)}


@dataclass
class _Work:
    """A file in the making, and how far it is: as many bytes of it count as the note beside it says."""

    out: Path
    key: dict[str, Any]
    texts: int = 0
    pairs: int = 0
    size_bytes: int = 0

    @classmethod
    def resume(cls, out: Path, key: dict[str, Any]) -> "_Work":
        work = cls(out, key)
        if work.note.exists():
            found = json.loads(work.note.read_text())
            if found.pop("key") != key:
                raise ConfigError(
                    f"{work.part.name} was begun with another model, file or search; delete it and "
                    f"{work.note.name}, or give another `--out`."
                )
            work = cls(out, key, **found)
        out.parent.mkdir(parents=True, exist_ok=True)
        with work.part.open("ab") as file:
            file.truncate(work.size_bytes)
        return work

    @property
    def part(self) -> Path:
        return self.out.with_name(f"{self.out.name}.part")

    @property
    def note(self) -> Path:
        return self.out.with_name(f"{self.out.name}.note.json")

    def append(self, texts: int, pairs: list[tuple[str, str]]) -> None:
        """One gzip member a block; members one after the other are one gzip file."""
        lines = "".join(f"{first}\t{second}\n" for first, second in pairs)
        with saving(self.part.name):
            with self.part.open("ab") as file:
                file.write(gzip.compress(lines.encode(), mtime=0))
                file.flush()
                os.fsync(file.fileno())
                self.size_bytes = file.tell()
            self.texts += texts
            self.pairs += len(pairs)
            facts = {"texts": self.texts, "pairs": self.pairs, "size_bytes": self.size_bytes}
            write_whole(self.note, json.dumps({"key": self.key, **facts}).encode())

    def finish(self) -> None:
        with saving(self.out.name):
            self.part.replace(self.out)
            self.note.unlink()


def read_texts(data: Path, source: str, target: str) -> Iterator[str]:
    """The source side of a corpus, or the lines of a `.txt`: normalised, each on a line, blanks included."""
    if ".txt" in data.suffixes:
        with open_text(data) as file:
            for line in file:
                yield _one_line(line)
    else:
        for pair in read_pairs(data, source, target):
            yield _one_line(pair.first)


def _one_line(text: str) -> str:
    return " ".join(normalize(text).split())
