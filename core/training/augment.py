"""Examples that differ a little each time they are seen."""

import numpy as np
import torch

from core.text.tokenizer import BOS_ID, EOS_ID, UNK_ID, Tokenizer
from core.training.examples import Batch, Pieces, Row, pad_rows
from core.training.recipe import TrainConfig


class Augmenter:
    """Makes a batch from rows, with what the recipe wants changed in them."""

    def __init__(self, config: TrainConfig, tokenizer: Tokenizer, max_pieces: int) -> None:
        """A new segmentation never has more than `max_pieces` pieces, or the old one stays."""
        self.config, self.tokenizer, self.max_pieces = config, tokenizer, max_pieces

    def batch(self, rows: list[Row], rng: np.random.Generator) -> Batch:
        """Without any augmentation, exactly the rows."""
        if self.config.subword_nbest > 1:
            cut, cut_target = self.tokenizer, self.tokenizer.target
            rows = [
                Row(
                    row.tag_ids,
                    self._redrawn(cut, row.source, rng),
                    self._redrawn(cut_target, row.target, rng),
                )
                for row in rows
            ]
        batch = pad_rows(rows)
        return self._with_holes(batch, rng) if self.config.word_dropout else batch

    def _redrawn(self, tokenizer: Tokenizer, pieces: Pieces, rng: np.random.Generator) -> Pieces:
        """One of the n best segmentations, drawn by probability ** alpha (Kudo 2018, section 3.2)."""
        found = tokenizer.segmentations(tokenizer.decode(pieces.tolist()), self.config.subword_nbest)
        logs = self.config.subword_alpha * np.array([log_prob for _, log_prob in found])
        weights = np.exp(logs - logs.max())
        drawn = found[rng.choice(len(found), p=weights / weights.sum())][0]
        return np.array(drawn, dtype=np.int32) if 0 < len(drawn) <= self.max_pieces else pieces

    def _with_holes(self, batch: Batch, rng: np.random.Generator) -> Batch:
        """Pieces that are read become unknown; the tag, BOS, EOS and everything to be predicted stay."""
        source, target = batch.source_ids_BS.clone(), batch.target_in_BT.clone()
        for ids, mask in ((source, batch.source_mask_BS), (target, batch.target_mask_BT)):
            holes = torch.from_numpy(rng.random(tuple(ids.shape)) < self.config.word_dropout)
            holes[:, 0] = False  # tag or BOS
            ids[holes & mask & (ids != EOS_ID) & (ids != BOS_ID)] = UNK_ID
        return batch._replace(source_ids_BS=source, target_in_BT=target)
