"""Augmented examples say the same in other pieces, or with holes; without options nothing changes."""

from collections import Counter
from dataclasses import replace

import numpy as np
import torch

from core.text.tokenizer import UNK_ID
from core.training.augment import Augmenter
from core.training.examples import Row, pad_rows
from core.training.recipe import TrainConfig
from tests.tiny import SENTENCES, tiny_tokenizer

TOKENIZER = tiny_tokenizer()
ROWS = [
    Row(TOKENIZER.tag_ids("en"), *(np.array(TOKENIZER.encode(text), dtype=np.int32) for text in pair))
    for pair in zip(SENTENCES[5:], SENTENCES[:5], strict=True)
]
PLAIN = TrainConfig()


def augmenter(max_pieces: int = 80, **options: float) -> Augmenter:
    return Augmenter(replace(PLAIN, **options), TOKENIZER, max_pieces)  # type: ignore[arg-type]


def test_without_options_a_batch_is_its_rows(seeded: np.random.Generator) -> None:
    for found, expected in zip(augmenter().batch(ROWS, seeded), pad_rows(ROWS), strict=True):
        assert torch.equal(found, expected)


def test_other_segmentations_spell_the_same_text(seeded: np.random.Generator) -> None:
    changed = 0
    for _ in range(20):
        batch = augmenter(subword_nbest=8).batch(ROWS, seeded)
        for row, text in enumerate(SENTENCES[:5]):
            ids = batch.target_out_BT[row][batch.target_mask_BT[row]].tolist()
            assert TOKENIZER.decode(ids) == text
            changed += ids[:-1] != ROWS[row].target.tolist()
    assert changed > 20


def test_a_large_alpha_takes_the_best_segmentation_and_zero_draws_evenly(
    seeded: np.random.Generator,
) -> None:
    row, seen = ROWS[:1], {}
    for alpha in (0.0, 10.0):
        batches = [augmenter(subword_nbest=4, subword_alpha=alpha).batch(row, seeded) for _ in range(200)]
        seen[alpha] = Counter(tuple(batch.target_out_BT[0].tolist()) for batch in batches)
    assert len(seen[0.0]) == 4
    assert min(seen[0.0].values()) > 25
    best = tuple(pad_rows(row).target_out_BT[0].tolist())
    assert seen[10.0][best] > 190


def test_a_segmentation_never_grows_beyond_the_limit(seeded: np.random.Generator) -> None:
    limit = max(len(row.target) for row in ROWS)
    for _ in range(20):
        batch = augmenter(limit, subword_nbest=64, subword_alpha=0.0).batch(ROWS, seeded)
        assert batch.target_out_BT.shape[1] <= limit + 1


def test_the_best_segmentation_is_what_encoding_gives() -> None:
    for text in SENTENCES:
        found = TOKENIZER.segmentations(text, 5)
        assert found[0][0] == TOKENIZER.encode(text)
        assert [log for _, log in found] == sorted((log for _, log in found), reverse=True)


def test_dropped_words_leave_holes_only_in_what_is_read(seeded: np.random.Generator) -> None:
    plain = pad_rows(ROWS * 20)
    batch = augmenter(word_dropout=0.3).batch(ROWS * 20, seeded)
    assert torch.equal(batch.target_out_BT, plain.target_out_BT)
    for found, expected, mask, ends in (
        (batch.source_ids_BS, plain.source_ids_BS, plain.source_mask_BS, 2),
        (batch.target_in_BT, plain.target_in_BT, plain.target_mask_BT, 1),
    ):
        holes = found == UNK_ID
        assert torch.equal(found[~holes], expected[~holes])
        assert not (holes & ~mask).any() and not holes[:, 0].any()
        pieces = int(mask.sum()) - ends * len(mask)
        assert 0.25 < int(holes.sum()) / pieces < 0.35
    assert int((batch.source_ids_BS == 3).sum()) == len(plain.source_ids_BS)  # each EOS stays
