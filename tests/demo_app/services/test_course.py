"""How answers go on: days, people, and the slice that chance chose."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import NotAllowedError
from demo_app.services.course import CourseService, Given, course_of
from demo_app.services.people import ANONYMOUS, LOCAL
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.project_records import NewItem, NewProject, Output, Task
from demo_app.store.records import Assessment, NewCorrection
from tests.demo_app.store.samples import open_empty, translation

START = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def given(who: str, hours: float, value: float | None, is_control: bool = False) -> Given:
    return Given(user_id=who, at=START + timedelta(hours=hours), is_control=is_control, value=value)


def test_days_are_those_that_have_answers_in_order_whoever_gave_them() -> None:
    course = course_of([given("b", 48, 0.2), given("a", 0, 0.4), given("a", 0.4, 0.0), given("b", 0, 0.6)])
    assert [(day.day, day.by_person) for day in course.days] == [
        (date(2026, 3, 1), {"a": 2, "b": 1}),
        (date(2026, 3, 3), {"b": 1}),
    ]
    assert [day.active for day in course.days] == pytest.approx([1 / 3, 0.2])
    assert [day.control for day in course.days] == [None, None]


def test_each_slice_has_its_own_mean_and_its_margin() -> None:
    course = course_of([given("a", n, value, n % 2 == 0) for n, value in enumerate([10, 90, 20, 80, 30])])
    assert (course.control.answers, course.control.mean) == (3, 20)
    assert course.control.margin == pytest.approx(1.96 * 10 / 3**0.5, rel=1e-3)
    assert (course.active.answers, course.active.mean) == (2, 85)


def test_of_nothing_and_of_comparisons_there_is_no_mean() -> None:
    nothing = course_of([])
    assert (nothing.days, nothing.control.mean, nothing.control.margin) == ((), None, None)
    compared = course_of([given("a", 0, None), given("a", 1, None)])
    assert (compared.active.answers, compared.active.mean, compared.active.margin) == (2, None, None)


@pytest.mark.parametrize("task", ["post_edit", "rating"])
def test_answers_of_a_project_are_found_with_their_slice(tmp_path: Path, task: Task) -> None:
    store = open_empty(tmp_path / "x.db")
    new = NewProject(name="p", source_language="fr", target_language="en", task=task)
    project = store.projects.add(new).id
    shown = store.translations.add(translation("Il pleut.", "It rain."))
    output = Output(text="It rain.", translation_id=shown.id)
    for line, is_control in ((1, True), (2, False), (3, False)):
        item = NewItem(line=line, source_text="Il pleut.", candidates=(output,), is_control=is_control)
        store.projects.add_items(project, [item])
    for number in range(3):
        turn = store.queue.take(project, "")
        assert turn is not None
        aside = Assessment((), "quarantined" if number == 2 else "submitted")

        def save(item: str = turn.item.id, aside: Assessment = aside) -> str:
            if task == "post_edit":
                return store.corrections.add(
                    NewCorrection(shown.id, 0, 0, "It rains.", "corrected", 1), aside
                ).id
            answer = {"score": 70, "spans": [], "proposed": []}
            new = NewJudgement(item_id=item, kind="rating", answer=answer, duration_s=1)
            return store.judgements.add(new, aside).id

        store.queue.answer(turn.slot_id, "", save)
    course = CourseService(store.projects, store.judgements, store.project_edits, lambda: LOCAL)
    found = course.of_project(project)
    value = {"post_edit": 0.3333, "rating": 70}[task]
    assert (found.control.answers, found.active.answers) == (1, 1)
    assert found.control.mean == pytest.approx(value, rel=1e-2)
    assert [dict(day.by_person) for day in found.days] == [{"": 2}]
    with pytest.raises(NotAllowedError):
        CourseService(store.projects, store.judgements, store.project_edits, lambda: ANONYMOUS).of_project(
            project
        )
    store.close()
