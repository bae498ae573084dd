"""A head that is shown links learns to make them."""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.checkpoint import save_checkpoint
from core.config import RecurrentConfig, TransformerConfig
from core.errors import ConfigError, CorpusError, NoAttentionError, TrainingDivergedError
from core.evaluation.align import score_alignments, token_maps
from core.evaluation.gold import TokenPair
from core.text.batching import IntArray, shuffled_batches
from core.training.guided import Guidance, guided_alignment_loss, teach_alignment
from core.training.linked import LinkedRow, link_tokens
from core.translator import Translator
from tests.tiny import CONFIG, tiny_checkpoint, tiny_tokenizer

WORDS = ("green", "rain", "the", "in", "she", "has", "at", "of", "our", "two")
SMALL = TransformerConfig(
    vocab_size=CONFIG.vocab_size,
    embed_dim=24,
    heads=2,
    encoder_layers=1,
    decoder_layers=2,
    feedforward_dim=32,
    dropout=0.0,
)
NONE: frozenset[tuple[int, int]] = frozenset()
CPU = torch.device("cpu")


def copies(count: int, seed: int) -> list[TokenPair]:
    """Sentences linked to themselves, first word to last: copying them teaches no head to look there."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        words = tuple(rng.sample(WORDS, rng.randint(2, 3)))
        made.append(
            TokenPair(words, words, frozenset((len(words) - 1 - i, i) for i in range(len(words))), NONE)
        )
    return made


def test_the_loss_by_hand() -> None:
    weights = torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]]])
    links = torch.tensor([[[0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]])
    expected = -(0.5 * math.log(0.25) + 0.5 * math.log(0.25) + math.log(0.8)) / 2
    assert float(guided_alignment_loss(weights, links)) == pytest.approx(expected)


def test_nothing_linked_costs_nothing_and_a_weight_of_zero_stays_finite() -> None:
    weights = torch.tensor([[[1.0, 0.0]]], requires_grad=True)
    assert float(guided_alignment_loss(weights, torch.zeros(1, 1, 2)).detach()) == 0.0
    loss = guided_alignment_loss(weights, torch.tensor([[[0.0, 1.0]]]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert weights.grad is not None and loss.isfinite() and weights.grad.isfinite().all()


def test_the_head_that_was_taught_aligns_sentences_it_has_not_seen() -> None:
    guidance = Guidance(layer=1, head=1, epochs=12, learning_rate=1e-2, batch_tokens=500)
    linked = link_tokens(copies(150, 1), tiny_tokenizer(), "en")
    taught = teach_alignment(tiny_checkpoint(SMALL), linked, guidance, CPU)
    unseen = copies(40, 2)
    translator = Translator.from_checkpoint(taught, CPU)
    rows = score_alignments(token_maps(translator, unseen, "fr", "en"), unseen, 0.0)
    error = {(row["layer"], row["head"]): row["aer"] for row in rows}
    assert error[1, 1] < 30.0 < 60.0 < error[1, 0]
    assert taught.training["alignment"] == {**vars(guidance), "pairs": 150}
    assert taught.aligner is None and translator.aligner is None
    with pytest.raises(NoAttentionError, match="has no aligner"):
        token_maps(translator, unseen, "fr", "en", by_aligner=True)


def test_a_head_taught_one_row_later_is_the_aligner_which_is_saved_with_the_model(tmp_path: Path) -> None:
    guidance = Guidance(layer=1, head=1, later=True, epochs=25, learning_rate=3e-2, batch_tokens=500)
    linked = link_tokens(copies(150, 1), tiny_tokenizer(), "en")
    base = tiny_checkpoint(SMALL)
    taught = teach_alignment(base, linked, guidance, CPU)
    changed = {name for name in base.weights if not torch.equal(base.weights[name], taught.weights[name])}
    assert changed and all(name.startswith("decoder.1.cross.") for name in changed)
    save_checkpoint(tmp_path / "taught", taught)
    unseen = copies(40, 2)
    translator = Translator.load(tmp_path / "taught", "cpu")
    assert translator.aligner == (1, 1)
    before = Translator.from_checkpoint(replace(base, aligner=(1, 1)), CPU)
    errors = [
        score_alignments(token_maps(one, unseen, "fr", "en", by_aligner=True), unseen, 0.0)[0]["aer"]
        for one in (before, translator)
    ]
    assert errors[1] < 45.0 < 60.0 < errors[0]


def test_part_of_an_epoch_is_so_many_steps(capsys: pytest.CaptureFixture[str]) -> None:
    linked = list(link_tokens(copies(40, 1), tiny_tokenizer(), "en"))
    guidance = Guidance(epochs=0.5, batch_tokens=50)
    whole = len(shuffled_batches(*lengths(linked), 50, np.random.default_rng(1)))
    teach_alignment(tiny_checkpoint(SMALL), linked, guidance, CPU)
    assert f"{math.ceil(whole / 2)}/{math.ceil(whole / 2)}" in capsys.readouterr().err


def test_a_gradient_that_is_no_number_stops_before_any_model_comes_of_it() -> None:
    broken = tiny_checkpoint(SMALL)
    next(iter(broken.weights.values()))[7] = float("nan")
    linked = link_tokens(copies(20, 1), tiny_tokenizer(), "en")
    with pytest.raises(TrainingDivergedError, match="but is nan at step 1 of"):
        teach_alignment(broken, linked, Guidance(), CPU)


def lengths(linked: list[LinkedRow]) -> tuple[IntArray, IntArray]:
    return (
        np.array([len(one.row.source) + 2 for one in linked]),
        np.array([len(one.row.target) + 1 for one in linked]),
    )


def test_what_cannot_be_taught_is_refused_before_anything_is_linked() -> None:
    def unasked() -> Iterator[LinkedRow]:
        raise AssertionError("nothing should be linked")
        yield

    with pytest.raises(ConfigError, match="`layer` must be between 0 and 1, but is 2"):
        teach_alignment(tiny_checkpoint(SMALL), unasked(), Guidance(layer=2), CPU)
    blind = replace(CONFIG, attention="none")
    assert isinstance(blind, RecurrentConfig)
    with pytest.raises(NoAttentionError, match="no attention that could learn"):
        teach_alignment(tiny_checkpoint(blind), unasked(), Guidance(), CPU)
    with pytest.raises(CorpusError, match="must have links"):
        bare = [TokenPair(("a",), ("b",), None, NONE)]
        linked = link_tokens(bare, tiny_tokenizer(), "en")
        teach_alignment(tiny_checkpoint(SMALL), linked, Guidance(), CPU)
