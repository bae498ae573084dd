"""Ratings as files of the WMT's kinds, read back by other programs."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.errors import ConfigError, InputError, NotAllowedError, NotFoundError
from demo_app.services.people import LOCAL, Person
from demo_app.services.rating_exports import RatingExports
from demo_app.store.database import Store
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.project_records import Output
from demo_app.store.records import Assessment
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.reviewed import EVE
from tests.demo_app.store.samples import open_empty, translation

TEXT = "It\train 👩🏽‍🚀\u2028hard."
SPANS: list[dict[str, Any]] = [
    {"start": 3, "end": 7, "severity": "minor", "category": ""},
    {"start": 8, "end": 12, "severity": "major", "category": ""},
    {"start": None, "end": None, "severity": "major", "category": ""},
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests here: each asks only about items of its own."""
    opened = open_empty(tmp_path_factory.mktemp("store") / "x.db")
    yield opened
    opened.close()


def given(store: Store, item: str, spans: list[dict[str, Any]], **assessed: Any) -> None:
    answer = {"score": 60, "spans": spans, "proposed": SPANS[:1]}
    new = NewJudgement(item_id=item, kind="rating", answer=answer, duration_s=4.5, user_id="ada")
    store.judgements.add(new, Assessment(**assessed))


def rated_project(store: Store, spans: list[dict[str, Any]], **rules: Any) -> str:
    (item,) = project_of(store, rules=rules, candidates=(Output(text=TEXT, made_by="rnn"),))
    given(store, item, spans)
    given(store, item, [], status="quarantined")
    return store.projects.item(item).project_id


def written(store: Store, project_id: str, kind: str) -> bytes:
    file = io.BytesIO()
    assert RatingExports(store.projects, store.preferences, lambda: LOCAL).write(project_id, kind, file) == 1
    return file.getvalue()


def test_esa_lines_have_the_fields_of_the_wmt_and_the_text_at_their_places(store: Store) -> None:
    (row,) = map(json.loads, written(store, rated_project(store, SPANS), "esa").splitlines())
    assert {"langs", "line_id", "doc_id", "src", "tgt", "system", "annotator", "times"} <= row.keys()
    assert (row["langs"], row["system"], row["annotator"], row["esa_score"]) == ("fr-en", "rnn", "ada", 60)
    marked = [row["tgt"][one["start_i"] : one["end_i"]] for one in row["esa_spans"][:2]]
    assert marked == ["rain", "👩🏽‍🚀"]
    assert row["esa_spans"][2]["start_i"] == row["esa_spans"][2]["end_i"] == "missing"
    assert row["times"][1] - row["times"][0] == pytest.approx(4.5)
    assert row["mqm_weight"] == 11 and row["proposed_spans"] == row["esa_spans"][:1]


@pytest.mark.parametrize("is_control", [True, False])
def test_both_files_tell_which_item_it_is_and_whether_chance_chose_it(store: Store, is_control: bool) -> None:
    (item,) = project_of(store, is_control=is_control)
    rated(store, item)
    project_id = store.projects.item(item).project_id
    (line,) = written(store, project_id, "mqm").decode().splitlines()[1:]
    for told in (written(store, project_id, "esa"), line.split("\t")[-1]):
        row = json.loads(told)
        assert (row["item_id"], row["is_control"]) == (item, is_control)


def test_esa_lines_tell_how_a_model_wrote_the_text(store: Store) -> None:
    shown = store.translations.add(translation("Il pleut.", "It rain.", "It rains."))
    outputs = (Output(text="It rains.", translation_id=shown.id, hypothesis_index=1), Output(text="Rain."))
    for candidates in (outputs, outputs[::-1]):
        (item,) = project_of(store, candidates=candidates)
        rated(store, item)
        row = json.loads(written(store, store.projects.item(item).project_id, "esa"))
        if candidates is not outputs:
            assert row["provenance"] is None
            continue
        found, told = shown.segments[0].hypotheses[1], row["provenance"]
        assert (tuple(told["token_log_probs"]), told["score"]) == (found.token_log_probs, found.score)
        assert (told["n_best"], told["options"]) == (["It rain.", "It rains."], shown.options)


def test_the_times_of_a_rating_are_those_of_its_rater_whoever_decided_later(store: Store) -> None:
    project_id = rated_project(store, SPANS)
    (before,) = map(json.loads, written(store, project_id, "esa").splitlines())
    store.judgements.accept(before["id"], 1, by=EVE)
    (after,) = map(json.loads, written(store, project_id, "esa").splitlines())
    assert (after["status"], after["times"]) == ("accepted", before["times"])


def test_each_omission_is_an_error_of_its_own_in_both_files(store: Store) -> None:
    project_id = rated_project(store, [*SPANS, SPANS[2]])
    (row,) = map(json.loads, written(store, project_id, "esa").splitlines())
    assert row["mqm_weight"] == 16 and row["esa_spans"][2] == row["esa_spans"][3]
    lines = written(store, project_id, "mqm").decode().splitlines()
    assert len(lines) == 5 and lines[3] == lines[4]


def test_each_rating_has_its_z_among_those_of_its_rater_in_its_project(store: Store) -> None:
    one, other = project_of(store, items=2)
    for item, user_id, score in (
        *((one, "ada", 90), (other, "ada", 70), (one, "eve", 40), (other, "eve", 40)),
        *((one, None, 20), (other, None, 60), (other, "bob", 33)),
    ):
        rated(store, item, score, user_id=user_id)
    (elsewhere,) = project_of(store)
    rated(store, elsewhere, 5, user_id="ada")
    file = io.BytesIO()
    project_id = store.projects.item(one).project_id
    RatingExports(store.projects, store.preferences, lambda: LOCAL).write(project_id, "esa", file)
    rows = [json.loads(line) for line in file.getvalue().splitlines()]
    found, half = [row["z"] for row in rows], 0.5**0.5
    assert found[:2] + found[4:6] == pytest.approx([half, -half, -half, half])
    assert found[2:4] + found[6:] == [None, None, None], "neither equal ones nor a single one have any"


def test_mqm_lines_have_the_columns_of_the_wmt_one_an_error(store: Store) -> None:
    table = written(store, rated_project(store, SPANS), "mqm")
    frame = pd.read_csv(io.BytesIO(table), sep="\t", quoting=3, keep_default_na=False)
    columns = "system doc doc_id seg_id rater source target category severity metadata"
    assert list(frame.columns) == columns.split()
    assert list(frame["target"]) == [
        "It <v>rain</v> 👩🏽‍🚀 hard.",
        "It rain <v>👩🏽‍🚀</v> hard.",
        "It rain 👩🏽‍🚀 hard.",
    ]
    assert list(frame["severity"]) == ["Minor", "Major", "Major"]
    assert list(frame["category"]) == ["Other", "Other", "Accuracy/Omission"]
    assert json.loads(frame["metadata"][0])["score"] == 60


def test_no_cell_of_mqm_is_a_formula(store: Store) -> None:
    outputs = (Output(text="=1+1 rains", made_by="@rnn"),)
    (item,) = project_of(store, candidates=outputs, source_text="-2 \tpleut")
    given(store, item, SPANS[:1])
    (line,) = written(store, store.projects.item(item).project_id, "mqm").decode().splitlines()[1:]
    cells = line.split("\t")
    assert (cells[0], cells[5], cells[6]) == ("'@rnn", "'-2  pleut", "'=1+<v>1 ra</v>ins")


def test_a_rating_without_errors_is_a_line_too(store: Store) -> None:
    (line,) = written(store, rated_project(store, []), "mqm").decode().splitlines()[1:]
    assert line.split("\t")[7:9] == ["No-error", "No-error"]


def test_errors_weigh_what_the_project_says(store: Store) -> None:
    styled = [SPANS[1] | {"category": "Style"}]
    rules = {"categories": ["Style"], "mqm_weights": {"Style/major": 2}}
    (row,) = map(json.loads, written(store, rated_project(store, styled, **rules), "esa").splitlines())
    assert row["mqm_weight"] == 2 and row["esa_spans"][0]["error_type"] == "Style"


def test_a_file_is_written_for_each_who_asks(store: Store, tmp_path: Path) -> None:
    project = rated_project(store, SPANS)
    exports = RatingExports(store.projects, store.preferences, lambda: LOCAL)
    made = [exports.write_file(project, "esa", tmp_path) for _ in range(2)]
    assert made[0] != made[1] and made[0].read_bytes() == written(store, project, "esa")
    assert project in [one.id for one in exports.offered()]
    with pytest.raises(NotFoundError):
        exports.write_file("none", "esa", tmp_path)
    assert sorted(path.parent for path in tmp_path.rglob("*.jsonl")) == sorted(one.parent for one in made)


def test_files_are_for_reviewers_and_of_ratings(store: Store) -> None:
    project = rated_project(store, [])
    annotator = Person(id="ada", name="Ada", role="annotator", may_contribute=True)
    with pytest.raises(NotAllowedError):
        RatingExports(store.projects, store.preferences, lambda: annotator).write(
            project, "esa", io.BytesIO()
        )
    with pytest.raises(ConfigError, match="esa, mqm"):
        written(store, project, "tmx")
    (item,) = project_of(store, "comparison")
    with pytest.raises(InputError, match="nothing is rated"):
        written(store, store.projects.item(item).project_id, "mqm")
