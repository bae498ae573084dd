"""Comparisons and choices as pairs to learn a preference from, beside the corrections."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.options import BeamOptions, SamplingOptions
from demo_app.store.database import Store
from demo_app.store.formats import FORMATS
from demo_app.store.judgement_records import JudgementRecord, NewJudgement
from demo_app.store.project_records import Output
from demo_app.store.records import NOBODY, Assessment, CorrectionQuery, NewCorrection
from demo_app.store.selection import Selection
from tests.demo_app.store.judged import SECRET_NAMES, TEXTS, project_of
from tests.demo_app.store.samples import MODEL_ID, correct, translation
from tests.demo_app.store.test_choices import NEW

ALL = CorrectionQuery()


def compared(store: Store, *ranks: int, item: str = "", **more: Any) -> JudgementRecord:
    item = item or project_of(store, "comparison")[0]
    answer = {"seed": 1, "order": [2, 0, 1], "ranks": list(ranks)}
    assessed = more.pop("assessed", Assessment())
    new = NewJudgement(item_id=item, kind="comparison", answer=answer, duration_s=1, **more)
    return store.judgements.add(new, assessed)


def chosen(store: Store, direction: tuple[str, str] = ("fr", "en")) -> str:
    shown = store.translations.add(translation("Il pleut.", direction=direction))
    return store.choices.add(replace(NEW, translation_id=shown.id)).id


def pairs(store: Store, query: CorrectionQuery = ALL) -> list[tuple[str, str]]:
    return [(one.chosen, one.rejected) for one in store.preferences.stream(query)]


def test_each_two_outputs_that_were_ranked_apart_are_a_pair(store: Store) -> None:
    record = compared(store, 2, 1, 2)
    assert pairs(store) == [(TEXTS[1], TEXTS[0]), (TEXTS[1], TEXTS[2])]
    (first, _) = store.preferences.stream(ALL)
    assert (first.prompt, first.source_language, first.id) == ("Il pleut.", "fr", f"{record.id}/1-0")
    compared(store, 1, 1, 1)
    assert len(pairs(store)) == 2


def test_equal_outputs_make_no_pair_twice(store: Store) -> None:
    outputs = store.projects.item(project_of(store, "comparison")[0]).candidates
    (item,) = project_of(store, "comparison", candidates=(outputs[0], outputs[1], outputs[0]))
    compared(store, 2, 1, 2, item=item)
    assert pairs(store) == [(TEXTS[1], TEXTS[0])]


def test_what_may_not_be_trained_on_is_left_out(store: Store) -> None:
    compared(store, 1, 2, 2, assessed=Assessment(status="quarantined"))
    store.judgements.reject(compared(store, 1, 2, 2).id, 1, "not read")
    store.judgements.withdraw(compared(store, 1, 2, 2).id, 1, NOBODY)
    store.choices.withdraw(chosen(store))
    assert pairs(store) == []


def test_a_query_for_corrections_means_the_same_of_pairs(store: Store) -> None:
    compared(store, 1, 2, 2, user_id="bob")
    chosen(store)
    chosen(store, ("en", "fr"))
    for query, count in (
        (ALL, 4),
        (CorrectionQuery(source_language="fr"), 3),
        (CorrectionQuery(target_language="fr"), 1),
        (CorrectionQuery(user_id="bob"), 2),
        (CorrectionQuery(user_id="ada"), 2),
        (CorrectionQuery(statuses=("accepted",)), 0),
        (CorrectionQuery(text="rain"), 0),
        (CorrectionQuery(verdict="right"), 0),
    ):
        assert len(pairs(store, query)) == count


def test_they_follow_the_corrections_in_the_same_columns(store: Store) -> None:
    correct(store, "It is raining.")
    compared(store, 1, 2, 2)
    choice = chosen(store)
    file = io.BytesIO()
    selection = Selection(store.histories.stream(ALL), preferences=store.preferences.stream(ALL))
    assert FORMATS["preferences"].write(selection, file) == 4
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    assert len({tuple(row) for row in rows}) == 1 and {"prompt", "chosen", "rejected"} <= rows[0].keys()
    assert [row["chosen"] for row in rows] == ["It is raining.", TEXTS[0], TEXTS[0], "It pours."]
    assert (rows[-1]["id"], rows[-1]["rejected"]) == (choice, "It rains.")


def test_they_tell_whose_they_are_under_which_licence_and_what_wrote_the_texts(store: Store) -> None:
    correct(store, "It is raining.")
    since: dict[str, Any] = {
        "user_role": "annotator",
        "licence_accepted_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    (item,) = project_of(store, "comparison", is_control=True)
    compared(store, 1, 2, 2, item=item, user_id="bob", licence="CC0 1.0", **since)
    chosen(store)
    file = io.BytesIO()
    selection = Selection(store.histories.stream(ALL), preferences=store.preferences.stream(ALL))
    FORMATS["preferences"].write(selection, file)
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [(row["user_id"], row["licence"], row["chosen_by"], row["rejected_by"]) for row in rows] == [
        (None, None, None, MODEL_ID),
        ("bob", "CC0 1.0", SECRET_NAMES[0], SECRET_NAMES[1]),
        ("bob", "CC0 1.0", SECRET_NAMES[0], SECRET_NAMES[2]),
        ("ada", "CC BY 4.0", MODEL_ID, MODEL_ID),
    ]
    assert [row["is_control"] for row in rows] == [None, True, True, None]
    told = [(row["user_role"], row["licence_accepted_at"]) for row in rows]
    assert told[:2] == [(None, None), ("annotator", "2026-01-02T00:00:00.000000Z")]


def lines(store: Store) -> list[dict[str, Any]]:
    file = io.BytesIO()
    selection = Selection(store.histories.stream(ALL), preferences=store.preferences.stream(ALL))
    FORMATS["preferences"].write(selection, file)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_they_tell_as_much_of_a_machine_s_text_as_a_correction_of_it_would(store: Store) -> None:
    """Whether it was corrected, compared, or gone on with from a word in the lab."""
    shown = store.translations.add(translation("Il pleut.", "It rain."))
    corrected = store.corrections.add(NewCorrection(shown.id, 0, 0, "It rains.", "corrected", 1))
    made = Output(text="It rain.", made_by="rnn", translation_id=shown.id)
    (item,) = project_of(store, "comparison", candidates=(Output(text="Rain.", made_by="a column"), made))
    compared(store, 1, 2, item=item)
    ids = shown.segments[0].hypotheses[0].ids
    store.choices.add(
        replace(NEW, translation_id=shown.id, segment_index=0, prefix_ids=ids[:1], rejected_ids=ids[1:])
    )
    rows = lines(store)
    assert len(rows) == 3
    for row in rows:
        told = row["rejected_provenance"]
        assert told == {name: json.loads(json.dumps(getattr(corrected, name))) for name in told}
        assert {"token_log_probs", "n_best", "options"} <= told.keys()
    assert [row["chosen_provenance"] for row in rows[:2]] == [None, None]


@pytest.mark.parametrize("mode", ["beam", "sampling"])
def test_what_was_written_after_a_chosen_word_has_the_figures_of_that_moment(store: Store, mode: str) -> None:
    options = SamplingOptions() if mode == "sampling" else BeamOptions()
    shown = store.translations.add(replace(translation("Il pleut."), options=options))
    store.choices.add(replace(NEW, translation_id=shown.id))
    (row,) = lines(store)
    for side, ids, log_probs in (
        ("chosen", NEW.chosen_ids, NEW.chosen_log_probs),
        ("rejected", NEW.rejected_ids, NEW.rejected_log_probs),
    ):
        told = row[f"{side}_provenance"]
        assert (told["target_ids"], told["token_log_probs"]) == ([*NEW.prefix_ids, *ids], list(log_probs))
        assert (told["score"], told["signature"]) == (None, "")
        assert told["options"] == (None if mode == "sampling" else shown.options)


def test_ties_which_no_pair_can_say_are_counted(store: Store) -> None:
    compared(store, 1, 2, 2)
    compared(store, 1, 1, 1)
    compared(store, 1, 1, 1, assessed=Assessment(status="quarantined"))
    assert store.preferences.ties(ALL) == 4
    assert store.preferences.ties(CorrectionQuery(source_language="en")) == 0
    held = store.snapshots.freeze("v1", ALL, "CC0 1.0", judgements=True)
    assert held.counts["ties"] == 4
