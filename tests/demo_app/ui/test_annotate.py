"""The Annotate tab without a browser: what its handlers give to the page, and what they refuse."""

import json
from typing import Any

import pytest

from core.errors import ConsentMissingError, InputError, NotAllowedError, NotFoundError
from demo_app.services.people import Person, acting_as
from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.feedback import Refusal
from tests.demo_app.services.project_rig import Rig
from tests.demo_app.ui.annotate_rig import ADA, BOB, STRINGS, edit, project, started

STRANGE = {
    "script": "<script>window.hacked=1</script> ${1} {{x}}",
    "right to left": "مرحبا بالعالم",
    "long": "word " * 999,
    "emoji": "👩‍👩‍👧 é",
}


def test_an_answer_is_kept_and_the_next_turn_comes(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        turn, question = started(page, made)
        told = page.answer_turn(edit(question, comment="Sure."))
        assert told["desk"]["ended"] == turn["slot"] != told["desk"]["turn"]["slot"]
        assert told["desk"]["project"]["mine"] == 1 and "items" not in told["desk"]["project"]
        (row,) = told["answers"]["rows"]
        assert (row["source"], row["said"]) == (turn["source"], "A sentence.")
        assert told["notice"]["action"]
        with_same = page.answer_turn(edit(question, comment="Sure."))
        assert with_same["answers"]["rows"] == [row], "sent twice, kept once"
        assert page.answer_turn(edit(question, "Another."))["desk"] == {"lost": turn["slot"]}


def test_a_set_aside_answer_counts_and_says_why(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        _, question = started(page, made)
        told = page.answer_turn(edit(question, "garbage"))
        assert told["notice"]["kind"] == "warning" and STRINGS.checks["copy"] in told["notice"]["text"]
        assert told["desk"]["project"]["mine"] == 1 and told["answers"]["rows"][0]["set_aside"]


def test_a_turn_that_ran_out_is_told_and_stores_nothing(
    rig: Rig, page: AnnotateHandlers, request: Any
) -> None:
    made = project(rig, request, lease_s=1)
    with acting_as(ADA):
        turn, question = started(page, made)
    with acting_as(BOB):
        while started(page, made)[0]["slot"] != turn["slot"]:
            page.skip_turn({"project": made.id, "slot": started(page, made)[0]["slot"]})
    with acting_as(ADA):
        for lost in (
            page.answer_turn(edit(question)),
            page.keep_turn(question),
            page.skip_turn(question),
        ):
            assert lost["desk"] == {"lost": turn["slot"]}
        assert rig.turns.last_answers(made.id) == ()


def test_nothing_tells_who_made_what_or_what_is_known(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request, "comparison")
    with acting_as(Person(id=None, name="", role="admin", may_contribute=True)):
        told = [page.start_project({"project": made.id})]
        for _ in range(2):
            slot = told[-1]["desk"]["turn"]["slot"]
            asked = {"project": made.id, "slot": slot, "ranks": [1, 1], "seconds": 30, "once": slot}
            told.append(page.answer_turn(asked))
    said = json.dumps(told)
    assert not any(secret in said for secret in ("gold", "candidate", "made_by", '"best"', '"low"'))


@pytest.mark.parametrize("name", STRANGE)
def test_strange_texts_are_stored_as_they_are(
    rig: Rig, page: AnnotateHandlers, request: Any, name: str
) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        _, question = started(page, made)
        told = page.answer_turn(edit(question, STRANGE[name]))
        assert told["answers"]["rows"][0]["said"] == STRANGE[name]


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "word " * 2000, 5, None])
def test_what_cannot_be_stored_is_refused_and_the_turn_stays(
    rig: Rig, page: AnnotateHandlers, request: Any, text: Any
) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        turn, question = started(page, made)
        with pytest.raises(InputError):
            page.answer_turn({**question, "text": text, "verdict": "corrected", "seconds": 1})
        assert started(page, made)[0]["slot"] == turn["slot"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": None},
        {"seconds": -1},
        {"seconds": float("nan")},
        {"score": "70"},
        {"score": 101},
        {"spans": [{"start": 0}]},
        {"spans": 5},
        {"comment": ["x"]},
        {"comment": "x" * 1001},
        {"comment": "a\0b"},
    ],
)
def test_answers_of_a_wrong_form_are_told(
    rig: Rig, page: AnnotateHandlers, request: Any, wrong: dict[str, Any]
) -> None:
    made = project(rig, request, "rating")
    with acting_as(ADA):
        _, question = started(page, made)
        with pytest.raises(InputError):
            page.answer_turn({**question, "score": 70, "spans": [], "seconds": 30, **wrong})


def test_turns_are_kept_reported_and_given_back(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        turn, question = started(page, made)
        assert page.keep_turn(question) == {}
        told = page.flag_turn({**question, "text": "Not French."})
        assert told["desk"] == {"slot": turn["slot"], "flag": "Not French."}
        assert page.leave_turn({**question, "begun": True})["desk"] == {"left": True}
        assert rig.projects.my_share(made.id).held == 1
        page.leave_turn({**question, "begun": False})
        assert rig.projects.my_share(made.id).held == 0


def test_who_may_not_is_told_and_who_has_nothing_is_told_why(
    rig: Rig, page: AnnotateHandlers, request: Any
) -> None:
    made = project(rig, request)
    new = Person(id="ada", name="Ada", role="annotator", may_contribute=False)
    other = Person(id="eve", name="Eve", role="annotator", may_contribute=True)
    with acting_as(new):
        assert page.open_annotate()["projects"]["nobody"] == "consent"
        with pytest.raises(ConsentMissingError):
            page.start_project({"project": made.id})
    with acting_as(other):
        assert page.open_annotate()["projects"] == {"rows": [], "nobody": "annotator"}
        with pytest.raises(NotAllowedError):
            page.start_project({"project": made.id})
    for nothing in (None, {}, "x", {"project": "none"}):
        with acting_as(ADA), pytest.raises(NotFoundError):
            page.start_project(nothing)


def test_only_own_last_answers_are_opened(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request, annotators=2)
    with acting_as(ADA):
        _, question = started(page, made)
        (row,) = page.answer_turn(edit(question))["answers"]["rows"]
    with acting_as(BOB):
        for call in (page.open_answer, page.revise_answer):
            with pytest.raises(Refusal):
                call({"project": made.id, "answer": row["id"], "revision": 1})
