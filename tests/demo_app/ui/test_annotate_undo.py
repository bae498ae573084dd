"""What a person did on the Annotate tab is changed, and taken back."""

from typing import Any

import pytest

from demo_app.services.people import acting_as
from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.feedback import Refusal
from tests.demo_app.services.project_rig import Rig
from tests.demo_app.ui.annotate_rig import ADA, BOB, edit, project, started


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
