"""Links from attention, in Pharaoh format, against gold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.alignment import (
    Links,
    alignment_scores,
    format_links,
    links_by_argmax,
    links_by_threshold,
    parse_links,
    swapped,
)

WEIGHTS_TS = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.0, 0.0, 0.0]])
LINKS = st.frozensets(st.tuples(st.integers(0, 9), st.integers(0, 9)))


def test_rates_are_those_of_the_definition() -> None:
    found, sure, possible = {(0, 0), (1, 1), (2, 3)}, {(0, 0), (2, 2)}, {(1, 1), (3, 3)}
    scores = alignment_scores([frozenset(found)], [frozenset(sure)], [frozenset(possible)])
    # A∩S = {0-0}; A∩P = {0-0, 1-1}; |A| = 3, |S| = 2
    assert scores.precision == 2 / 3
    assert scores.recall == 1 / 2
    assert scores.aer == 1 - (1 + 2) / (3 + 2)
    assert scores.links == 3


def test_counts_are_summed_over_the_corpus_before_they_are_divided() -> None:
    right, wrong, gold = frozenset({(0, 0), (1, 1)}), frozenset({(5, 5)}), frozenset({(0, 0), (1, 1)})
    scores = alignment_scores([right, wrong], [gold, gold], [frozenset()] * 2)
    assert (scores.precision, scores.recall) == (2 / 3, 2 / 4)
    assert scores.aer == 1 - (2 + 2) / (3 + 4)


@given(st.lists(LINKS))
def test_gold_links_have_no_error(gold: list[Links]) -> None:
    scores = alignment_scores(gold, gold, [frozenset()] * len(gold))
    assert (scores.precision, scores.recall, scores.aer) == (1, 1, 0)


@given(LINKS, LINKS, LINKS)
def test_all_rates_lie_between_0_and_1_and_do_not_depend_on_the_direction(
    a: Links, s: Links, p: Links
) -> None:
    scores = alignment_scores([a], [s], [p])
    assert all(0 <= rate <= 1 for rate in (scores.precision, scores.recall, scores.aer))
    assert alignment_scores([swapped(a)], [swapped(s)], [swapped(p)]) == scores


def test_argmax_gives_each_target_one_link_and_none_where_nothing_was_looked_at() -> None:
    assert links_by_argmax(WEIGHTS_TS) == {(0, 0), (2, 1)}
    assert links_by_argmax(np.zeros((3, 0))) == frozenset()


def test_threshold_links_every_weight_that_reaches_it() -> None:
    assert links_by_threshold(WEIGHTS_TS, 0.3) == {(0, 0), (0, 1), (1, 1), (2, 1)}


@given(LINKS)
def test_pharaoh_format_comes_back_as_it_went(links: Links) -> None:
    assert parse_links(format_links(links)) == links


@pytest.mark.parametrize("text", ["0-0 1", "a-b", "0-0,1-1", "-1-0", "0--1"])
def test_what_is_no_link_is_shown(text: str) -> None:
    with pytest.raises(ValueError, match="must look like 0-1"):
        parse_links(text)
