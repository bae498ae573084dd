"""What keeps a model from forgetting: pairs that it learned from, or, where those are gone, its own words."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import CorpusError
from core.options import BeamOptions, DecodeOptions, SamplingOptions
from core.text.corpus import Pair, clean_pairs, languages_of, read_pairs
from core.training.data import Columns
from core.training.draw import draw
from core.training.feedback import Direction, FeedbackExample
from core.training.synthesize import Synthesis, read_texts
from core.translator import Translator

logger = logging.getLogger(__name__)
Watch = Callable[[float], object]
"""Told what share of a call is done, 0 to 1; what it raises ends the call."""


def unwatched(share: float) -> None:
    """Nobody looks."""


def replay_pairs(
    files: Sequence[Path],
    directions: Sequence[Direction],
    count: int = 0,
    seed: int = 1,
    both_ways: bool = True,
) -> list[FeedbackExample]:
    """Pairs of files of a corpus, in every direction that their names and the model allow.

    `count`: so many pairs at most, drawn at random; 0: all. `both_ways`: false for files whose second column
    alone is to be learned, as a model's own words, of which there may be none; else raises `CorpusError`
    when not one pair can be used."""
    streams = ((Columns(*languages_of(path), both_ways), read_pairs(path)) for path in files)
    drawn = draw(((columns, pair) for columns, pairs in streams for pair in pairs), count, seed)
    examples: list[FeedbackExample] = []
    for columns in sorted({one for one, _ in drawn}):
        for pair in clean_pairs(pair for one, pair in drawn if one == columns):
            examples.extend(_directed(pair, columns, directions))
    if files and both_ways and not examples:
        names = ", ".join(path.name for path in files)
        raise CorpusError(f"{names} must hold at least one pair for {directions}, but holds none.")
    return examples


@dataclass(frozen=True)
class PseudoReplay:
    """Pairs that a model makes of itself (Robins 1995): nothing that it learned from is needed."""

    translator: Translator
    folder: Path
    """Where the files come to; a killed call goes on there."""
    seed: int = 1
    beam_size: int = 5

    def label(self, texts: Path, watch: Watch = unwatched) -> Path:
        """The model's translations of texts, `x.fr-en.txt` or a corpus: first language into second.

        Returns a file for `replay_pairs` without `both_ways`."""
        return self._write(texts, "labelled", languages_of(texts), watch)

    def make_up(self, texts: Path, watch: Watch = unwatched) -> Path:
        """As `label`, of sources that the model makes up: texts of the first language, as people write them,
        are translated into the second by drawing at random (Edunov et al. 2018), and back by search."""
        first, second = languages_of(texts)
        drawn = self.folder / f"{self._stem(texts)}.drawn.{first}-{second}.tsv.gz"
        if not drawn.exists():
            options = SamplingOptions(top_k=10, seed=self.seed)
            self._synthesize(texts, drawn, (first, second), options, lambda share: watch(share / 2))
        return self._write(drawn, "made-up", (second, first), lambda share: watch(0.5 + share / 2))

    def _write(self, data: Path, kind: str, way: Direction, watch: Watch) -> Path:
        out = self.folder / f"{self._stem(data)}.{kind}.{way[0]}-{way[1]}.tsv.gz"
        if not out.exists():
            made = self._synthesize(data, out, way, BeamOptions(beam_size=self.beam_size), watch)
            logger.info("%d pairs of the model's own in %s", made, out.name)
        return out

    def _synthesize(self, data: Path, out: Path, way: Direction, options: DecodeOptions, watch: Watch) -> int:
        count = max(1, sum(1 for _ in read_texts(data, *way)))
        make = Synthesis(self.translator, *way, options)
        return make.write(data, out, show_progress=False, watch=lambda texts: watch(texts / count))

    def _stem(self, data: Path) -> str:
        """Of the file, its content, and the model whose words these are."""
        content = hashlib.sha256(data.read_bytes()).hexdigest()
        return f"{data.name.partition('.')[0]}.{content[:8]}.{self.translator.digest[:8] or 'unsaved'}"


def _directed(pair: Pair, columns: Columns, directions: Sequence[Direction]) -> Iterator[FeedbackExample]:
    for source, target in directions:
        if columns.serve(source, target):
            first, second = pair if source == columns.first else pair[::-1]
            yield FeedbackExample(first, second, (source, target))
