"""Whatever people may do to judgements, on its way through files."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.errors import InputError, StaleRevisionError
from demo_app.store.database import Store
from demo_app.store.formats import format_of
from demo_app.store.histories import Outcome
from demo_app.store.import_judgements import read_judgement
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.project_records import NewItem, NewProject, Output
from demo_app.store.records import REVIEWED, STATUSES, Assessment, Author, CorrectionQuery, SnapshotRecord
from demo_app.store.review_records import Rejudged
from demo_app.store.selection import Selection
from tests.demo_app.store.reviewed import EVE, FOUND, SET_ASIDE
from tests.demo_app.store.samples import translation
from tests.demo_app.store.test_choices import NEW

EVERYTHING = CorrectionQuery(statuses=STATUSES, include_deleted=True)
KINDS = ("judgements", "ratings", "preferences")
MQM = {"categories": ["Accuracy", "Fluency/Punctuation"], "mqm_weights": {"major": 7.5}}
"""Rules that change what an error weighs."""

EACH_STEP = [
    (verb, which, f"{verb} \u2028 👩‍👩‍👧")
    for which in range(16)
    for verb in ("rate", "compare", "choose", *(("revise", "review") if which < 6 else ()))
] + [("delete", 1, ""), ("withdraw", 3, "")]


def exported(store: Store, kind: str, what: CorrectionQuery | SnapshotRecord = EVERYTHING) -> bytes:
    beside, file = store.preferences, io.BytesIO()
    selection = (
        store.snapshots.selection(what)
        if isinstance(what, SnapshotRecord)
        else Selection(
            (),
            preferences=beside.stream(what),
            ratings=beside.ratings(what),
            judged=store.judged_histories.stream(what),
        )
    )
    format_of(kind).write(selection, file)
    return file.getvalue()


def files_of(store: Store) -> list[bytes]:
    return [exported(store, kind) for kind in KINDS]


def brought_in(store: Store, file: bytes) -> list[Outcome | InputError | StaleRevisionError]:
    return store.judged_histories.add([read_judgement(line) for line in file.splitlines()])


class Work:
    """What people may do to judgements, each step drawn."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.items = {task: list(self._items(task)) for task in ("rating", "comparison")}
        self.ids: list[str] = []

    def _items(self, task: Any) -> Iterator[str]:
        for place, rules in enumerate((MQM, {})):
            shown = self.store.translations.add(translation("Il pleut.", "It rain.", "It rains."))
            outputs = (
                Output(text="It rains.", made_by="a@1", translation_id=shown.id, hypothesis_index=1),
                Output(text="Rain \u2028 falls.", made_by="a column"),
                Output(text="It rains.", made_by=""),
            )
            named = NewProject(
                name=f"{task} {place} ü",
                source_language="zh-CN",
                target_language="en",
                task=task,
                rules=rules,
            )
            project = self.store.projects.add(named)
            for line in (1, 2):
                item = NewItem(
                    id=f"{project.id}-{line}",
                    line=line,
                    source_text="Il pleut.",
                    candidates=outputs,
                    gold={"best": 0} if line == 2 else None,
                    is_control=line == 1,
                    rank=line / 3,
                    reason={"uncertainty": 0.1 + 0.2},
                )
                self.store.projects.add_items(project.id, [item])
                yield item.id

    def step(self, verb: str, which: int, text: str) -> None:
        if verb == "choose":
            shown = self.store.translations.add(translation(f"Il pleut {which % 2}."))
            self.choice(shown.id, text, which)
        elif verb in ("rate", "compare") or not self.ids:
            self.ids.append(self.judge("comparison" if verb == "compare" else "rating", which, text))
        else:
            self.change(verb, self.ids[which % len(self.ids)], which, text)

    def choice(self, translation_id: str, text: str, which: int) -> None:
        new = replace(NEW, translation_id=translation_id, segment_index=which % 2, chosen_text=text)
        for one in (new, replace(new, segment_index=1 - which % 2, user_id=None)):
            self.store.choices.add(one)

    def judge(self, kind: Any, which: int, text: str) -> str:
        person = {"user_id": "ada", "user_role": "annotator", "licence": text} if which % 3 else {}
        new = NewJudgement(
            item_id=self.items[kind][which % 4],
            kind=kind,
            answer=answer(kind, which),
            duration_s=which / 7,
            comment=text,
            **person,  # type: ignore[arg-type]
        )
        return self.store.judgements.add(new, SET_ASIDE if which % 4 == 3 else Assessment()).id

    def change(self, verb: str, id_: str, which: int, text: str) -> None:
        here, now = self.store.judgements, self.store.judgements.get(id_)
        other = answer(now.kind, which + 1)
        if now.status == "withdrawn":
            return
        if now.deleted_at:
            here.restore(id_, now.revision, EVE)
        elif verb == "revise":
            here.revise(id_, now.revision, other, comment=text, by=Author(id=now.user_id, role="annotator"))
        elif verb == "review" and now.status in REVIEWED:
            here.reopen(id_, now.revision, EVE)
        elif verb == "review" and which % 2:
            here.accept(id_, now.revision, text, EVE, Rejudged(other, Assessment(FOUND, "submitted")))
        elif verb == "review":
            here.reject(id_, now.revision, text, EVE)
        elif verb == "withdraw":
            here.withdraw(id_, now.revision, Author(id=now.user_id))
        else:
            here.delete(id_, now.revision)


def answer(kind: str, which: int) -> dict[str, Any]:
    if kind == "comparison":
        return {
            "seed": 2**60 + which,
            "order": [2, 1],
            "ranks": [1 + which % 2, 1 + which % 3, 1 + which % 2],
        }
    missing = {"start": None, "end": None, "severity": "minor", "category": ""}
    span = {"start": 0, "end": 2 + which % 3, "severity": "major", "category": "Accuracy"}
    return {"score": which * 9 % 101, "spans": [span, missing, missing][: which % 4], "proposed": [span]}
