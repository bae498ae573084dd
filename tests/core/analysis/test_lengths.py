"""Buckets by length."""

from hypothesis import given
from hypothesis import strategies as st

from core.analysis.lengths import by_length


@given(st.lists(st.integers(0, 80).map(lambda n: "word " * n)))
def test_each_sentence_is_in_exactly_one_bucket(sources: list[str]) -> None:
    rows = [row for bucket in by_length(sources) for row in bucket.rows]
    assert sorted(rows) == list(range(len(sources)))


def test_edges_belong_to_the_shorter_bucket() -> None:
    sources = ["w " * n for n in (5, 6, 10, 11, 50, 51)]
    found = {bucket.label: bucket.rows for bucket in by_length(sources)}
    assert found == {"1–5": (0,), "6–10": (1, 2), "11–15": (3,), "31–50": (4,), "51+": (5,)}


def test_single_words_are_measured_in_characters() -> None:
    assert [(b.label, b.unit) for b in by_length(["cat", "catalogue"])] == [
        ("1–5", "characters"),
        ("6–10", "characters"),
    ]
    assert by_length(["cat", "a cat"])[0].unit == "words"
