"""Findings about judgements, and known answers."""

from typing import Any

import pytest

from core.analysis.spans import ErrorSpan
from demo_app.services.judgement_checks import assess_rating, check_gold, passes_gold, passes_reference
from demo_app.services.quality.findings import assessment
from demo_app.store.judgement_records import JudgementKind

MINOR, MAJOR = (ErrorSpan(start=0, end=1, severity=severity) for severity in ("minor", "major"))
TEXTS = ("x" * 300, "y" * 300)


@pytest.mark.parametrize(
    ("score", "spans", "duration_s", "found"),
    [
        (100, [], 10.0, []),
        (100, [MINOR], 10.0, []),
        (99, [MAJOR], 10.0, []),
        (100, [MINOR, MAJOR], 10.0, ["perfect_but_errors"]),
        (0, [], 10.0, ["zero_without_errors"]),
        (0, [MINOR], 10.0, []),
        (50, [], 9.9, ["read_too_fast"]),
        (0, [], 0.0, ["read_too_fast", "zero_without_errors"]),
    ],
)
def test_what_is_found(score: int, spans: list[ErrorSpan], duration_s: float, found: list[str]) -> None:
    findings = assess_rating(score, spans, TEXTS, duration_s)
    assert [finding.check for finding in findings] == found
    # Contradictions are told; only what was not read is set aside.
    assert assessment(findings).status == ("quarantined" if "read_too_fast" in found else "submitted")


def rated(score: int, *spans: dict[str, Any]) -> dict[str, Any]:
    return {"score": score, "spans": list(spans)}


@pytest.mark.parametrize(
    ("gold", "kind", "answer", "passed"),
    [
        ({"low": 80}, "rating", rated(80), True),
        ({"low": 80}, "rating", rated(79), False),
        ({"high": 30}, "rating", rated(30), True),
        ({"high": 30}, "rating", rated(31), False),
        ({"high": 30, "errors": True}, "rating", rated(10), False),
        ({"errors": True}, "rating", rated(10, {"start": 0}), True),
        ({"best": 1}, "comparison", {"ranks": [2, 1, 2]}, True),
        ({"best": 1}, "comparison", {"ranks": [1, 1, 2]}, False),
        ({"best": 0}, "comparison", {"ranks": [2, 1]}, False),
        (None, "rating", rated(10), None),
        ({"text": "It rains."}, "rating", rated(10), None),
        ({"best": 9}, "comparison", {"ranks": [1, 2]}, None),
        ({"low": "80"}, "rating", rated(80), None),
        ({"high": None}, "rating", rated(80), None),
        ({"best": True}, "comparison", {"ranks": [2, 1]}, None),
    ],
)
def test_a_known_answer_is_known_or_not(
    gold: dict[str, Any] | None, kind: JudgementKind, answer: dict[str, Any], passed: bool | None
) -> None:
    assert passes_gold(gold, kind, answer) is passed
    assert [one.check for one in check_gold(gold, kind, answer)] == (["gold"] if passed is False else [])


@pytest.mark.parametrize(
    ("gold", "text", "passed"),
    [
        ({"text": "It is raining hard."}, "It is raining heavily.", True),
        ({"text": "It is raining hard."}, "The cat has left.", False),
        ({"text": "It is raining hard.", "chrf": 99}, "It is raining heavily.", False),
        ({"text": "It is raining hard.", "chrf": "much"}, "It is raining heavily.", True),
        ({"low": 80}, "It is raining.", None),
        ({"text": " "}, "It is raining.", None),
        (None, "It is raining.", None),
    ],
)
def test_a_correction_is_held_against_the_known_one(
    gold: dict[str, Any] | None, text: str, passed: bool | None
) -> None:
    assert passes_reference(gold, text) is passed
