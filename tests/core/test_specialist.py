"""A model with a specialist answers each source as one of its two networks would alone, whatever is asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core.changes import AttentionEdit, Change
from core.checkpoint import SPECIALIST_FILE, Checkpoint, load_checkpoint, save_checkpoint
from core.config import ModelConfig
from core.domain import Domain, learn_likeness
from core.ensembles import ensemble_of
from core.errors import CheckpointNotFoundError, ConfigError, CorruptCheckpointError
from core.evaluation.forced import forced_counts, piece_maps
from core.insight import Insight, under
from core.neighbours import with_examples
from core.nn.factory import build_model
from core.options import BeamOptions, DecodeOptions, GreedyOptions, KnnOptions, SamplingOptions
from core.registry import verify
from core.specialist import Specialist
from core.text.tokenizer import EOS_ID
from core.translator import Translator
from tests.core.training.tuning import CONFIGS
from tests.tiny import CONFIG, DIRECTIONS, SENTENCES, tiny_checkpoint, tiny_tokenizer

CPU = torch.device("cpu")
INSIDE, OUTSIDE = SENTENCES[5:7], SENTENCES[7:10]
MIXED = [OUTSIDE[0], INSIDE[0], OUTSIDE[1], INSIDE[1], OUTSIDE[2], INSIDE[0]]
SHORT = 8
MODES = (
    GreedyOptions(max_length=SHORT),
    BeamOptions(beam_size=3, n_best=2, max_length=SHORT),
    SamplingOptions(samples=2, seed=5, max_length=SHORT),
)
ids_of = [(*tiny_tokenizer().tag_ids("en"), *tiny_tokenizer().encode(text), EOS_ID) for text in MIXED]


def domain() -> Domain:
    inside, outside = ([ids_of[place] for place in places] for places in ((1, 3), (0, 2, 4)))
    return Domain((learn_likeness(tuple(tiny_tokenizer().tag_ids("en")), inside, outside, outside),))


def checkpoints(config: ModelConfig = CONFIG) -> tuple[Checkpoint, Checkpoint, Checkpoint]:
    """The general one, the special one, and the first with the second for a domain."""
    general = replace(tiny_checkpoint(config), digest="0" * 64)
    special = replace(general, weights=build_model(config, seed=8).state_dict())
    return general, special, replace(general, specialist=Specialist(special.weights, domain()))


def translators(config: ModelConfig = CONFIG) -> tuple[Translator, Translator, Translator]:
    general, special, both = (Translator.from_checkpoint(one, CPU) for one in checkpoints(config))
    return general, special, both


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: str(config.architecture))
@pytest.mark.parametrize("options", MODES, ids=lambda options: type(options).__name__)
def test_each_source_is_answered_by_one_of_both_whatever_is_beside_it(
    config: ModelConfig, options: DecodeOptions
) -> None:
    general, special, both = translators(config)
    found = both.translate_segments(MIXED, "fr", "en", options)
    if isinstance(options, SamplingOptions):  # a draw depends on its place among those of its network
        texts = general.translate_segments(OUTSIDE, "fr", "en", options)
        assert [found[place] for place in (0, 2, 4)] == texts
        return
    for text, one in zip(MIXED, found, strict=True):
        (alone,) = (special if text in INSIDE else general).translate_segments([text], "fr", "en", options)
        assert [item.text for item in one.hypotheses] == [item.text for item in alone.hypotheses]
        assert one.best.score == pytest.approx(alone.best.score, abs=1e-5)
    assert general.translate_segments(INSIDE, "fr", "en", options) != special.translate_segments(
        INSIDE, "fr", "en", options
    )


def test_another_direction_is_never_the_specialist_s() -> None:
    general, _, both = translators()
    options = GreedyOptions(max_length=SHORT)
    assert both.translate_segments(MIXED, "en", "fr", options) == general.translate_segments(
        MIXED, "en", "fr", options
    )


@pytest.mark.parametrize("place", range(4))
def test_all_that_is_asked_of_a_source_is_asked_of_who_answers_it(place: int) -> None:
    general, special, both = translators()
    alone, ids = (special if MIXED[place] in INSIDE else general), ids_of[place]
    beam = BeamOptions(beam_size=2, max_length=SHORT)
    target = both.translate_segments([MIXED[place]], "fr", "en", beam)[0].best.ids
    assert both.score(ids, target) == alone.score(ids, target)
    assert np.array_equal(both.attend(ids, target).weights_LHTS, alone.attend(ids, target).weights_LHTS)
    assert both.alternatives(ids, target[:1], beam) == alone.alternatives(ids, target[:1], beam)
    assert both.continue_from(ids, target[:2], beam) == alone.continue_from(ids, target[:2], beam)
    assert both.trace(MIXED[place], "fr", "en", beam) == alone.trace(MIXED[place], "fr", "en", beam)
    one, other = Insight(both), Insight(alone)
    assert one.judge(ids, target) == other.judge(ids, target)
    assert one.doubts(ids, target) == other.doubts(ids, target)
    assert one.attention_check(ids, target, 0) == other.attention_check(ids, target, 0)
    assert forced_counts(both, [ids], [target]) == forced_counts(alone, [ids], [target])
    ((_, now),), ((_, then),) = (list(piece_maps(who, [ids], [target])) for who in (both, alone))
    assert np.array_equal(now.weights_LHTS, then.weights_LHTS)
    edited = Change((AttentionEdit(0, (1.0, *[0.0] * (len(ids) - 1))),))
    assert under(both, edited).score(ids, target) == under(alone, edited).score(ids, target)
    pairs = [(MIXED[0], "The key."), (MIXED[1], "The lamp.")]
    assert with_examples(both, pairs, "en", KnnOptions()).continue_from(ids, (), beam) == with_examples(
        alone, pairs, "en", KnnOptions()
    ).continue_from(ids, (), beam)


def test_counts_of_many_are_the_sum_of_both() -> None:
    general, special, both = translators()
    targets = [(9, 12, EOS_ID)] * len(MIXED)
    found = forced_counts(both, ids_of, targets)
    parts = [
        forced_counts(who, [ids_of[place] for place in places], targets[: len(places)])
        for who, places in ((general, (0, 2, 4)), (special, (1, 3, 5)))
    ]
    assert found.nll == pytest.approx(sum(one.nll for one in parts))
    assert (found.pieces, found.right) == (sum(one.pieces for one in parts), sum(one.right for one in parts))


def test_a_folder_with_a_specialist_comes_back_as_it_was(tmp_path: Path) -> None:
    _, _, both = checkpoints()
    save_checkpoint(tmp_path / "both", both)
    kept = load_checkpoint(tmp_path / "both")
    assert kept.specialist is not None and both.specialist is not None
    assert all(torch.equal(kept.specialist.own[name], one) for name, one in both.specialist.own.items())
    assert [kept.specialist.domain.covers(ids) for ids in ids_of] == [text in INSIDE for text in MIXED]
    assert kept.directions == DIRECTIONS
    save_checkpoint(tmp_path / "plain", replace(both, specialist=None))
    plain = load_checkpoint(tmp_path / "plain")
    assert plain.specialist is None and plain.digest != kept.digest
    assert not (tmp_path / "plain" / SPECIALIST_FILE).exists()


def test_a_specialist_that_is_missing_damaged_or_endless_is_refused(tmp_path: Path) -> None:
    _, _, both = checkpoints()
    save_checkpoint(tmp_path / "both", both)
    verify(tmp_path / "both", set(DIRECTIONS))
    file = tmp_path / "both" / SPECIALIST_FILE
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"x")
    with pytest.raises(CorruptCheckpointError, match=SPECIALIST_FILE):
        load_checkpoint(tmp_path / "both")
    file.unlink()
    with pytest.raises(CheckpointNotFoundError, match=SPECIALIST_FILE):
        load_checkpoint(tmp_path / "both")
    assert both.specialist is not None
    endless = {name: one.clone().fill_(float("inf")) for name, one in both.specialist.own.items()}
    save_checkpoint(tmp_path / "endless", replace(both, specialist=replace(both.specialist, own=endless)))
    with pytest.raises(CorruptCheckpointError, match="finite"):
        verify(tmp_path / "endless", set(DIRECTIONS))
    other = replace(both.specialist, own={"strange": torch.zeros(2)})
    save_checkpoint(tmp_path / "other", replace(both, specialist=other))
    with pytest.raises(CorruptCheckpointError, match="weights"):
        verify(tmp_path / "other", set(DIRECTIONS))


def test_an_ensemble_takes_none_with_a_specialist() -> None:
    general, _, both = translators()
    with pytest.raises(ConfigError, match="without a specialist"):
        ensemble_of([general, both])


def test_weights_and_domain_lie_in_one_file(tmp_path: Path) -> None:
    _, _, both = checkpoints()
    save_checkpoint(tmp_path / "both", both, torch.float16)
    found = load_file(tmp_path / "both" / SPECIALIST_FILE)
    kinds = {name.partition(".")[0]: one.dtype for name, one in found.items() if name.endswith("weight")}
    assert kinds == {"weight": torch.float16}
    assert found["domain.0.weights"].dtype == torch.float32
