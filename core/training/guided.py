"""One attention head learns to link words, from links that people or programs made (Garg et al. 2019).

The row of attention that writes a piece has not read it yet and must guess; the next one has (Chen et al.
2020, section 3). So a head may learn to link what was read last: it becomes the aligner of the model.

Letters: B rows, S source, T target, L layers, H heads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from math import ceil, isfinite

import numpy as np
import torch
from torch import Tensor
from torch.optim.lr_scheduler import LinearLR
from tqdm import tqdm

from core.checkpoint import Checkpoint
from core.config import require_range
from core.device import multiplies_bfloat16
from core.errors import CorpusError, NoAttentionError, TrainingDivergedError
from core.nn.factory import restore_model
from core.nn.seq2seq import Seq2SeqModel
from core.text.batching import IntArray, shuffled_batches
from core.training.examples import Batch, pad_rows
from core.training.linked import LinkedRow
from core.training.loss import linear_cross_entropy


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """Which head learns to align, and how."""

    layer: int = 0
    """Layer of the decoder, from 0; the last but one is the usual choice in a deep Transformer."""
    head: int = 0
    """Head of that layer, from 0."""
    later: bool = False
    """Link the piece that was read last, not the one to be written: one row later, and the better links.

    Of a Transformer, the attention of that layer to the source learns alone, and all else stays."""
    epochs: float = 5
    """Passes over the linked pairs."""
    learning_rate: float | None = None
    """At first; it falls evenly, to nearly nothing. None: 1e-3 where one layer learns alone, else 2e-4."""
    weight: float = 1.0
    """Of the alignment loss beside the translation loss, which keeps the rest of the model in place."""
    batch_tokens: int = 2000
    """Rows x longest side of one batch."""
    seed: int = 1

    def __post_init__(self) -> None:
        require_range("epochs", self.epochs, 0.001, 1000)
        if self.learning_rate is not None:
            require_range("learning_rate", self.learning_rate, 1e-8, 1.0)
        require_range("weight", self.weight, 0.001, 1000.0)
        require_range("batch_tokens", self.batch_tokens, 16, 10_000_000)


def guided_alignment_loss(weights_BTS: Tensor, links_BTS: Tensor) -> Tensor:
    """Mean cross-entropy from links to attention, in nats a linked target piece (section 3.2).

    A piece with several links should look at all of them alike; a piece without any teaches nothing, and
    neither does padding, which has none. 0 when nothing is linked."""
    counts_BT1 = links_BTS.sum(2, keepdim=True)
    wanted_BTS = links_BTS / counts_BT1.clamp(min=1)
    log_weights_BTS = weights_BTS.float().clamp(min=torch.finfo(torch.float32).tiny).log()
    return -(wanted_BTS * log_weights_BTS).sum() / (counts_BT1 > 0).sum().clamp(min=1)


def teach_alignment(
    checkpoint: Checkpoint, linked: Iterable[LinkedRow], guidance: Guidance, device: torch.device
) -> Checkpoint:
    """The checkpoint with a head that aligns, and otherwise trained on in the same pairs.

    `linked` is asked for when all else is in order. Raises `NoAttentionError`, `ConfigError` for a head that
    is not there, `CorpusError` without links, `TrainingDivergedError`."""
    model = restore_model(checkpoint.config, checkpoint.weights).to(device).train()
    if not model.attention_layers:
        raise NoAttentionError(f"The model {checkpoint.name} has no attention that could learn to align.")
    require_range("layer", guidance.layer, 0, model.attention_layers - 1)
    require_range("head", guidance.head, 0, model.attention_heads - 1)
    rows = list(linked)
    if not rows:
        raise CorpusError("The pairs must have links in their third column to learn from, but have none.")
    _run(model, rows, guidance, device)
    weights = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    training = {**checkpoint.training, "alignment": {**asdict(guidance), "pairs": len(rows)}}
    aligner = (guidance.layer, guidance.head) if guidance.later else checkpoint.aligner
    return replace(checkpoint, weights=weights, training=training, aligner=aligner, card="", digest="")


def _run(model: Seq2SeqModel, rows: list[LinkedRow], guidance: Guidance, device: torch.device) -> None:
    torch.manual_seed(guidance.seed)
    rng = np.random.default_rng(guidance.seed)
    steps = ceil(guidance.epochs * len(_plan(rows, guidance.batch_tokens, rng)))
    learning = _learning(model, guidance)
    usual = 2e-4 if len(learning) == len(list(model.parameters())) else 1e-3
    rate = guidance.learning_rate or usual
    optimizer = torch.optim.AdamW(learning, lr=rate, weight_decay=0.0)
    schedule = LinearLR(optimizer, 1.0, 0.02, steps)
    batches = _batches(rows, guidance, rng)
    bar = tqdm(islice(batches, steps), total=steps, unit="step")
    for step, (batch, links_BTS) in enumerate(bar, start=1):
        loss, apart = _losses(model, batch.to(device), links_BTS.to(device), guidance)
        (loss + guidance.weight * apart).backward()  # type: ignore[no-untyped-call]
        norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0))
        if not isfinite(norm):
            raise TrainingDivergedError(
                f"The gradient must be a finite number, but is {norm} at step {step} of {steps}; no model is "
                "written: lower `learning_rate`, or take a model whose own weights are finite."
            )
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        bar.set_postfix_str(f"loss {float(loss.detach()):.2f} alignment {float(apart.detach()):.2f}", False)


def _learning(model: Seq2SeqModel, guidance: Guidance) -> list[torch.nn.Parameter]:
    """What learns, and nothing else has a gradient."""
    own = f"decoder.{guidance.layer}.cross."
    one_layer = guidance.later and any(name.startswith(own) for name, _ in model.named_parameters())
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not one_layer or name.startswith(own))
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def _plan(rows: Sequence[LinkedRow], max_tokens: int, rng: np.random.Generator) -> list[IntArray]:
    """All rows once, in random order."""
    source = np.array([len(row.source) + 2 for row, _ in rows])
    target = np.array([len(row.target) + 1 for row, _ in rows])
    return shuffled_batches(source, target, max_tokens, rng)


def _batches(
    rows: Sequence[LinkedRow], guidance: Guidance, rng: np.random.Generator
) -> Iterator[tuple[Batch, Tensor]]:
    """Pass after pass, without end; links (B, T, S) are 1 or 0."""
    while True:
        for index in _plan(rows, guidance.batch_tokens, rng):
            chosen = [rows[place] for place in index]
            batch = pad_rows([row for row, _ in chosen])
            links_BTS = torch.zeros(*batch.target_in_BT.shape, batch.source_ids_BS.shape[1])
            for place, (_, links) in enumerate(chosen):
                target_pieces, columns = np.array(links).T
                links_BTS[place, target_pieces + guidance.later, columns] = 1.0
            yield batch, links_BTS


def _losses(
    model: Seq2SeqModel, batch: Batch, links_BTS: Tensor, guidance: Guidance
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the target, and of the head's attention; means."""
    device = batch.source_ids_BS.device
    with torch.autocast(device.type, torch.bfloat16, enabled=multiplies_bfloat16(device)):
        memory = model.encode(batch.source_ids_BS, batch.source_mask_BS)
        features_BTE, weights_BLHTS = model.decode(memory, batch.target_in_BT, need_weights=True)
    if weights_BLHTS is None:
        raise NoAttentionError("The model returned no attention.")
    targets_N = batch.target_out_BT[batch.target_mask_BT]
    loss, _ = linear_cross_entropy(features_BTE[batch.target_mask_BT], model.output_weight, targets_N, 0.1)
    head_BTS = weights_BLHTS[:, guidance.layer, guidance.head]
    return loss / len(targets_N), guided_alignment_loss(head_BTS, links_BTS)
