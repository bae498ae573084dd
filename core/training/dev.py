"""How good a model is on sentences held out: loss, and BLEU of what it writes."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch

from core.device import in_halves
from core.evaluation.measures import corpus_bleu
from core.nn.seq2seq import Seq2SeqModel
from core.options import GreedyOptions
from core.text.tokenizer import Tokenizer
from core.training.data import DevSet, Direction
from core.training.examples import Examples, Row, pad_rows
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.translator import Translator

BATCH_TOKENS = 4000
"""Of an evaluation; halved where the memory is too small for them."""


@torch.inference_mode()
def mean_loss(model: Seq2SeqModel, config: TrainConfig, batches: Iterable[Sequence[Row]]) -> float:
    """Unsmoothed cross-entropy, nats a piece. The model is left in eval mode."""
    objective, device = Objective(model, config).eval(), next(model.parameters()).device

    def nats(rows: Sequence[Row]) -> float:
        return float(objective(pad_rows(rows).to(device))[1])

    total, pieces = 0.0, 0
    for rows in batches:
        total += sum(in_halves(nats, rows))
        pieces += sum(len(row.target) + 1 for row in rows)
    return total / max(pieces, 1)


def dev_loss(model: Seq2SeqModel, examples: Examples, config: TrainConfig) -> float:
    """`mean_loss` over all examples."""
    plan = examples.batches(BATCH_TOKENS, np.random.default_rng(0))
    return mean_loss(model, config, map(examples.rows, plan))


def dev_bleu(
    model: Seq2SeqModel, tokenizer: Tokenizer, directions: Sequence[Direction], dev_sets: Sequence[DevSet]
) -> dict[str, float]:
    """BLEU of greedy search by direction, as `fr-en`. Leaves the model in eval mode."""
    translator, scores = Translator(model.eval(), tokenizer, directions), {}
    for dev in dev_sets:
        found = translator.translate_segments(dev.sources, *dev.direction, GreedyOptions(max_length=128))
        texts = [item.best.text for item in found]
        scores["-".join(dev.direction)] = corpus_bleu(texts, dev.references, dev.direction[1])
    return scores
