"""One attention head learns to link words, from links that people or programs made (Garg et al. 2019).

Letters: B rows, S source, T target, L layers, H heads."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.checkpoint import Checkpoint
from core.config import require_range
from core.errors import CorpusError, NoAttentionError
from core.evaluation.align import token_pieces
from core.evaluation.gold import TokenPair
from core.nn.factory import restore_model
from core.nn.seq2seq import Seq2SeqModel
from core.text.batching import shuffled_batches
from core.text.tokenizer import Tokenizer
from core.training.examples import Batch, Row, pad_rows
from core.training.loss import linear_cross_entropy

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """Which head learns to align, and how."""

    layer: int = 0
    """Layer of the decoder, from 0; the last but one is the usual choice in a deep Transformer."""
    head: int = 0
    """Head of that layer, from 0."""
    epochs: int = 5
    """Passes over the linked pairs."""
    learning_rate: float = 2e-4
    weight: float = 1.0
    """Of the alignment loss beside the translation loss, which keeps the rest of the model in place."""
    batch_tokens: int = 2000
    """Rows x longest side of one batch."""
    seed: int = 1

    def __post_init__(self) -> None:
        require_range("epochs", self.epochs, 1, 1000)
        require_range("learning_rate", self.learning_rate, 1e-7, 1.0)
        require_range("weight", self.weight, 0.001, 1000.0)
        require_range("batch_tokens", self.batch_tokens, 16, 10_000_000)


class LinkedRow(NamedTuple):
    """An example with the links between its pieces."""

    row: Row
    links: list[tuple[int, int]]
    """(target piece, column of the source as the model reads it: after the tag)."""


def guided_alignment_loss(weights_BTS: Tensor, links_BTS: Tensor) -> Tensor:
    """Mean cross-entropy from links to attention, in nats a linked target piece (section 3.2).

    A piece with several links should look at all of them alike; a piece without any teaches nothing, and
    neither does padding, which has none. 0 when nothing is linked."""
    counts_BT1 = links_BTS.sum(2, keepdim=True)
    wanted_BTS = links_BTS / counts_BT1.clamp(min=1)
    log_weights_BTS = weights_BTS.float().clamp(min=torch.finfo(torch.float32).tiny).log()
    return -(wanted_BTS * log_weights_BTS).sum() / (counts_BT1 > 0).sum().clamp(min=1)


def teach_alignment(
    checkpoint: Checkpoint,
    pairs: Sequence[TokenPair],
    direction: tuple[str, str],
    guidance: Guidance,
    device: torch.device,
) -> Checkpoint:
    """The checkpoint with a head that aligns, and otherwise trained on in the same pairs.

    Raises `NoAttentionError`, `ConfigError` for a head that is not there, `CorpusError` without links."""
    model = restore_model(checkpoint.config, checkpoint.weights).to(device).train()
    if not model.attention_layers:
        raise NoAttentionError(f"The model {checkpoint.name} has no attention that could learn to align.")
    require_range("layer", guidance.layer, 0, model.attention_layers - 1)
    require_range("head", guidance.head, 0, model.attention_heads - 1)
    rows = link_pieces(pairs, checkpoint.tokenizer, direction[1])
    optimizer = torch.optim.AdamW(model.parameters(), lr=guidance.learning_rate, weight_decay=0.0)
    rng = np.random.default_rng(guidance.seed)
    torch.manual_seed(guidance.seed)
    for epoch in range(1, guidance.epochs + 1):
        losses = []
        for batch, links_BTS in _batches(rows, guidance.batch_tokens, rng):
            loss, apart = _losses(model, batch.to(device), links_BTS.to(device), guidance)
            (loss + guidance.weight * apart).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(float(apart.detach()))
        logger.info("epoch %d: alignment loss %.3f", epoch, sum(losses) / len(losses))
    weights = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    training = {**checkpoint.training, "alignment": {**asdict(guidance), "pairs": len(rows)}}
    return replace(checkpoint, weights=weights, training=training, digest="")


def link_pieces(pairs: Sequence[TokenPair], tokenizer: Tokenizer, language: str) -> list[LinkedRow]:
    """Sure links between tokens as links between all of their pieces; pairs without any are left out.

    `language`: the target's. Raises `CorpusError` when none is left."""
    rows, tag_ids = [], tokenizer.tag_ids(language)
    for pair in pairs:
        source, source_tokens = token_pieces(tokenizer, pair.source)
        target, target_tokens = token_pieces(tokenizer.target, pair.target)
        links = [
            (row, column + len(tag_ids))
            for row, target_token in enumerate(target_tokens)
            for column, source_token in enumerate(source_tokens)
            if (source_token, target_token) in (pair.sure or ())
        ]
        if links:
            rows.append(LinkedRow(Row(tag_ids, np.array(source), np.array(target)), links))
    if not rows:
        raise CorpusError("The pairs must have links in their third column to learn from, but have none.")
    return rows


def _batches(
    rows: list[LinkedRow], max_tokens: int, rng: np.random.Generator
) -> Iterator[tuple[Batch, Tensor]]:
    """All rows once, in random order; links (B, T, S) are 1 or 0."""
    source = np.array([len(row.source) + 2 for row, _ in rows])
    target = np.array([len(row.target) + 1 for row, _ in rows])
    for index in shuffled_batches(source, target, max_tokens, rng):
        chosen = [rows[place] for place in index]
        batch = pad_rows([row for row, _ in chosen])
        links_BTS = torch.zeros(*batch.target_in_BT.shape, batch.source_ids_BS.shape[1])
        for place, (_, links) in enumerate(chosen):
            target_pieces, columns = zip(*links, strict=True)
            links_BTS[place, target_pieces, columns] = 1.0
        yield batch, links_BTS


def _losses(
    model: Seq2SeqModel, batch: Batch, links_BTS: Tensor, guidance: Guidance
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the target, and of the head's attention; means."""
    memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
    features_BTE, weights_BLHTS = model.decode(memory, batch.target_in_BT, need_weights=True)
    if weights_BLHTS is None:
        raise NoAttentionError("The model returned no attention.")
    targets_N = batch.target_out_BT[batch.target_mask_BT]
    loss, _ = linear_cross_entropy(features_BTE[batch.target_mask_BT], model.output_weight, targets_N, 0.1)
    head_BTS = weights_BLHTS[:, guidance.layer, guidance.head]
    return loss / len(targets_N), guided_alignment_loss(head_BTS, links_BTS)
