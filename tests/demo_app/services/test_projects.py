from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import CheckpointError, ConfigError, InputError, NotAllowedError, NotFoundError
from demo_app.services.people import ANONYMOUS, LOCAL, Person, Role, acting_as
from demo_app.services.project_files import FileReport
from demo_app.services.projects import Models
from demo_app.store.project_records import ItemQuery, ItemRecord, NewProject, ProjectRecord, Task
from tests.demo_app.services.project_rig import Rig, Watching
from tests.demo_app.store.project_samples import items as store_items
from tests.demo_app.store.project_samples import new_project


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, max_text_chars=100)
    with acting_as(LOCAL):
        yield made
    made.store.close()


def created(rig: Rig, **values: Any) -> ProjectRecord:
    return rig.projects.create(new_project(**values))


def imported(
    rig: Rig, project: ProjectRecord, name: str, rows: list[Any], models: Models | None = None
) -> tuple[FileReport, Watching]:
    watch = Watching()
    path = rig.file(name, rows)
    return rig.projects.import_file(project.id, path, models or Models(), watch), watch


def items(rig: Rig, project: ProjectRecord) -> list[ItemRecord]:
    """By line."""
    found = rig.projects.items(project.id, ItemQuery(page_size=500)).rows
    return sorted(found, key=lambda item: item.line)


def test_texts_are_translated_stored_and_placed(rig: Rig) -> None:
    project = created(rig, control_share=0)
    report, watch = imported(rig, project, "a.txt", ["Le chat dort", "Un oiseau chante", "Le chat dort"])
    assert (report, watch.lines, watch.done) == (FileReport(added=3), {}, [(3, 3)])
    assert watch.bytes[0] == watch.bytes[1] > 0
    found = items(rig, project)
    output = found[0].candidates[0]
    stored = rig.store.translations.get(output.translation_id or "")
    assert (output.text, output.made_by) == ("eL tahc trod", "fake@0123456789ab beam")
    assert (len(stored.segments), stored.segments[0].source_text) == (1, "Le chat dort")
    assert len(stored.segments[0].hypotheses) == 2 and stored.signature == "fake:1"
    assert [item.reason["rule"] for item in found] == ["active", "active", "duplicate"]
    assert 0 < found[0].reason["uncertainty"] < 1 and found[0].reason["disagreement"] == 0
    assert found[2].rank == max(item.rank for item in found)


def test_a_second_model_is_set_beside_the_first(rig: Rig) -> None:
    project = created(rig)
    imported(rig, project, "a.txt", ["Le chat dort"], Models(second="loud"))
    assert items(rig, project)[0].reason["disagreement"] > 0.5


def test_a_text_of_several_sentences_is_an_item_each(rig: Rig) -> None:
    project = created(rig)
    report, _ = imported(rig, project, "a.txt", ["Oui. Non. Si.", "Bon."])
    assert report.added == 4
    assert sorted((item.line, item.source_text) for item in items(rig, project)) == [
        (1, "Non."),
        (1, "Oui."),
        (1, "Si."),
        (2, "Bon."),
    ]


def test_progress_goes_on_from_window_to_window(rig: Rig) -> None:
    files, watch, project = replace(rig.projects.files, window=2), Watching(), created(rig)
    rows = [f"Phrase {n}." for n in range(5)]
    replace(rig.projects, files=files).import_file(project.id, rig.file("a.txt", rows), Models(), watch)
    assert [done for done, _ in watch.done] == [2, 4, 5]
    assert all(done <= total for done, total in watch.done) and watch.done[-1] == (5, 5)


def test_a_file_that_was_imported_doubles_nothing(rig: Rig) -> None:
    project = created(rig)
    rows = ["Oui.", "Oui.", "Non. Si."]
    assert imported(rig, project, "a.txt", rows)[0].added == 4
    again, watch = imported(rig, project, "a.txt", [*rows, "Bon."])
    assert (again, watch.done) == (FileReport(added=1, present=4), [(1, 1)])
    other = created(rig, name="Other")
    assert imported(rig, other, "a.txt", rows)[0].added == 4


def test_translations_of_the_file_are_taken_as_they_are_and_can_be_corrected(rig: Rig) -> None:
    project = created(rig)
    report, watch = imported(rig, project, "a.csv", ["source,machine", "Oui. Non.,Yes. No."])
    (item,) = items(rig, project)
    assert (report.added, watch.done, item.source_text) == (1, [], "Oui. Non.")
    assert (item.candidates[0].text, item.candidates[0].made_by) == ("Yes. No.", "machine")
    stored = rig.store.translations.get(item.candidates[0].translation_id or "")
    assert (stored.model_id, stored.target_text) == ("imported", "Yes. No.")


def test_to_compare_there_are_two_different_translations_or_the_row_is_refused(rig: Rig) -> None:
    project = created(rig, task="comparison")
    rows = [{"source": "Oui."}, {"source": "Non.", "candidates": ["No.", "No."]}]
    report, watch = imported(rig, project, "a.jsonl", [*rows, {"source": "Si.", "candidates": ["a", "b"]}])
    assert (report.added, list(watch.lines)) == (2, [2])
    machine, file = items(rig, project)
    assert [one.text for one in machine.candidates] == [".iuO", ".iuO en"]
    assert [one.hypothesis_index for one in machine.candidates] == [0, 1]
    assert [one.text for one in file.candidates] == ["a", "b"] and file.reason["disagreement"] == 1
    other = created(rig, task="comparison", name="Other")
    imported(rig, other, "a.txt", ["Oui."], Models(second="loud"))
    assert [one.text for one in items(rig, other)[0].candidates] == [".iuO", ".IUO"]


def test_what_cannot_be_an_item_is_told_and_the_rest_kept(rig: Rig) -> None:
    project = created(rig)
    rows = [
        {"source": "Oui."},
        {"source": "x " * 99},
        {"source": "poison"},
        {"source": "Oui. Non.", "gold": "Yes."},
        {"source": "Non.", "candidates": ["y " * 99]},
        {"source": "Bon.", "gold": "Good."},
    ]
    report, watch = imported(rig, project, "a.jsonl", rows)
    assert report == FileReport(added=2, refused=4)
    words = {2: "at most 100", 3: "The model returned NaN", 4: "one sentence, but has 2", 5: "at most 100"}
    assert watch.lines.keys() == words.keys()
    assert [line for line in words if words[line] not in watch.lines[line]] == []
    assert [item.gold for item in items(rig, project)] == [None, {"text": "Good."}]


@pytest.mark.parametrize(
    ("task", "good", "bad"),
    [
        ("rating", {"low": 80, "high": 100}, ["low", {"low": "80"}]),
        ("rating", {"errors": True}, ["high", {"high": None}]),
        ("rating", {"best": "x"}, ["low", {"low": 90, "high": 10}]),
        ("rating", {"low": 0.5}, ["errors", {"errors": "no"}]),
        ("comparison", {"best": 1}, ["best", {"best": "1"}]),
        ("post_edit", {"text": "Yes.", "chrf": 60}, ["chrf", {"text": "Yes.", "chrf": 101}]),
        ("post_edit", "Yes.", ["text", {"text": ["Yes."]}]),
    ],
)
def test_a_known_answer_that_none_can_be_held_against_is_refused_with_its_line(
    rig: Rig, task: Task, good: Any, bad: list[Any]
) -> None:
    project, texts = created(rig, task=task), {"candidates": ["Yes.", "Yep."]}
    rows = [{"source": f"Oui {n}.", "gold": gold, **texts} for n, gold in enumerate((good, bad[1], None))]
    report, watch = imported(rig, project, "a.jsonl", rows)
    assert (report.added, list(watch.lines)) == (2, [2]) and f"`{bad[0]}`" in watch.lines[2]


def test_the_control_slice_is_as_large_as_asked_and_the_same_again(rig: Rig) -> None:
    rows = [f"Phrase {number}" for number in range(50)]
    project = created(rig, control_share=0.3)
    imported(rig, project, "a.txt", rows)
    assert sum(item.is_control for item in items(rig, project)) == 15


def test_no_model_is_needed_for_what_is_translated_and_a_wrong_one_is_told_at_once(rig: Rig) -> None:
    project = created(rig, source_language="de")
    assert imported(rig, project, "a.csv", ["source,machine", "Ja.,Yes."])[0].added == 1
    with pytest.raises(ConfigError, match="does not translate de to en"):
        imported(rig, project, "b.txt", ["Ja."])
    with pytest.raises(CheckpointError):
        imported(rig, project, "b.txt", ["Ja."], Models(first="none"))


def person(name: str, role: Role = "annotator") -> Person:
    return Person(id=name, name=name, role=role, may_contribute=True)


def test_each_may_do_what_their_role_says(rig: Rig) -> None:
    project = created(rig)
    annotator, reviewer = person("ada"), person("eve", "reviewer")
    for_admins: list[Callable[[], object]] = [
        lambda: rig.projects.create(new_project("Other")),
        lambda: imported(rig, project, "a.txt", ["Oui."]),
        lambda: rig.projects.close(project.id),
        lambda: rig.projects.reopen(project.id),
    ]
    for_reviewers: list[Callable[[], object]] = [
        lambda: rig.projects.progress(project.id),
        lambda: rig.projects.items(project.id, ItemQuery()),
    ]
    for_all: list[Callable[[], object]] = [
        rig.projects.list,
        rig.projects.open_to_me,
        lambda: rig.projects.my_share(project.id),
        lambda: rig.projects.extent(project.id),
    ]
    for who, refused in (
        (reviewer, for_admins),
        (annotator, for_admins + for_reviewers),
        (ANONYMOUS, for_admins + for_reviewers + for_all),
    ):
        for attempt in refused:
            with acting_as(who), pytest.raises(NotAllowedError):
                attempt()
    with acting_as(person("root", "admin")):
        assert rig.projects.create(new_project("Other")).created_by == "root"


def test_annotators_are_offered_what_they_know_the_languages_of(rig: Rig) -> None:
    rig.store.users.add("ada", "Ada", "-", "annotator")
    ours, other = created(rig), created(rig, name="Other", source_language="de")
    for languages, open_ in (({}, ()), ({"fr": 5}, ()), ({"fr": 5, "en": 3}, (ours,))):
        rig.store.users.set_languages("ada", languages)
        with acting_as(person("ada")):
            assert rig.projects.list() == rig.projects.open_to_me() == open_
            if not open_:
                with pytest.raises(NotAllowedError, match="state your languages"):
                    rig.projects.require_fit(ours.id)
    with acting_as(person("ada", "reviewer")):
        assert rig.projects.list() == (other, ours)
    rig.store.projects.add_items(ours.id, store_items(1))
    turn = rig.store.queue.take(ours.id, "ada")
    closed = rig.projects.close(ours.id)
    with acting_as(person("ada")):
        assert turn and rig.projects.list() == (closed,)
        rig.store.queue.give_back(turn.slot_id, "ada")
        assert rig.projects.list() == ()


@pytest.mark.parametrize(
    "values",
    [
        {"task": "sing"},
        {"annotators": 0},
        {"annotators": 51},
        {"control_share": 1.5},
        {"control_share": float("nan")},
        {"lease_s": 0},
        {"name": ""},
        {"name": " x"},
        {"name": "x" * 101},
        {"name": "a\nb"},
    ],
)
def test_a_project_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        NewProject(
            **{"name": "x", "source_language": "fr", "target_language": "en", "task": "rating"} | values
        )


def test_two_projects_cannot_have_one_name_and_an_unknown_one_is_not_found(rig: Rig) -> None:
    created(rig)
    with pytest.raises(InputError, match="already"):
        created(rig)
    with pytest.raises(NotFoundError):
        rig.projects.progress("x")
