"""The check's numbers reach the page as they are, with a verdict that follows from them."""

import pytest

from core.insight import Insight
from core.options import CheckOptions
from core.results import AttentionCheck
from demo_app.viz.matter import AGREES, CHANGES, DISAGREES, HOLDS, matter
from tests.tiny import SENTENCES, tiny_translator

PIECES = ("<2en>", "▁le", "▁chat", "s", "</s>")


def check(
    gradient: float | None = 0.5, left_out: float | None = 0.5, changed: float = 0.5, units: int = 4
) -> AttentionCheck:
    names = ("<2en>", "le", "chats", "</s>") if units == 4 else PIECES
    weights = tuple((at + 1) / 10 for at in range(units))
    return AttentionCheck(
        target_unit="cats",
        source_units=names,
        attention=weights,
        gradient=weights,
        left_out=tuple(-one for one in weights),
        gradient_agreement=gradient,
        left_out_agreement=left_out,
        prob=0.9,
        shuffled_prob=0.3,
        changed=changed,
    )


@pytest.mark.parametrize(
    ("gradient", "left_out", "verdict"),
    [
        (0.9, 0.8, "agree"),
        (AGREES, 1.0, "agree"),
        (AGREES - 0.01, 1.0, "partly"),
        (-0.5, 0.9, "partly"),
        (DISAGREES, DISAGREES, "partly"),
        (DISAGREES - 0.01, -1.0, "disagree"),
        (None, 0.9, "partly"),
        (0.0, None, "disagree"),
        (None, None, "unranked"),
    ],
)
def test_agreement_follows_from_both_correlations(
    gradient: float | None, left_out: float | None, verdict: str
) -> None:
    value = matter(check(gradient, left_out), PIECES)
    assert value["agreement"] == verdict
    assert value["correlations"]["attention_gradient"] == gradient
    assert value["correlations"]["attention_left_out"] == left_out
    assert value["correlations"]["gradient_left_out"] == pytest.approx(-1)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [(1.0, "changes"), (CHANGES, "changes"), (0.3, "sometimes"), (HOLDS, "sometimes"), (0.0, "holds")],
)
def test_effect_follows_from_the_share_of_shuffles(changed: float, verdict: str) -> None:
    assert matter(check(changed=changed), PIECES)["effect"] == verdict


def test_units_know_their_pieces_whether_words_or_pieces_were_checked() -> None:
    words = matter(check(), PIECES)["source"]
    assert [(one["from"], one["to"]) for one in words] == [(0, 1), (1, 2), (2, 4), (4, 5)]
    assert [one["special"] for one in words] == [True, False, False, True]
    pieces = matter(check(units=5), PIECES)["source"]
    assert [(one["from"], one["to"]) for one in pieces] == [(at, at + 1) for at in range(5)]


@pytest.mark.parametrize("words", [True, False])
def test_a_real_check_fits_its_source(words: bool) -> None:
    translator = tiny_translator()
    source_ids, target_ids = (
        translator.encode_source(SENTENCES[0], "fr"),
        translator.encode_target("Le phare"),
    )
    pieces = translator.tokenizer.pieces(source_ids)
    found = Insight(translator).attention_check(
        source_ids, target_ids, 0, CheckOptions(words=words, permutations=3)
    )
    value = matter(found, pieces)
    assert {len(row) for row in value["rows"].values()} == {len(value["source"])}
    assert value["source"][0]["from"] == 0 and value["source"][-1]["to"] == len(pieces)
    assert sum(value["rows"]["attention"]) == pytest.approx(1, abs=1e-3)
