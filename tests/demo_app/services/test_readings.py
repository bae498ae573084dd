"""What the lab is told is what the model says: of each hypothesis, of other words, of a person's own text."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.words import group_pieces
from core.changes import AttentionEdit, Change, Head
from core.decoding.decode import decode
from core.errors import ConfigError, NoAttentionError
from core.insight import under
from core.options import CheckOptions, DecodeOptions, GreedyOptions, SamplingOptions
from core.text.batching import pad_ids
from core.text.tokenizer import EOS_ID
from core.translator import SPECIAL
from demo_app.services.readings import Place, Reading, Target
from tests.demo_app.services.lab_rig import BEAM, TEXT, Rig, tiny
from tests.tiny import SENTENCES

GREEDY = GreedyOptions(max_length=11)
OWN = "The children gather chestnuts."


def word_starts(reading: Reading) -> list[int]:
    """Where the words of the target begin, as the page offers them."""
    return [group.start for group in group_pieces(reading.pieces)]


def test_attention_of_each_hypothesis_is_what_the_search_used(every_rig: Rig) -> None:
    model, place = every_rig.model, every_rig.place()
    ids_BS, mask_BS = pad_ids([model.encode_source(TEXT, "en")])
    searched = decode(model.model, ids_BS, mask_BS, BEAM, SPECIAL)[0]
    assert len(searched) == 3
    for index, candidate in enumerate(searched):
        target = every_rig.readings.hypothesis(place, index)
        reading = every_rig.readings.read(place, target)
        assert target.ids == candidate.ids and target.score == pytest.approx(candidate.score, abs=1e-5)
        if not model.has_attention:
            assert reading.cross is None and candidate.weights_LHTS is None
            continue
        assert reading.cross is not None and candidate.weights_LHTS is not None
        assert reading.cross.target_units == reading.pieces
        np.testing.assert_allclose(reading.cross.weights_LHTS, candidate.weights_LHTS, atol=1e-5)


def test_a_judgement_adds_up_to_what_the_search_counted(every_rig: Rig) -> None:
    record = every_rig.translated()
    place = Place(translation_id=record.id, segment=0)
    for index, stored in enumerate(record.segments[0].hypotheses):
        reading = every_rig.readings.read(place, every_rig.readings.hypothesis(place, index))
        assert reading.pieces == stored.pieces
        log_probs = [piece.log_prob for piece in reading.judgement]
        assert log_probs == pytest.approx(stored.token_log_probs, abs=1e-4)


def test_an_edit_that_changes_nothing_is_the_search_itself(every_rig: Rig) -> None:
    for options in (GREEDY, BEAM):
        place = every_rig.place(options=options)
        found = every_rig.readings.edit(place, Change())
        assert replace(found, kind="hypothesis") == every_rig.readings.hypothesis(place, 0)


def test_going_on_from_nothing_or_from_its_own_beginning_is_the_greedy_translation(every_rig: Rig) -> None:
    place = every_rig.place(options=GREEDY)
    best = every_rig.readings.hypothesis(place, 0)
    for length in (0, 1, len(best.ids) // 2, len(best.ids) - 1):
        found = every_rig.readings.go_on(place, best.ids[:length])
        assert (found.kind, found.ids, found.text) == ("tree", best.ids, best.text)


def test_another_word_keeps_all_that_stood_before_it(every_rig: Rig) -> None:
    place = every_rig.place()
    reading = every_rig.best(place)
    for at in word_starts(reading):
        other = next(one.id for one in reading.judgement[at].likely if one.id != reading.target.ids[at])
        found = every_rig.readings.reword(place, reading.target, at, other)
        assert found.kind == "word" and found.ids[: at + 1] == (*reading.target.ids[:at], other)


def test_a_typed_word_leaves_the_pieces_before_it_as_they_were_written(rig: Rig) -> None:
    place = rig.place()
    reading = rig.best(place)
    assert reading.target.ids != rig.model.encode_target(reading.target.text)
    for at in word_starts(reading):
        found = rig.readings.reword(place, reading.target, at, "brioche")
        assert found.ids[:at] == reading.target.ids[:at]
        assert rig.model.tokenizer.decode(found.ids[at:]).startswith("brioche")


def test_a_typed_word_stands_where_it_was_put(every_rig: Rig) -> None:
    place = every_rig.place()
    own = every_rig.readings.own(place, OWN)
    reading = every_rig.readings.read(place, own)
    starts, words = word_starts(reading), OWN.split()
    for index, at in enumerate(starts[: len(words)]):
        found = every_rig.readings.reword(place, own, at, " brioche ")
        assert found.ids[:at] == own.ids[:at]
        assert found.text.startswith(" ".join([*words[:index], "brioche"]))


@pytest.mark.parametrize(("typed", "kept"), [("犬", "猫"), ("มา", "ไป"), ("ねこ", "猫は")])
def test_a_typed_word_of_a_script_without_spaces_gets_none(rig: Rig, typed: str, kept: str) -> None:
    place = rig.place()
    own = rig.readings.own(place, kept + "寝る")
    reading = rig.readings.read(place, own)
    at = next(start for start in word_starts(reading) if rig.model.tokenizer.decode(own.ids[:start]) == kept)
    assert rig.readings.reword(place, own, at, typed).text.startswith(kept + typed)


def test_the_mark_that_ends_a_translation_can_be_chosen(every_rig: Rig) -> None:
    place = every_rig.place()
    best = every_rig.readings.hypothesis(place, 0)
    found = every_rig.readings.reword(place, best, 3, EOS_ID)
    assert found.ids == (*best.ids[:3], EOS_ID)


def test_an_own_translation_is_scored_as_the_translator_scores_it(every_rig: Rig) -> None:
    place = every_rig.place()
    own = every_rig.readings.own(place, OWN)
    reading = every_rig.readings.read(place, own)
    expected = every_rig.model.score(reading.segment.source_ids, every_rig.model.encode_target(OWN))
    assert [piece.log_prob for piece in reading.judgement] == pytest.approx(expected, abs=1e-6)
    assert (own.kind, own.text, own.score) == ("own", OWN, None)


def test_edited_rows_are_what_the_page_then_shows(every_rig: Rig) -> None:
    place = every_rig.place()
    if not every_rig.model.has_attention:
        return
    count = len(every_rig.best(place).segment.source_ids)
    row = np.arange(1.0, count + 1)
    found = every_rig.readings.edit(place, Change((AttentionEdit(0, tuple(row)),)))
    reading = every_rig.readings.read(place, found)
    assert reading.cross is not None and found.kind == "attention"
    shown = reading.cross.weights_LHTS[:, :, 0]
    np.testing.assert_allclose(shown, np.broadcast_to(row / row.sum(), shown.shape), atol=1e-6)
    assert all(word.loss is None for word in every_rig.readings.losses(place, found))
    plain = every_rig.best(place).cross
    assert plain is not None and not np.allclose(plain.weights_LHTS[:, :, 0], row / row.sum(), atol=0.01)


def test_a_word_of_the_source_is_worth_what_the_target_loses_without_it(every_rig: Rig) -> None:
    place = every_rig.place()
    reading = every_rig.best(place)
    found = every_rig.readings.losses(place, reading.target)
    assert [word.text for word in found] == TEXT.split()
    model, source, target = every_rig.model, reading.segment.source_ids, reading.target.ids
    for word in found:
        rest = (*source[: word.piece_range.start], *source[word.piece_range.stop :])
        lost = sum(model.score(source, target)) - sum(model.score(rest, target))
        assert word.loss == pytest.approx(lost, abs=1e-4)


def test_a_head_that_is_off_changes_what_is_read_and_not_the_model(new_rig: Callable[..., Rig]) -> None:
    rig = new_rig(tiny=tiny("transformer"))
    place = rig.place()
    before = rig.best(place)
    change = Change(heads_off=frozenset(Head("cross", layer, head) for layer in (0, 1) for head in (0, 1, 2)))
    found = rig.readings.edit(place, change)
    other = rig.readings.read(place, replace(before.target, change=change))
    assert found.change == change
    assert [one.log_prob for one in other.judgement] != [one.log_prob for one in before.judgement]
    expected = rig.model.score(before.segment.source_ids, before.target.ids)
    assert [one.log_prob for one in before.judgement] == pytest.approx(expected, abs=1e-6)


def test_what_was_changed_in_the_model_stays_changed_for_all_that_is_asked_next(
    new_rig: Callable[..., Rig],
) -> None:
    rig = new_rig(tiny=tiny("transformer"))
    place, reads = rig.place(), rig.readings
    change = Change(heads_off=frozenset(Head("cross", layer, head) for layer in (0, 1) for head in (0, 1, 2)))
    found = reads.edit(place, change)
    model = under(rig.model, change)
    source = rig.best(place).segment.source_ids
    (first, *_), other = model.continue_from(source, found.ids[:2], BEAM), found.ids[1] + 1
    assert reads.go_on(place, found.ids[:2], change) == Target(
        kind="tree", ids=first.ids, text=first.text, score=first.score, change=change
    )
    assert (
        reads.reword(place, found, 1, other).change == reads.reword(place, found, 1, "mot").change == change
    )
    expected = model.trace(TEXT, "fr", "en", BEAM)
    assert reads.trace(place, change).segment.best.ids == expected.segment.best.ids
    own = reads.own(place, "Kids gather nuts.", change + Change((AttentionEdit(0, (1.0,) * len(source)),)))
    assert own.change == change
    log_probs = [one.log_prob for one in reads.read(place, own).judgement]
    assert log_probs == pytest.approx(model.score(source, own.ids), abs=1e-5)
    check = reads.check_attention(place, found, 0, CheckOptions(permutations=2))
    assert check.prob == pytest.approx(math.exp(model.score(source, found.ids)[0]), abs=1e-5)


def test_whether_edited_rows_matter_cannot_be_asked(rig: Rig) -> None:
    place = rig.place()
    row = (1.0,) * len(rig.best(place).segment.source_ids)
    found = rig.readings.edit(place, Change((AttentionEdit(0, row),)))
    with pytest.raises(ConfigError, match="take the edits away"):
        rig.readings.check_attention(place, found, 0, CheckOptions())


def test_only_a_transformer_looks_at_its_own_words(every_rig: Rig) -> None:
    reading = every_rig.best(every_rig.place())
    assert (reading.own is not None) == (reading.architecture == "transformer")
    if reading.own is not None:
        assert reading.own.encoder.target_units == reading.segment.source_pieces
        assert reading.own.decoder.target_units == reading.pieces


@pytest.mark.parametrize("options", [GREEDY, BEAM, SamplingOptions(seed=7, max_length=11)])
def test_a_trace_is_of_the_same_sentence(every_rig: Rig, options: DecodeOptions) -> None:
    place = every_rig.place(options=options)
    trace = every_rig.readings.trace(place)
    assert trace.candidates and trace.segment.source_text == TEXT
    if not isinstance(options, SamplingOptions):
        assert trace.segment.best.ids[:1] == every_rig.readings.hypothesis(place, 0).ids[:1]


def test_attention_is_checked_where_there_is_some(every_rig: Rig) -> None:
    place = every_rig.place()
    target = every_rig.readings.hypothesis(place, 0)
    options = CheckOptions(words=True, permutations=2)
    if not every_rig.model.has_attention:
        with pytest.raises(NoAttentionError):
            every_rig.readings.check_attention(place, target, 0, options)
        return
    found = every_rig.readings.check_attention(place, target, 0, options)
    assert 0 <= found.changed <= 1 and len(found.attention) == len(found.source_units)


def test_looking_again_does_not_run_the_model_again(rig: Rig) -> None:
    place = rig.place()
    target = rig.readings.hypothesis(place, 0)
    assert rig.readings.read(place, target) is rig.readings.read(place, target)
    other = Target(kind="own", ids=target.ids, text=target.text)
    assert rig.readings.read(place, other) is not rig.readings.read(place, target)


def test_each_sentence_of_a_text_is_read_for_itself(rig: Rig) -> None:
    record = rig.translated(" ".join(SENTENCES[5:8]))
    for segment, stored in enumerate(record.segments):
        place = Place(translation_id=record.id, segment=segment)
        reading = rig.best(place)
        assert reading.segment == stored and reading.cross is not None
        assert reading.cross.source_units == stored.source_pieces
        assert reading.target.ids == stored.hypotheses[0].ids
