"""Translations side by side: who stands where, and what each column is."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from core.changes import Change, Head
from core.errors import CorruptCheckpointError, NotFoundError
from core.insight import under
from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions
from core.translator import Translator
from demo_app.factory import Opener
from demo_app.services.comparisons import ComparisonService
from demo_app.services.model_pool import ModelPool
from demo_app.services.readings import Place
from demo_app.services.served_model import ServedModel
from tests.demo_app.services.lab_rig import BEAM, TEXT, Rig, tiny


@pytest.fixture
def several(new_rig: Callable[..., Rig]) -> Iterator[Rig]:
    """Three that know the direction, the default one among them, and one that does not."""
    only_back = tiny("additive")
    only_back.directions = (("en", "fr"),)
    yield new_rig(middle=tiny("additive"), blind=tiny("none"), other=only_back, wide=tiny("transformer"))


def test_searches_are_greedy_beam_and_sampling_in_this_order(every_rig: Rig) -> None:
    place = every_rig.place()
    runs = every_rig.comparisons.searches(place, seed=5)
    assert [run.name for run in runs] == ["greedy", "beam", "sampling"]
    ways: list[DecodeOptions] = [GreedyOptions(), BEAM, SamplingOptions(seed=5)]
    for run, options in zip(runs, ways, strict=True):
        expected = every_rig.model.translate_segments([TEXT], "fr", "en", options)[0].best
        assert (run.hypothesis.ids, run.model_id) == (expected.ids, every_rig.model.model_id)
        assert run.duration_s is not None and run.duration_s >= 0
        assert (run.attention is not None) == every_rig.model.has_attention
    assert every_rig.comparisons.searches(place, seed=5)[2].hypothesis == runs[2].hypothesis


def test_heads_that_are_off_are_off_in_every_search_and_in_the_one_model_that_has_them_off(
    new_rig: Callable[..., Rig],
) -> None:
    rig = new_rig(wide=tiny("transformer"), other=tiny("transformer"))
    change = Change(heads_off=frozenset(Head("cross", layer, head) for layer in (0, 1) for head in (0, 1, 2)))
    place, changed = rig.place(), under(rig.model, change)
    runs = rig.comparisons.searches(place, 5, change)
    ways: list[DecodeOptions] = [GreedyOptions(), BEAM, SamplingOptions(seed=5)]
    for run, options in zip(runs, ways, strict=True):
        expected = changed.translate_segments([TEXT], "fr", "en", options)[0]
        assert run.hypothesis == expected.best and run.attention is not None and run.is_changed
        weights = changed.attend(expected.source_ids, expected.best.ids).weights_LHTS
        np.testing.assert_allclose(run.attention.weights_LHTS, weights, atol=1e-6)
    own, other = rig.comparisons.models(place, change)
    assert (own.name, own.hypothesis, own.is_changed) == ("wide", runs[1].hypothesis, True)
    assert other.hypothesis != own.hypothesis and not other.is_changed
    assert other.hypothesis == rig.comparisons.models(place)[1].hypothesis


def test_a_column_has_the_attention_of_its_own_translation(rig: Rig) -> None:
    for run in rig.comparisons.searches(rig.place(), seed=1):
        assert run.attention is not None and run.attention.target_units == run.hypothesis.pieces
        expected = rig.model.attend(rig.model.encode_source(TEXT, "en"), run.hypothesis.ids)
        np.testing.assert_allclose(run.attention.weights_LHTS, expected.weights_LHTS, atol=1e-6)


def test_a_beam_is_searched_for_what_was_translated_greedily(rig: Rig) -> None:
    runs = rig.comparisons.searches(rig.place(options=GreedyOptions()), seed=0)
    beam = rig.model.translate_segments([TEXT], "fr", "en", BeamOptions())[0].best
    assert runs[1].hypothesis.ids == beam.ids


def test_models_that_do_not_know_the_direction_are_left_out(several: Rig) -> None:
    record = several.translated(model="wide")
    runs = several.comparisons.models(Place(translation_id=record.id, segment=0))
    assert [run.name for run in runs] == ["wide", "middle", "blind"]
    assert [run.attention is not None for run in runs] == [True, True, False]
    assert runs[0].hypothesis.ids == record.segments[0].hypotheses[0].ids
    back = several.translated("The door is green.", source="en", target="fr")
    runs = several.comparisons.models(Place(translation_id=back.id, segment=0))
    assert [run.name for run in runs] == ["middle", "blind", "other", "wide"]


def test_models_that_cannot_answer_take_no_column_from_those_that_can(new_rig: Callable[..., Rig]) -> None:
    one_way = {f"a{number}": tiny("additive") for number in range(5)}
    for model in one_way.values():
        model.directions = (("en", "fr"),)
    rig = new_rig(middle=tiny("additive"), **one_way, wide=tiny("transformer"))
    assert [run.name for run in rig.comparisons.models(rig.place())] == ["middle", "wide"]


def test_there_are_four_models_at_most(new_rig: Callable[..., Rig]) -> None:
    rig = new_rig(**{f"m{number}": tiny("none") for number in range(6)})
    assert len(rig.comparisons.models(rig.place())) == 4


def test_a_damaged_model_is_left_out_and_a_gone_one_not_missed(several: Rig) -> None:
    place = several.place()

    def load(path: Path) -> ServedModel:
        if path.name == "middle":
            raise CorruptCheckpointError("damaged")
        return several.models[path.name]

    pool = ModelPool(several.settings.models_dir, load)
    service = ComparisonService(pool, several.store.translations, several.readings, Opener())
    assert [run.name for run in service.models(place)] == ["blind", "wide"]


def test_without_any_model_there_is_nothing_to_compare(several: Rig, tmp_path: Path) -> None:
    place = several.place()
    service = ComparisonService(
        ModelPool(tmp_path / "none", Translator.load), several.store.translations, several.readings, Opener()
    )
    with pytest.raises(NotFoundError, match="fr→en"):
        service.models(place)
    with pytest.raises(NotFoundError):
        service.searches(place, seed=0)


def test_what_was_looked_at_stands_under_its_name_and_took_no_time(every_rig: Rig) -> None:
    first, then = every_rig.place(), every_rig.place("Mon voisin répare de vieilles montres.")
    chosen = [
        ("pinned", first, every_rig.readings.own(first, "Kids gather nuts.")),
        ("now", then, every_rig.readings.hypothesis(then, 1)),
    ]
    pinned, now = every_rig.comparisons.targets(chosen)
    assert (pinned.name, now.name) == ("pinned", "now")
    assert pinned.duration_s is None and pinned.hypothesis.text == "Kids gather nuts."
    scored = every_rig.model.score(every_rig.model.encode_source(TEXT, "en"), pinned.hypothesis.ids)
    assert pinned.hypothesis.log_prob == pytest.approx(sum(scored), abs=1e-4)
    assert pinned.hypothesis.score == pinned.hypothesis.log_prob
    assert now.hypothesis.score == chosen[1][2].score
    assert (now.attention is None) == (not every_rig.model.has_attention)


def test_time_is_that_of_the_translation_alone(rig: Rig) -> None:
    ticks = count()
    service = ComparisonService(
        rig.pool, rig.store.translations, rig.readings, Opener(), lambda: float(next(ticks))
    )
    assert [run.duration_s for run in service.searches(rig.place(), seed=0)] == [1.0, 1.0, 1.0]
