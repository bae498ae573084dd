"""Translations as programs ask for them, and what a model says of them.

What the fields mean: core/options.py, core/results.py."""

from typing import Annotated, Literal

from pydantic import Field

from demo_app.api.schemas import Asked, Index, LanguageCode, Told, Whole
from demo_app.services.model_info import ModelInfo


class _Search(Asked):
    max_length: Whole = 0
    min_length: Whole = 0
    no_repeat_ngram: Whole = 0
    repetition_penalty: float = 1.0


class Greedy(_Search):
    """The most probable piece at every step."""

    mode: Literal["greedy"]


class Beam(_Search):
    """Beam search; `n_best` hypotheses are returned."""

    mode: Literal["beam"]
    beam_size: Whole = 5
    length_penalty: float = 1.0
    coverage_penalty: float = 0.0
    groups: Whole = 1
    diversity: float = 0.5
    n_best: Whole = 1


class Sampling(_Search):
    """Pieces drawn at random; `samples` hypotheses are returned."""

    mode: Literal["sampling"]
    samples: Whole = 1
    seed: Whole = 0
    temperature: float = 1.0
    top_k: Whole = 0
    top_p: float = 1.0


class TranslationRequest(Asked):
    """A text to translate."""

    text: str
    source_language: LanguageCode
    target_language: LanguageCode
    model: str | None = Field(default=None, description="Its name; the first of /models if not given.")
    options: Annotated[Greedy | Beam | Sampling, Field(discriminator="mode")] = Greedy(mode="greedy")
    memory: bool = Field(
        default=True, description="Whether corrections of the same text stand in place of the model's own."
    )
    neighbours: bool = Field(
        default=False, description="Whether corrections of texts like it steer the search (kNN)."
    )


class ModelList(Told):
    """Usable models, the default one first."""

    models: list[ModelInfo]


class Attention(Told):
    """Who looked where: a row a target piece, a column a source piece; each row sums to 1."""

    layer: int | None = Field(description="Null: the mean over all.")
    head: int | None = Field(description="Null: the mean over all.")
    layers: int
    heads: int
    source_pieces: list[str]
    target_pieces: list[str]
    weights: list[list[float]]


class LikelyPiece(Told):
    """A piece that could stand at a place."""

    id: int
    piece: str
    probability: float


class Judgement(Told):
    """What the model thinks of one piece of a target."""

    id: int
    piece: str
    log_prob: float
    rank: int = Field(description="1 for what greedy search would write there.")
    entropy: float
    margin: float
    alternatives: list[LikelyPiece] = Field(validation_alias="likely", description="Most probable first.")


class Target(Told):
    """A target for a segment, judged piece by piece."""

    text: str
    ids: list[int]
    log_prob: float
    score: float | None = Field(description="As the search ranked it; null where nothing was searched.")
    pieces: list[Judgement]


class AlternativesRequest(Asked):
    """A place in a hypothesis."""

    hypothesis: Index = 0
    position: Index = Field(description="Of the piece, from 0.")


class ContinuationRequest(Asked):
    """How a translation is to begin: `prefix` or `prefix_ids`, one of them."""

    prefix: str | None = Field(default=None, description="Words; the last one may be gone on with.")
    prefix_ids: list[Whole] | None = Field(default=None, description="Ids of pieces; [] for none.")


class ScoreRequest(Asked):
    """Somebody's own translation."""

    text: str
