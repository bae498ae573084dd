"""What comes out of the library: small frozen records of plain values and numpy arrays. No torch."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.options import DecodeOptions

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hypothesis:
    """One candidate translation of one segment."""

    text: str
    ids: tuple[int, ...]
    """Token ids as searched; ends with EOS unless the length limit cut it."""
    pieces: tuple[str, ...]
    """One piece per id, in SentencePiece spelling (a leading `▁` starts a word; `</s>` is EOS)."""
    token_log_probs: tuple[float, ...]
    """Nats, one per id."""
    score: float
    """What the list is ranked by, higher is better: `log_prob`, under beam search divided by the length
    penalty, with other penalties where asked for; under minimum Bayes risk the expected utility."""
    finished: bool
    """False when the length limit cut it before EOS."""

    @cached_property
    def log_prob(self) -> float:
        """Sum over the ids, nats."""
        return float(sum(self.token_log_probs))


@dataclass(frozen=True)
class SegmentTranslation:
    """One segment (about a sentence) with its n-best list, best first."""

    source_text: str
    source_ids: tuple[int, ...]
    """As the model reads them: target-language tag, pieces, EOS."""
    source_pieces: tuple[str, ...]
    hypotheses: tuple[Hypothesis, ...]
    """At least one; scores never rise."""
    separator: str
    """What stands between this segment and the next in the text: a space, line ends, or nothing."""

    @property
    def best(self) -> Hypothesis:
        return self.hypotheses[0]


@dataclass(frozen=True)
class Origin:
    """What a translation was made with, as far as its options and the model's id do not say."""

    model_digest: str = ""
    """SHA-256 of the whole model, hex; its id has the first 12 digits. Empty for one that was never saved."""
    tokenizer_digest: str = ""
    """SHA-256 of the tokenizer's files, hex."""
    signature: str = ""
    """As `core.signature` makes it."""


@dataclass(frozen=True)
class Translation:
    """A whole text, translated segment by segment."""

    source_language: str
    target_language: str
    source_text: str
    segments: tuple[SegmentTranslation, ...]
    options: DecodeOptions
    model_id: str
    """`name@digest` of the checkpoint."""
    duration_s: float
    origin: Origin = Origin()

    @cached_property
    def text(self) -> str:
        """Best hypotheses joined by the source's own separators."""
        return "".join(segment.best.text + segment.separator for segment in self.segments).strip()


@dataclass(frozen=True)
class Alternative:
    """One way to go on from a place in a translation, and where it leads."""

    id: int
    piece: str
    """The piece at that place; `</s>` ends the translation there."""
    probability: float
    """Of the piece at that place, 0 to 1."""
    hypothesis: Hypothesis
    """The whole translation, from its beginning: the prefix, the piece, and what search wrote behind them."""


@dataclass(frozen=True)
class LikelyPiece:
    """A piece that could stand at a place."""

    id: int
    piece: str
    """`</s>` ends the translation there."""
    probability: float
    """0 to 1."""


@dataclass(frozen=True)
class PieceJudgement:
    """What the model thinks of one piece of a given target, given the source and the pieces before it."""

    id: int
    piece: str
    log_prob: float
    """Nats; the model's own, over the whole vocabulary."""
    rank: int
    """1 for the piece that greedy search would write there; EOS counts, other special pieces do not."""
    entropy: float
    """Of the whole distribution at that place, nats: 0 where all is clear, log(vocabulary) at most."""
    margin: float
    """Probability of the piece minus that of its best rival, -1 to 1: the second best piece where this one
    is the best, the best piece where it is not. So it is negative where the model would write another."""
    likely: tuple[LikelyPiece, ...]
    """The most probable pieces at that place, highest first."""


@dataclass(frozen=True)
class TraceCandidate:
    """One continuation that beam search looked at."""

    step: int
    """1 for the first piece."""
    group: int
    """Of diverse beam search; 0 in a plain one."""
    parent: int
    """Slot of the hypothesis it goes on from, after the step before; 0 at the first step."""
    id: int
    log_prob: float
    """Of the piece, nats; the model's own."""
    score: float
    """Sum up to here that search compared, nats, penalties included, before the length penalty."""
    fate: Literal["kept", "pruned", "finished"]
    slot: int | None
    """Its place in the beam (of its group), best first, if it was kept."""


@dataclass(frozen=True)
class SearchTrace:
    """A translation and every candidate on the way to it.

    Of each step and group: the 2 x beam best continuations, those kept besides, and those that ended."""

    segment: SegmentTranslation
    candidates: tuple[TraceCandidate, ...]
    pieces: dict[int, str]
    """Spelling of each id that occurs."""


@dataclass(frozen=True)
class AttentionMap:
    """Attention of one hypothesis, to the source unless said otherwise: who looked where. Carries its own
    labels so they cannot slip.

    Rows are target units, columns source units; over all columns a row sums to 1, or to 0 where nothing is
    known."""

    source_units: tuple[str, ...]
    target_units: tuple[str, ...]
    weights_LHTS: FloatArray
    """(layers, heads, target, source) float32 in [0, 1]; (1, 1, T, S) for a recurrent model."""

    def __post_init__(self) -> None:
        expected = (len(self.target_units), len(self.source_units))
        if self.weights_LHTS.ndim != 4 or self.weights_LHTS.shape[2:] != expected:
            raise ValueError(
                f"Attention must be (layers, heads, {expected[0]}, {expected[1]}), "
                f"but is {self.weights_LHTS.shape}."
            )


@dataclass(frozen=True)
class SelfAttention:
    """Attention of a Transformer within each side. Everything that reads an `AttentionMap` reads these."""

    encoder: AttentionMap
    """Rows and columns are the source."""
    decoder: AttentionMap
    """Rows are the pieces to be written, columns those that were read: `<s>` and all pieces but the last. So
    the piece that a row writes stands in the next column, and nobody looks beyond the diagonal."""


@dataclass(frozen=True)
class AttentionCheck:
    """Whether what was looked at for one piece or word of a target is also what made it probable.

    Three weights for each source unit; the two agreements are Kendall's tau-b, -1 to 1, None where one side
    ranks nothing. High: attention tells what mattered. Near 0: do not read the map as a reason."""

    target_unit: str
    source_units: tuple[str, ...]
    attention: tuple[float, ...]
    """Row of the attention map; of a word the mean over its pieces."""
    gradient: tuple[float, ...]
    """|gradient x input| of the log-probability, nats."""
    left_out: tuple[float, ...]
    """Log-probability lost where the unit is left out of the source, nats; negative where it gains."""
    gradient_agreement: float | None
    """Of attention with `gradient`."""
    left_out_agreement: float | None
    """Of attention with `left_out`."""
    prob: float
    """Of the piece, or of the word, its pieces together, as things are; 0 to 1."""
    shuffled_prob: float
    """The same with the row shuffled; mean over the permutations."""
    changed: float
    """Share of permutations, 0 to 1, after which the model would write something else there."""
