"""How far projects are."""

from sqlalchemy import event

from demo_app.store.database import Store
from tests.demo_app.store.project_samples import answered, new_project, project_of, taken


def test_how_far_all_projects_are_takes_no_more_questions_than_one(store: Store) -> None:
    projects = [project_of(store, count, name=f"P{count}", annotators=2) for count in (3, 1, 2)]
    empty = store.projects.add(new_project("Empty"))
    for project in projects[:2]:
        for who in ("ada", "bob"):
            answered(store, taken(store, project, who), who)
        store.queue.take(project.id, "ada")
    asked: list[str] = []

    def keep(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", keep)
    found = store.projects.progress_of_all()
    event.remove(store.database.engine, "before_cursor_execute", keep)
    assert len([one for one in asked if one.startswith("SELECT")]) == 4
    assert found == {one.id: store.projects.progress(one.id) for one in (*projects, empty)}
