"""What of a corpus is kept, and as what."""

from collections import Counter

import pytest

from core.corpora.clean import clean
from core.text.corpus import Pair


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (Pair("", "Hello."), "empty side"),
        (Pair("\u200b \u00a0", "Hello."), "empty side"),
        (Pair("Bon\x00jour.", "Hello."), "control character"),
        (Pair("oui " * 200, "yes " * 200), "too long"),
        (Pair("Non.", "No, " * 20), "lengths too different"),
        (Pair("Bonjour.", "Hello."), "repeated"),
    ],
)
def test_what_is_left_out_is_counted_by_its_reason(pair: Pair, reason: str) -> None:
    dropped: Counter[str] = Counter()
    assert clean([Pair("Bonjour.", "Hello."), pair], 10, dropped) == [Pair("Bonjour.", "Hello.")]
    assert dropped == {reason: 1}


def test_texts_become_comparable_and_keep_their_marks() -> None:
    typed = Pair("\ufeffE\u0301te\u0301\u202f: l\u2019eau\u00a0!", "  Summer:\t water!\u200b ")
    assert clean([typed], 10, Counter()) == [Pair("Été : l\u2019eau !", "Summer: water!")]


def test_what_is_clean_stays_as_it_is() -> None:
    pairs = [
        Pair("“谢谢。”\u3000“不用谢。”", '"Thank you." "Not at all."'),
        Pair("是", "Yes, I am."),
        Pair("O", "o"),
    ]
    assert clean(pairs, 10, Counter()) == pairs
    assert clean(clean(pairs, 10, Counter()), 10, Counter()) == pairs
