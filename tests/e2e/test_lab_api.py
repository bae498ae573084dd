"""The lab as a program asks it: what comes back, what is refused, and how much is sent at most."""

import json
from itertools import count
from typing import Any

import pytest

from demo_app.ui.strings import load_strings
from tests.e2e.serving import Client
from tests.e2e.test_api import BEAM, GREEDY, ROUTE, Visitor, downloaded, notice, rows_of
from tests.tiny import SENTENCES, tiny_tokenizer

UNEXPECTED = load_strings("en").page.unexpected.partition("{")[0]
JUNK: dict[str, list[Any]] = {
    "reword": [{"at": -1, "id": 5}, {"at": 0, "id": 10**9}, {"at": 0, "text": "a\0b"}],
    "go_on": [{"prefix": [-1]}, {"prefix": [3, 3]}, {"prefix": [10**9]}],
    "edit_attention": [{"rows": {"²": [1]}}, {"rows": {"0": [1.0]}}, {"rows": {"0": [-1.0]}}],
    "switch_heads": [{"off": [["x", 0, 0]]}, {"off": [["cross", 0, 0]]}],
    "check_attention": [{"at": 0, "layer": 99}, {"at": 10**9}],
    "compare_runs": [{"what": "pinned"}, {"what": "searches", "seed": -1}],
    "open_link": [{"translation": "../../etc", "segment": 10**9}],
}


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def test_a_word_is_changed_and_the_steps_are_walked(visitor: Visitor) -> None:
    best = visitor.translate()["lab-page"]
    other = best["target"]["judgement"][0]["alternatives"][1]["id"]
    changed = visitor("reword", question={"at": 0, "id": other})["lab-page"]
    assert changed["target"]["ids"][0] == other and changed["shown"]["kind"] == "word"
    back, forth = visitor("step_back")["lab-page"], visitor("step_forth")["lab-page"]
    assert back == {**best, "shown": {**best["shown"], "steps": 2}} and forth == changed
    assert notice(visitor("step_forth")) == load_strings("en").page.nothing_to_undo


def test_another_reading_is_a_step_like_any_other(visitor: Visitor) -> None:
    best = visitor.translate()["lab-page"]
    other = best["target"]["judgement"][0]["alternatives"][1]["id"]
    changed = visitor("reword", question={"at": 0, "id": other})["lab-page"]
    assert visitor("pick_hypothesis", hypothesis=2)["lab-page"]["shown"]["steps"] == 3
    back = visitor("step_back")
    assert back["lab-page"]["target"] == changed["target"] and back["nbest"]["selected"] == 0
    forth = visitor("step_forth")
    assert forth["lab-page"]["shown"]["hypothesis"] == forth["nbest"]["selected"] == 2


def test_a_chosen_word_is_kept_only_with_the_consent_that_comes_with_it(visitor: Visitor) -> None:
    def kept() -> int:
        return len(list(rows_of(downloaded(visitor("export_file", export={"kind": "preferences"})))))

    best, before = visitor.translate()["lab-page"], kept()
    ids = [one["id"] for one in best["target"]["judgement"][0]["alternatives"][1:]]
    visitor("reword", question={"at": 0, "id": ids[0]})
    visitor("step_back")
    assert kept() == before
    visitor("reword", question={"at": 0, "id": ids[0]}, keep_choices={"keep": True})
    assert kept() == before + 1
    visitor("step_back")
    assert kept() == before
    visitor("step_forth")
    assert kept() == before
    visitor("step_back")
    visitor("step_forth", keep_choices={"keep": True})
    assert kept() == before + 1


def test_words_are_weighed_a_moment_later(visitor: Visitor) -> None:
    page = visitor.translate()["lab-page"]
    weighed = visitor("weigh_words")["lab-losses"]
    assert weighed["of"]["translation"] == page["shown"]["translation"]
    words = [word for word in page["source"]["words"] if not word["special"]]
    assert [word["from"] for word in weighed["words"]] == [word["from"] for word in words]
    assert all(isinstance(word["loss"], float) for word in weighed["words"])


def test_edited_attention_has_no_weighed_words_but_a_page(visitor: Visitor) -> None:
    page = visitor.translate(options=GREEDY)["lab-page"]
    row = [1.0] * len(page["source"]["pieces"])
    edited = visitor("edit_attention", question={"rows": {"1": row}})["lab-page"]
    assert edited["edits"]["rows"] == {"1": row} and edited["attention"] is not None
    assert {word["loss"] for word in visitor("weigh_words")["lab-losses"]["words"]} == {None}


def test_log_probs_of_a_pinned_translation_compare_only_where_the_model_was_the_same(
    visitor: Visitor,
) -> None:
    route = {**ROUTE, "model": "tiny-transformer"}
    page = visitor("translate", source_text=SENTENCES[5], route=route, options=GREEDY)["lab-page"]
    visitor("pin")
    before = visitor("compare_runs", question={"what": "pinned"})["lab-side"]
    changed = visitor("switch_heads", question={"off": [["cross", 0, 0]]})["lab-page"]
    after = visitor("compare_runs", question={"what": "pinned"})["lab-side"]
    assert (before["judge"], after["judge"]) == (page["model"]["id"], None)
    assert (before["of"]["edits"], after["of"]["edits"]) == (page["edits"], changed["edits"])


@pytest.mark.parametrize("text", [" \n", "a\0b", "mot " * 2500, "a" * 600])
def test_a_refused_text_changes_nothing(visitor: Visitor, text: str) -> None:
    visitor.translate(options=GREEDY)
    for told in (
        visitor("own_translation", own_text=text),
        visitor("reword", question={"at": 0, "text": text}),
    ):
        assert notice(told).endswith(".") and "schema" not in told["lab-page"]
    assert notice(visitor("step_back")) == load_strings("en").page.nothing_to_undo


@pytest.mark.parametrize("endpoint", JUNK)
def test_a_question_that_is_none_is_told_in_a_sentence(visitor: Visitor, endpoint: str) -> None:
    visitor.translate(options=GREEDY)
    for junk in (None, "x", 10**9, [], *JUNK[endpoint]):
        told = notice(visitor(endpoint, question=junk))
        assert not told.startswith(UNEXPECTED), (junk, told)


def test_before_a_translation_there_is_nothing_to_ask_about(visitor: Visitor) -> None:
    for endpoint in ("trace", "pin", "step_back", "weigh_words"):
        assert "no translation on the page yet" in notice(visitor(endpoint))


def test_no_answer_is_above_two_megabytes(visitor: Visitor) -> None:
    encode = tiny_tokenizer().encode
    text = ""
    for number in count():
        longer = f"{text} {SENTENCES[5 + number % 5].rstrip('.?')}".strip()
        if len(encode(longer)) > 200:
            break
        text = longer
    for options in (GREEDY, {**BEAM, "beam_size": 5, "n_best": 5}):
        route = {**ROUTE, "model": "tiny-transformer"}
        outputs = visitor("translate", source_text=text, route=route, options=options)
        page = outputs["lab-page"]
        assert page["pooled"] and len(page["source"]["pieces"]) > 170
        assert len(json.dumps(outputs).encode()) < 2_000_000
    assert len(json.dumps(visitor("trace")).encode()) < 2_000_000
