from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import EmptyTextError, InputError, NotAllowedError, StaleRevisionError
from demo_app.services.people import ANONYMOUS, Person, acting_as
from demo_app.services.projects import Models
from demo_app.services.quality.findings import Candidate
from demo_app.services.turns import PostEdit
from demo_app.store.project_records import ProjectRecord, Turn
from demo_app.store.records import Assessment, CorrectionQuery
from tests.demo_app.services.project_rig import Rig, Watching
from tests.demo_app.store.project_samples import new_project

ADA = Person(id="ada", name="Ada", role="annotator", may_contribute=True)
BOB = Person(id="bob", name="Bob", role="annotator", may_contribute=True)
SET_ASIDE = CorrectionQuery(statuses=("quarantined",))
EDIT = PostEdit(text="Yes.", verdict="corrected", duration_s=5)


class Suspicious:
    """Sets everything aside, and remembers what it was asked."""

    def __init__(self) -> None:
        self.seen: list[Candidate] = []

    def assess(self, one: Candidate) -> Assessment:
        self.seen.append(one)
        return Assessment(({"check": "repetition", "severity": "severe", "values": {}},), "quarantined")


@pytest.fixture
def gate() -> Suspicious:
    return Suspicious()


@pytest.fixture
def rig(tmp_path: Path, gate: Suspicious) -> Iterator[Rig]:
    made = Rig(tmp_path, gate)
    for who in (ADA, BOB):
        made.store.users.add(str(who.id), who.name, "-", "annotator")
        made.store.users.set_languages(str(who.id), {"fr": 5, "en": 3})
    yield made
    made.store.close()


@pytest.fixture
def project(rig: Rig) -> ProjectRecord:
    """Two texts for two people."""
    return filled(rig, new_project(annotators=2))


def filled(rig: Rig, new: object) -> ProjectRecord:
    with acting_as(Person(id="root", name="Root", role="admin", may_contribute=True)):
        made = rig.projects.create(new)  # type: ignore[arg-type]
        rows = [{"source": "Oui.", "gold": "Yes."}, {"source": "Non."}]
        rig.projects.import_file(made.id, rig.file("a.jsonl", rows), Models(), Watching())
    return made


def take(rig: Rig, project: ProjectRecord) -> Turn:
    turn = rig.turns.take(project.id)
    assert turn
    return turn


def test_a_correction_ends_the_turn_also_where_it_is_set_aside(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(ADA):
        turn = take(rig, project)
        record = rig.turns.submit(turn.slot_id, EDIT)
        assert (record.status, record.user_id, record.source_text) == (
            "quarantined",
            "ada",
            turn.item.source_text,
        )
        assert rig.turns.held() == ()
        assert take(rig, project).item.id != turn.item.id
        assert rig.projects.my_share(project.id).answered == 1


def test_that_two_people_say_the_same_is_no_duplicate(
    rig: Rig, project: ProjectRecord, gate: Suspicious
) -> None:
    for who in (ADA, BOB):
        with acting_as(who):
            rig.turns.submit(take(rig, project).slot_id, EDIT)
    assert [one.was_asked_for for one in gate.seen] == [True, True]


def test_nothing_tells_an_attention_check_from_a_control(rig: Rig) -> None:
    project = filled(rig, new_project(control_share=1))
    with acting_as(ADA):
        while turn := rig.turns.take(project.id):
            slot_id = turn.slot_id
            shown = (turn, rig.turns.extend(slot_id), rig.turns.flag(slot_id, "x"), *rig.turns.held())
            assert [(one.item.gold, one.item.is_control) for one in shown] == [(None, True)] * 4
            assert rig.turns.submit(slot_id, EDIT).is_control is None
        told = [(one.item.gold, one.item.is_control) for one in rig.turns.last_answers(project.id)]
        assert told == [(None, True)] * 2


@pytest.mark.parametrize("share", [0, 1])
def test_a_stored_answer_knows_of_the_control_slice_to_which_no_check_belongs(rig: Rig, share: int) -> None:
    project = filled(rig, new_project(control_share=share))
    with acting_as(ADA):
        while turn := rig.turns.take(project.id):
            rig.turns.submit(turn.slot_id, EDIT)
    found = {one.source_text: one.is_control for one in rig.store.corrections.stream(SET_ASIDE)}
    assert found == {"Oui.": False, "Non.": bool(share)}


@pytest.mark.parametrize(("task", "count"), [("post_edit", 1), ("rating", 1), ("comparison", 0)])
def test_nothing_tells_whose_a_translation_is(rig: Rig, task: str, count: int) -> None:
    with acting_as(ADA):
        item = take(rig, filled(rig, new_project(task=task))).item
    assert [output.made_by for output in item.candidates] == [""] * count


def test_what_cannot_be_stored_leaves_the_turn(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(ADA):
        turn = take(rig, project)
        with pytest.raises(EmptyTextError):
            rig.turns.submit(turn.slot_id, PostEdit(text=" ", verdict="corrected", duration_s=1))
        with pytest.raises(InputError):
            rig.turns.submit(turn.slot_id, PostEdit(text="Yes.", verdict="right", duration_s=1))
        assert take(rig, project).slot_id == turn.slot_id
    assert rig.store.corrections.counts().quarantined == 0


def test_a_correction_sent_twice_is_kept_once(rig: Rig, project: ProjectRecord) -> None:
    same = PostEdit(text="Yes.", verdict="corrected", duration_s=5, id="sent-once")
    with acting_as(ADA):
        turn = take(rig, project)
        first, again = rig.turns.submit(turn.slot_id, same), rig.turns.submit(turn.slot_id, same)
        assert first.id == again.id
        with pytest.raises(StaleRevisionError):
            rig.turns.submit(turn.slot_id, EDIT)
    assert rig.store.corrections.counts().quarantined == 1


def test_a_turn_is_not_ended_with_what_was_taken_back(rig: Rig, project: ProjectRecord) -> None:
    same = PostEdit(text="Yes.", verdict="corrected", duration_s=5, id="sent-once")
    with acting_as(ADA):
        turn = take(rig, project)
        rig.turns.undo(turn.slot_id, rig.turns.submit(turn.slot_id, same).revision)
        with pytest.raises(StaleRevisionError):
            rig.turns.submit(turn.slot_id, same)
        assert rig.turns.held()[0].slot_id == turn.slot_id


def test_undo_deletes_the_correction_and_gives_the_turn_again(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(ADA):
        turn = take(rig, project)
        record = rig.turns.submit(turn.slot_id, EDIT)
        again = rig.turns.undo(turn.slot_id, record.revision)
        assert again.slot_id == turn.slot_id
        with pytest.raises(StaleRevisionError):
            rig.turns.undo(turn.slot_id, record.revision)
        assert rig.turns.submit(turn.slot_id, EDIT).id != record.id
    assert rig.store.corrections.get(record.id).deleted_at


def test_last_answers_are_one_s_own_newest_first_and_name_no_known_answer(
    rig: Rig, project: ProjectRecord
) -> None:
    with acting_as(ADA):
        turns = []
        while turn := rig.turns.take(project.id):
            turns.append((turn.slot_id, rig.turns.submit(turn.slot_id, EDIT).id, None))
        told = rig.turns.last_answers(project.id)
        assert [(one.slot_id, one.answer_id, one.item.gold) for one in told] == turns[::-1]
        assert len(rig.turns.last_answers(project.id, 1)) == 1
        extent = rig.projects.extent(project.id)
        assert (extent.items, extent.completed) == (2, 0)
    with acting_as(BOB):
        assert rig.turns.last_answers(project.id) == ()


def test_turns_are_passed_on(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(ADA):
        first = take(rig, project)
        rig.turns.give_back(first.slot_id)
        again = take(rig, project)
        assert again.item.id == first.item.id
        rig.turns.skip(again.slot_id, "unclear")
        assert take(rig, project).item.id != first.item.id
        assert rig.projects.my_share(project.id).skipped == 1


def test_another_answer_than_a_correction_joins_the_turn(rig: Rig) -> None:
    class Given:
        id = "judgement"

    project = filled(rig, new_project("Rated", task="rating"))
    asked: list[str] = []
    with acting_as(ADA):
        turn = take(rig, project)

        def give(item_id: str) -> Given:
            asked.append(item_id)
            return Given()

        assert rig.turns.answer(turn.slot_id, give).id == "judgement"
        undone: list[str] = []
        rig.turns.take_back(turn.slot_id, undone.append)
    assert (asked, undone) == ([turn.item.id], ["judgement"])


def test_nobody_acts_in_the_name_of_another(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(ADA):
        slot_id = take(rig, project).slot_id
    for who, error in ((BOB, StaleRevisionError), (ANONYMOUS, NotAllowedError)):
        for attempt in (
            lambda: rig.turns.submit(slot_id, EDIT),
            lambda: rig.turns.extend(slot_id),
            lambda: rig.turns.give_back(slot_id),
            lambda: rig.turns.skip(slot_id, ""),
            lambda: rig.turns.flag(slot_id, "x"),
            lambda: rig.turns.undo(slot_id, 1),
        ):
            with acting_as(who), pytest.raises(error):
                attempt()


def test_a_turn_needs_the_licence_and_the_languages(rig: Rig, project: ProjectRecord) -> None:
    with acting_as(Person(id="ada", name="Ada", role="annotator", may_contribute=False)):
        with pytest.raises(NotAllowedError):
            rig.turns.take(project.id)
    rig.store.users.set_languages("ada", {"fr": 5})
    with acting_as(ADA), pytest.raises(NotAllowedError, match="languages"):
        rig.turns.take(project.id)
