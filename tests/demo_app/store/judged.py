"""A project with items in a store, and judgements of them."""

from typing import Any

from demo_app.store.database import Store
from demo_app.store.judgement_records import JudgementRecord, NewJudgement
from demo_app.store.project_records import NewItem, NewProject, Output, Task

SECRET_NAMES = ("rnn@0001", "transformer@0002", "imported-column")
"""Of who made the outputs: what no annotator may see."""
TEXTS = ("It rain.", "It is raining.", "Rain falls.")


def project_of(
    store: Store, task: Task = "rating", items: int = 1, rules: dict[str, Any] | None = None, **item: Any
) -> list[str]:
    """The ids of the items of a new project; `item`: what all of them have."""
    number = len(store.projects.all()) + 1
    new = NewProject(
        name=f"P{number}",
        source_language="fr",
        target_language="en",
        task=task,
        annotators=2,
        rules=rules or {},
    )
    project = store.projects.add(new)
    outputs = tuple(Output(text=text, made_by=name) for text, name in zip(TEXTS, SECRET_NAMES, strict=True))
    ids = [f"{project.id}-{line}" for line in range(items)]
    whole = {"candidates": outputs, "source_text": "Il pleut.", **item}
    store.projects.add_items(
        project.id,
        [NewItem(id=id_, line=place + 1, **whole) for place, id_ in enumerate(ids)],
    )
    return ids


def rating(item_id: str, score: int = 70, **more: Any) -> NewJudgement:
    answer = {"score": score, "spans": [], "proposed": []}
    return NewJudgement(item_id=item_id, kind="rating", answer=answer, duration_s=4.5, **more)


def rated(store: Store, item_id: str, score: int = 70, **more: Any) -> JudgementRecord:
    return store.judgements.add(rating(item_id, score, **more))
