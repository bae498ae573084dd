"""What the checks doubt is listed with reasons in the language of the page; too many are warned of."""

from typing import Any

import pytest

from demo_app.ui.models_doubts import SHOWN, doubts_value, doubts_warning
from demo_app.ui.strings import load_strings

ENGLISH, CHINESE = load_strings("en"), load_strings("zh")
FINDINGS = [
    {"check": "repetition", "severity": "mild", "values": {"text": "la", "times": 3}},
    {"check": "language", "severity": "severe", "values": {"found": "de", "wanted": "en"}},
]


def doubts(count: int, checked: int = 1000) -> dict[str, Any]:
    rows = [
        {
            **{"id": f"c{number}", "source": "s", "target": "t"},
            **{"source_language": "fr", "target_language": "en", "findings": FINDINGS},
        }
        for number in range(count)
    ]
    return {"checked": checked, "fits": count <= checked / 20, "allowed": 0.05, "rows": rows}


def test_each_has_its_reasons_the_severe_ones_first() -> None:
    found = doubts_value(ENGLISH, doubts(2))
    assert found is not None and found["fits"]
    assert found["title"] == "The checks doubt 2 of 1,000 corrections"
    assert [one["id"] for one in found["rows"]] == ["c0", "c1"]
    assert found["rows"][0]["reasons"] == [
        "It reads like German, not like English.",
        "“la” stands 3 times in a row.",
    ]


def test_of_many_the_first_are_listed_and_it_says_so() -> None:
    every, most = (doubts_value(CHINESE, doubts(count)) for count in (SHOWN, SHOWN + 1))
    assert every is not None and most is not None
    assert len(every["rows"]) == len(most["rows"]) == SHOWN
    assert str(SHOWN) not in every["hint"] and str(SHOWN) in most["hint"]


@pytest.mark.parametrize("nothing", [{}, {"checked": 7, "rows": []}])
def test_where_nothing_is_doubted_nothing_is_listed(nothing: dict[str, Any]) -> None:
    assert doubts_value(ENGLISH, nothing) is None


def test_too_many_are_warned_of_as_soon_as_it_is_known() -> None:
    told = {"checked": 1000, "doubtful": 77, "fits": False, "allowed": 0.05}
    words = doubts_warning(ENGLISH, told)
    assert words.startswith("The checks doubt 77 of 1,000 corrections, but at most 5% may be doubtful")
    assert doubts_warning(ENGLISH, {**told, "fits": True}) == doubts_warning(ENGLISH, {"share": 0}) == ""
