"""Pairs as ids: what a batch holds, and that an epoch holds everything once."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.text.corpus import Pair
from core.text.tokenizer import BOS_ID, EOS_ID
from core.training.data import Columns, make_examples
from core.training.examples import Examples, FlatIds, encode_pairs
from core.training.recipe import DataConfig
from tests.paired import paired_tokenizer
from tests.tiny import SENTENCES, tiny_tokenizer

ROWS = [[5, 6, 7], [8], [], [9, 10]]
PAIRS = [Pair(french, english) for french, english in zip(SENTENCES[5:], SENTENCES[:5], strict=True)]


def two_way() -> Examples:
    first, second = encode_pairs(PAIRS * 7, tiny_tokenizer())
    examples = Examples(first, second, max_pieces=80)
    examples.add_direction(tiny_tokenizer().tag_ids("en"), backward=False)
    examples.add_direction(tiny_tokenizer().tag_ids("fr"), backward=True)
    return examples


def test_flat_ids_give_back_every_row() -> None:
    flat = FlatIds(ROWS)
    assert [list(flat[index]) for index in range(len(flat))] == ROWS
    joined = FlatIds.join([flat, FlatIds([]), flat])
    assert [list(joined[index]) for index in range(len(joined))] == ROWS * 2


@pytest.mark.parametrize("max_tokens", [30, 200, 10_000])
def test_an_epoch_holds_every_example_once_in_batches_of_bounded_size(
    max_tokens: int, seeded: np.random.Generator
) -> None:
    examples = two_way()
    batches = examples.batches(max_tokens, seeded)
    assert sorted(np.concatenate(batches)) == list(range(len(examples)))
    for index in batches:
        batch = examples.batch(index)
        widest = max(batch.source_ids_BS.shape[1], batch.target_in_BT.shape[1])
        assert len(index) == 1 or len(index) * widest <= max_tokens


def test_a_batch_holds_tag_pieces_and_ends_in_both_directions() -> None:
    examples, tokenizer = two_way(), tiny_tokenizer()
    count = len(examples) // 2
    batch = examples.batch(np.array([0, count]))
    french, english = (tokenizer.encode(text) for text in PAIRS[0])
    sources = [batch.source_ids_BS[row][batch.source_mask_BS[row]].tolist() for row in (0, 1)]
    targets = [batch.target_out_BT[row][batch.target_mask_BT[row]].tolist() for row in (0, 1)]
    read = [batch.target_in_BT[row][batch.target_mask_BT[row]].tolist() for row in (0, 1)]
    assert sources == [
        [*tokenizer.tag_ids("en"), *french, EOS_ID],
        [*tokenizer.tag_ids("fr"), *english, EOS_ID],
    ]
    assert targets == [[*english, EOS_ID], [*french, EOS_ID]]
    assert read == [[BOS_ID, *english], [BOS_ID, *french]]


def test_a_paired_tokenizer_cuts_each_column_as_its_side_and_wants_no_tag() -> None:
    tokenizer = paired_tokenizer()
    config = DataConfig(train=("a.fr-en.tsv",), dev=("b.fr-en.tsv",), directions=(("fr", "en"),))
    spans = [(Columns("fr", "en"), 0, len(PAIRS))]
    batch = make_examples(*encode_pairs(PAIRS, tokenizer), spans, config, tokenizer).batch(np.array([0]))
    assert batch.source_ids_BS[0].tolist() == [*tokenizer.encode(PAIRS[0].first), EOS_ID]
    assert batch.target_out_BT[0].tolist() == [*tokenizer.target.encode(PAIRS[0].second), EOS_ID]
    spans = [(Columns("en", "fr"), 0, len(PAIRS))]
    with pytest.raises(ConfigError, match="fr-en must have fr in their first column, but have en; swap"):
        make_examples(*encode_pairs(PAIRS, tokenizer), spans, config, tokenizer)


def test_pairs_that_are_too_long_or_empty_stay_out() -> None:
    first, second = FlatIds([[5] * 3, [5] * 4, [], [5]]), FlatIds([[6] * 3, [6], [6], [6] * 4])
    examples = Examples(first, second, max_pieces=3)
    examples.add_direction((7,), backward=False)
    assert examples.pair_of.tolist() == [0]


def test_pieces_of_both_sides_are_counted() -> None:
    tokenizer = tiny_tokenizer()
    counts = two_way().piece_counts(tokenizer.vocab_size)
    expected = np.bincount([i for pair in PAIRS * 7 for text in pair for i in tokenizer.encode(text)])
    np.testing.assert_array_equal(counts[: len(expected)], expected)
    assert counts.shape == (tokenizer.vocab_size,) and not counts[len(expected) :].any()
