"""What a model writes when it draws at random, with what each text is worth: candidates for risk training."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sacrebleu.metrics.bleu import BLEU

from core.decoding.decode import decode
from core.decoding.risk import sentence_chrf
from core.decoding.search import Candidate as Drawn
from core.device import in_halves
from core.evaluation.measures import bleu_tokenizer
from core.nn.seq2seq import Seq2SeqModel
from core.options import SamplingOptions
from core.text.batching import pad_ids
from core.text.tokenizer import EOS_ID, Tokenizer
from core.training.feedback_rows import Candidate, FeedbackBatch, FeedbackRow
from core.training.finetune_config import FinetuneConfig, Reward
from core.translator import SPECIAL

Worth = Callable[[str, str], float]
"""What a text is worth where another is right, 0 to 100."""
_SEEDS = 1_000_000


class CandidateSource:
    """Draws texts for the sources of a batch."""

    def __init__(self, config: FinetuneConfig, tokenizer: Tokenizer) -> None:
        self.config, self.tokenizer = config, tokenizer
        self._worths: dict[str, Worth] = {}

    @property
    def is_asked(self) -> bool:
        """Whether candidates take part; ratings need none."""
        return self.config.objective == "risk" and self.config.reward != "rating"

    def draw(self, model: Seq2SeqModel, batch: FeedbackBatch, step: int) -> FeedbackBatch:
        """The batch with distinct texts for each source of the feedback, the target among them.

        The same step draws the same texts from the same weights. The model is left in eval mode."""
        seed = (self.config.seed * 7919 + step) % _SEEDS
        drawn = iter(self._texts(model.eval(), [one for one in batch.items if not one.is_replay], seed))
        return FeedbackBatch(
            tuple(one if one.is_replay else self._with(one, next(drawn)) for one in batch.items)
        )

    def _with(self, item: FeedbackRow, drawn: Sequence[tuple[int, ...]]) -> FeedbackRow:
        if item.language not in self._worths:
            self._worths[item.language] = make_worth(self.config.reward, item.language)
        worth, right = self._worths[item.language], tuple(map(int, item.row.target))
        found = [Candidate(item.row.target, 1.0)]  # as Shen et al. 2016 have it
        for ids in sorted(set(drawn) - {right}):
            reward = worth(self.tokenizer.target.decode(ids), item.text) / 100
            found.append(Candidate(np.array(ids, dtype=np.int32), reward))
        return replace(item, candidates=tuple(found))

    def _texts(
        self, model: Seq2SeqModel, items: Sequence[FeedbackRow], seed: int
    ) -> list[list[tuple[int, ...]]]:
        """Finished texts of each, without EOS and not empty; the fewer at once, the less memory there is."""
        if not items:
            return []
        device = next(model.parameters()).device
        options = SamplingOptions(samples=self.config.risk_samples, seed=seed)

        def search(part: Sequence[FeedbackRow]) -> list[list[Drawn]]:
            ids, mask = pad_ids([[*item.row.tag_ids, *item.row.source, EOS_ID] for item in part])
            return decode(model, ids.to(device), mask.to(device), options, SPECIAL)

        found = [texts for part in in_halves(search, items) for texts in part]
        return [[one.ids[:-1] for one in texts if one.finished and len(one.ids) > 1] for texts in found]


def make_worth(reward: Reward, target_language: str) -> Worth:
    """Sentence chrF, or sentence BLEU of the orders that the text has."""
    if reward == "chrf":
        return sentence_chrf()
    metric = BLEU(effective_order=True, tokenize=bleu_tokenizer(target_language))
    return lambda text, right: float(metric.sentence_score(text, [right]).score)
