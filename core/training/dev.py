"""How good a model is on sentences held out: loss, and BLEU of what it writes."""

from collections.abc import Sequence

import numpy as np
import torch

from core.evaluation.measures import corpus_bleu
from core.nn.seq2seq import Seq2SeqModel
from core.options import GreedyOptions
from core.text.tokenizer import Tokenizer
from core.training.data import DevSet, Direction
from core.training.examples import Examples
from core.training.objective import Objective
from core.training.recipe import TrainConfig
from core.translator import Translator

_BATCH_TOKENS = 4000


@torch.inference_mode()
def dev_loss(model: Seq2SeqModel, examples: Examples, config: TrainConfig) -> float:
    """Mean unsmoothed cross-entropy over all examples, nats per piece. The model is left in eval mode."""
    objective = Objective(model, config).eval()
    device, total, tokens = next(model.parameters()).device, 0.0, 0
    for index in examples.batches(_BATCH_TOKENS, np.random.default_rng(0)):
        batch = examples.batch(index)
        tokens += int(batch.target_mask_BT.sum())
        total += float(objective(batch.to(device))[1])
    return total / tokens


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
