"""What is compared with what: domains, numbers of corrections, ways to learn. Knows no model."""

from dataclasses import dataclass, field
from typing import Any

POINTS = (0, 10, 30, 100, 300, 1000, 3000)
"""Corrections."""
SEEDS = (1, 2, 3)
"""Each draws its own corrections."""
TEST_SENTENCES = 1000
"""Of the domain, held out."""
GENERAL_SENTENCES = 4000
"""Of what the model could do before, over all its directions."""
NEXT_SENTENCES = 100
"""Whose translations a person would correct next."""
WATCHED_SENTENCES = 300
"""General ones of each direction that watch a training, none of which is measured afterwards."""
BASE, DEFAULT = "base", "default"


@dataclass(frozen=True)
class Domain:
    """Files, where `{pair}` stands for the languages as the file names have them."""

    title: str
    train: str
    """Its sources are translated, and its targets are the corrections."""
    dev: str
    """Options are chosen by it."""
    test: str


DOMAINS = {
    "captions": Domain(
        "captions of photographs (Multi30k)",
        "nc/multi30k.{pair}.train.tsv.gz",
        "nc/multi30k.{pair}.val.tsv.gz",
        "nc/multi30k.{pair}.test_2016_flickr.tsv.gz",
    ),
    "pydocs": Domain(
        "the manual of Python",
        "pydocs.{pair}.train.tsv.gz",
        "pydocs.{pair}.dev.tsv.gz",
        "pydocs.{pair}.test.tsv.gz",
    ),
}


@dataclass(frozen=True)
class Method:
    """A way to learn from corrections."""

    title: str
    options: dict[str, Any] = field(default_factory=dict)
    """Of `FinetuneConfig`, where they are not its defaults."""
    is_watched: bool = False
    """Whether a tenth of the corrections, from 200 on, and general sentences watch the training."""


_PLAIN = {"replay_ratio": 0.0, "distillation": 0.0, "average_with_base": "no"}
_REPLAY = {"distillation": 0.0, "average_with_base": "no"}
METHODS = {
    "nmtvis": Method(
        "NMTVis' recipe",
        {
            **_PLAIN,
            **{"batch_tokens": 16, "epochs": 15, "learning_rate": 1e-3, "decay": "constant"},
            **{"warmup_steps": 0, "label_smoothing": 0.0},
        },
    ),
    "plain": Method("continued training", _PLAIN),
    "replay": Method("replay", _REPLAY),
    "l2": Method("replay, L2 to the base", {**_REPLAY, "l2_to_base": 10.0}),
    "ewc": Method("replay, EWC", {**_REPLAY, "ewc": 10.0}),
    "lora": Method("replay, LoRA", {**_REPLAY, "lora_rank": 16, "learning_rate": 2e-3}),
    "mrt": Method(
        "replay, minimum risk", {**_REPLAY, "objective": "risk", "risk_share": 0.5, "risk_samples": 4}
    ),
    "average": Method(
        "distilled replay, average with the base", {"average_with_base": "chosen"}, is_watched=True
    ),
    DEFAULT: Method("kept apart", {}, is_watched=True),
}
"""By name; the last is what `FinetuneConfig` does by itself. NMTVis (Munz et al. 2022) learns in the request:
batch 1 (16 tokens hold one sentence of the domains), 15 epochs, Adam with 1e-3, the last weights."""


def options_of(name: str, seed: int) -> dict[str, Any]:
    """What `FinetuneConfig.from_dict` takes."""
    return {"seed": seed, "save_every_s": 1e6, **METHODS[name].options}


def trials(names: tuple[str, ...], points: tuple[int, ...]) -> list[tuple[str, int]]:
    """(method, corrections): without a correction there is only the base. The cheapest first."""
    found = [(BASE, 0)] if 0 in points else []
    return found + [(name, point) for point in sorted(points) if point for name in names]
