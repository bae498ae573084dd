"""Whether attention matters, asked of every architecture and of the model in the box."""

import math
from dataclasses import replace
from functools import cache

import pytest

from core.changes import AttentionEdit, Change, Head
from core.ensembles import ensemble_of
from core.errors import ConfigError, InputError, NoAttentionError
from core.insight import Insight, under
from core.options import CheckOptions
from core.results import AttentionCheck
from core.translator import Translator
from tests.core.test_insight import ARCHITECTURES, FRENCH
from tests.sources import ROOT
from tests.tiny import CONFIG, tiny_translator

SOURCE = "Le chat noir dort sur la vieille chaise."


@pytest.fixture(params=[name for name in ARCHITECTURES if name != "none"])
def translator(request: pytest.FixtureRequest) -> Translator:
    return tiny_translator(ARCHITECTURES[request.param], request.config.getoption("--device"))


@cache
def shipped() -> Translator:
    return Translator.load(ROOT / "assets/models/fr-en", "cpu")


def check(word: str) -> AttentionCheck:
    """Of a word of the translation by the model in the box, between words."""
    source_ids = shipped().encode_source(SOURCE, "en")
    target_ids = shipped().encode_target("The black cat sleeps on the old chair.")
    pieces = shipped().tokenizer.target.pieces(target_ids)
    position = next(place for place, piece in enumerate(pieces) if piece.endswith(word))
    return Insight(shipped()).attention_check(source_ids, target_ids, position, CheckOptions(words=True))


@pytest.mark.parametrize("words", [False, True])
def test_each_number_is_what_it_says(translator: Translator, words: bool) -> None:
    source_ids, target_ids = translator.encode_source(FRENCH[0], "en"), translator.encode_target("rye bread.")
    options = CheckOptions(words=words, permutations=3)
    found = Insight(translator).attention_check(source_ids, target_ids, 1, options)
    map = translator.attend(source_ids, target_ids)
    if not words:
        assert found.attention == pytest.approx(map.weights_LHTS.mean((0, 1))[1], abs=1e-6)
        assert found.prob == pytest.approx(math.exp(translator.score(source_ids, target_ids)[1]), rel=1e-4)
        lost = translator.score(source_ids, target_ids)[1] - translator.score(source_ids[:-1], target_ids)[1]
        assert found.left_out[-1] == pytest.approx(lost, abs=1e-4)
    else:
        assert found.source_units == ("<2en>", *FRENCH[0].split(), "</s>")
    assert len(found.attention) == len(found.gradient) == len(found.left_out) == len(found.source_units)
    assert sum(found.attention) == pytest.approx(1.0, abs=1e-5)
    assert min(found.gradient) >= 0
    assert 0 <= found.changed <= 1 and 0 < found.shuffled_prob < 1
    assert all(-1 <= (one or 0) <= 1 for one in (found.gradient_agreement, found.left_out_agreement))


def test_the_same_seed_gives_the_same_answer_and_leaves_nothing(translator: Translator) -> None:
    source_ids, target_ids = translator.encode_source(FRENCH[1], "en"), translator.encode_target("rye bread.")
    before = translator.score(source_ids, target_ids)
    first, again, other = (
        Insight(translator).attention_check(
            source_ids, target_ids, 2, CheckOptions(permutations=3, seed=seed)
        )
        for seed in (5, 5, 6)
    )
    assert first == again and other.shuffled_prob != first.shuffled_prob
    assert replace(other, shuffled_prob=0.0, changed=0.0) == replace(first, shuffled_prob=0.0, changed=0.0)
    assert translator.score(source_ids, target_ids) == before


def test_one_layer_and_head_may_be_compared() -> None:
    translator = tiny_translator(ARCHITECTURES["transformer"])
    source_ids, target_ids = translator.encode_source(FRENCH[0], "en"), translator.encode_target("rye")
    options = CheckOptions(layer=1, head=2, permutations=1)
    found = Insight(translator).attention_check(source_ids, target_ids, 0, options)
    expected = translator.attend(source_ids, target_ids).weights_LHTS[1, 2, 0]
    assert found.attention == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ConfigError, match="`layer` must be between"):
        Insight(translator).attention_check(source_ids, target_ids, 0, CheckOptions(layer=2))


def test_a_content_word_hangs_on_its_attention_and_an_article_does_not() -> None:
    old, article = check("old"), check("The")
    assert old.source_units[max(range(len(old.attention)), key=old.attention.__getitem__)] == "vieille"
    assert old.source_units[max(range(len(old.left_out)), key=old.left_out.__getitem__)] == "vieille"
    assert old.changed >= 0.9 and old.shuffled_prob < 0.1 < 0.9 < old.prob
    assert old.left_out_agreement is not None and old.left_out_agreement > 0.3
    assert article.changed <= 0.1 and article.shuffled_prob > 0.7


def test_what_cannot_be_checked_is_told() -> None:
    blind = tiny_translator(replace(CONFIG, attention="none"))
    with pytest.raises(NoAttentionError):
        Insight(blind).attention_check((4, 9, 3), (9, 3), 0)
    one = tiny_translator()
    with pytest.raises(ConfigError, match="take one of its models"):
        Insight(ensemble_of([one, one])).attention_check((4, 9, 3), (9, 3), 0)
    for source, target, position in [
        ((4, 3), (9, 3), 2),
        ((4, 3), (), 0),
        ((4, 3), (9, 3), -1),
        ((3,), (9, 3), 0),
    ]:
        with pytest.raises(InputError, match="must be one of the target's"):
            Insight(one).attention_check(source, target, position)
    edited = under(one, Change((AttentionEdit(0, (1.0, 2.0, 3.0)),)))
    with pytest.raises(ConfigError, match="take the edits away"):
        Insight(edited).attention_check((4, 9, 3), (9, 3), 0)
    with pytest.raises(ConfigError, match="`permutations` must be between 1"):
        CheckOptions(permutations=0)


def test_a_transformer_without_some_heads_may_be_asked() -> None:
    translator = tiny_translator(ARCHITECTURES["transformer"])
    ids = translator.encode_source(FRENCH[0], "en"), translator.encode_target("rye bread.")
    whole = Insight(translator).attention_check(*ids, 1)
    other = under(translator, Change(heads_off=frozenset([Head("cross", 0, 1), Head("encoder", 1, 0)])))
    found = Insight(other).attention_check(*ids, 1)
    assert found.prob == pytest.approx(math.exp(other.score(*ids)[1]), rel=1e-4) != whole.prob
    assert found.gradient != whole.gradient
