"""The Annotate tab without a browser: what its handlers give to the page, and what they refuse."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.errors import ConsentMissingError, InputError, NotAllowedError, NotFoundError
from demo_app.services.dataset import DatasetService
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Judging
from demo_app.services.people import Person, acting, acting_as
from demo_app.services.projects import Models
from demo_app.services.quality.findings import Candidate
from demo_app.store.project_records import ProjectRecord
from demo_app.store.records import UNCHECKED, Assessment
from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.annotate_layout import AnnotateParts
from demo_app.ui.feedback import Refusal
from demo_app.ui.services import Services
from demo_app.ui.strings import load_strings
from tests.demo_app.services.project_rig import Rig, Watching
from tests.demo_app.store.project_samples import new_project

ADA = Person(id="ada", name="Ada", role="annotator", may_contribute=True)
BOB = Person(id="bob", name="Bob", role="annotator", may_contribute=True)
ROOT = Person(id="root", name="Root", role="admin", may_contribute=True)
STRANGE = {
    "script": "<script>window.hacked=1</script> ${1} {{x}}",
    "right to left": "مرحبا بالعالم",
    "long": "word " * 999,
    "emoji": "👩‍👩‍👧 é",
}
STRINGS = load_strings("en")
PARTS = SimpleNamespace(**{name: name for name in AnnotateParts.__dataclass_fields__})


class Gate:
    """Sets garbage aside."""

    def assess(self, one: Candidate) -> Assessment:
        if one.corrected_text != "garbage":
            return UNCHECKED
        finding = {"check": "copy", "severity": "severe", "values": {}}
        return Assessment((finding,), "quarantined")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One store for all: each test has a project of its own."""
    made = Rig(tmp_path_factory.mktemp("annotate"), Gate())
    for who in (ADA, BOB, ROOT):
        made.store.users.add(str(who.id), who.name, "-", "annotator")
        made.store.users.set_languages(str(who.id), {"fr": 5, "en": 3})
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def page(rig: Rig) -> AnnotateHandlers:
    corrections = rig.turns.corrections
    services = SimpleNamespace(
        projects=rig.projects,
        turns=rig.turns,
        dataset=DatasetService(rig.settings, corrections.corrections, corrections.gate),
        judgements=JudgementService(
            Judging(rig.settings, rig.store.projects, rig.store.translations),
            rig.store.judgements,
            rig.store.judgement_queue,
            acting,
        ),
    )
    return AnnotateHandlers(cast(Services, services), STRINGS, cast(AnnotateParts, PARTS))


def project(rig: Rig, request: Any, task: Any = "post_edit", **values: Any) -> ProjectRecord:
    """Two texts, with two translations each where they are brought."""
    rows = [
        {"source": f"Phrase {n}.", "candidates": [f"Sentence {n}.", f"Phrase number {n}."], "gold": gold}
        for n, gold in ((1, {"best": 0, "low": 90} if task != "post_edit" else None), (2, None))
    ]
    with acting_as(ROOT):
        made = rig.projects.create(new_project(request.node.name[:90], task=task, **values))
        rig.projects.import_file(made.id, rig.file("a.jsonl", rows), Models(), Watching())
    return made


def edit(question: dict[str, Any], text: str = "A sentence.", **more: Any) -> dict[str, Any]:
    return {**question, "text": text, "verdict": "corrected", "seconds": 9, "once": text[:9], **more}


def started(page: AnnotateHandlers, made: ProjectRecord) -> tuple[dict[str, Any], dict[str, Any]]:
    """The turn as the page has it, and the beginning of every question about it."""
    turn = page.start_project({"project": made.id})["desk"]["turn"]
    return turn, {"project": made.id, "slot": turn["slot"]}


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


def test_the_last_answer_is_taken_back_with_what_it_said(
    rig: Rig, page: AnnotateHandlers, request: Any
) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        turn, question = started(page, made)
        with pytest.raises(Refusal):
            page.take_answer_back(question)
        page.answer_turn(edit(question, comment="Why not."))
        told = page.take_answer_back({"project": made.id})
        again = told["desk"]["turn"]
        assert again["slot"] == turn["slot"] and told["answers"]["rows"] == []
        assert (again["filled"]["text"], again["filled"]["comment"]) == ("A sentence.", "Why not.")


def test_a_skip_is_taken_back_until_somebody_else_has_the_text(
    rig: Rig, page: AnnotateHandlers, request: Any
) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        turn, question = started(page, made)
        page.answer_turn(edit(question))
        turn, question = started(page, made)
        page.flag_turn({**question, "text": "Not French."})
        skipped = page.skip_turn({**question, "reason": "Not for me."})
        assert skipped["notice"]["action"] and skipped["desk"]["turn"] is None
        back = {"project": made.id, "undo": skipped["desk"]["undo"]}
        again = page.take_answer_back(back)["desk"]
        assert (again["turn"]["slot"], again["turn"]["flag"]) == (turn["slot"], "Not French.")
        assert again["project"]["mine"] == 1, "the answer before it stays"
        page.skip_turn({**question, "reason": ""})
    with acting_as(BOB):
        started(page, made)
    with acting_as(ADA):
        lost = page.take_answer_back(back)
        assert lost["desk"] == {"over": turn["slot"]} and lost["notice"]["kind"] == "warning"


def test_a_change_is_taken_back_as_another_revision(rig: Rig, page: AnnotateHandlers, request: Any) -> None:
    made = project(rig, request)
    with acting_as(ADA):
        _, question = started(page, made)
        (row,) = page.answer_turn(edit(question, comment="Sure."))["answers"]["rows"]
        change = edit({"project": made.id, "answer": row["id"], "revision": 1}, "Another.", comment="")
        changed = page.revise_answer(change)
        assert changed["notice"]["action"]
        back = {"project": made.id, "undo": changed["desk"]["undo"]}
        told = page.take_answer_back(back)
        assert told["answers"]["rows"] == [row] and "revision 3" in told["notice"]["text"]
        history = rig.turns.corrections.corrections.history(row["id"])
        said = [(one.corrected_text, one.comment) for one in history]
        assert said == [("A sentence.", "Sure."), ("Another.", ""), ("A sentence.", "Sure.")]
        assert page.take_answer_back(back)["desk"] == {"over": row["id"]}, "once only"


@pytest.mark.parametrize("task", ["rating", "comparison"])
def test_judgements_are_kept_taken_back_and_changed(
    rig: Rig, page: AnnotateHandlers, request: Any, task: str
) -> None:
    made = project(rig, request, task)
    first = {"score": 70, "spans": [{"start": 0, "end": 8, "severity": "major"}]}
    form, other = (
        (first, {"score": 80, "spans": []}) if task == "rating" else ({"ranks": [2, 1]}, {"ranks": [1, 1]})
    )
    with acting_as(ADA):
        _, question = started(page, made)
        asked = {**question, **form, "seconds": 30, "once": "x"}
        page.answer_turn(asked)
        back = page.take_answer_back(question)["desk"]["turn"]["filled"]
        assert back.get("score") == form.get("score") and back.get("ranks") == form.get("ranks")
        (row,) = page.answer_turn({**asked, "once": "y"})["answers"]["rows"]
        opened = page.open_answer({"project": made.id, "answer": row["id"]})["desk"]["turn"]
        assert opened["revising"] and opened["filled"]["revision"] == 1
        assert opened["draft"] == f"{row['id']}.1.ada"
        change = {**other, "seconds": 30, "answer": row["id"], "revision": 1}
        told = page.revise_answer({"project": made.id, **change})
        assert told["answers"]["rows"][0]["said"] != row["said"] and "revision 2" in told["notice"]["text"]
        back = page.take_answer_back({"project": made.id, "undo": told["desk"]["undo"]})
        assert back["answers"]["rows"][0]["said"] == row["said"]
        opened = page.open_answer({"project": made.id, "answer": row["id"]})["desk"]["turn"]
        said = [(one["number"], one["said"] == row["said"]) for one in opened["history"]]
        assert said == [(3, True), (2, False), (1, True)]


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
