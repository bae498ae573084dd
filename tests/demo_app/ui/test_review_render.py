"""What the Review tab shows of ratings and comparisons."""

from pathlib import Path
from typing import Any

from demo_app.store.judgement_records import JudgementRecord, NewJudgement
from demo_app.store.review_records import JudgedItem, JudgedVersion
from demo_app.ui.review_render import judged_value, judgement_row
from demo_app.ui.strings import load_strings
from tests.demo_app.store.judged import TEXTS, project_of, rated
from tests.demo_app.store.samples import open_empty

STRINGS = load_strings("en")


class NotOfEve:
    """A reviewer."""

    def may_decide(self, judgement: JudgementRecord) -> bool:
        return judgement.user_id != "eve"

    def shown(self, judgement: JudgementRecord) -> dict[str, Any]:
        return {"text": "It rain.", "asked": judgement.user_id}


class Shuffled(NotOfEve):
    """Of a comparison."""

    def shown(self, judgement: JudgementRecord) -> dict[str, Any]:
        return {"texts": list(TEXTS)}


def test_what_an_annotator_told_and_whose_a_rating_is_reach_the_page(tmp_path: Path) -> None:
    store = open_empty(tmp_path / "x.db")
    (item_id,) = project_of(store)
    item = store.projects.item(item_id)
    flags = {"ada": None, "eve": "not French"}
    versions = [JudgedVersion(rated(store, item_id, user_id=who), flag) for who, flag in flags.items()]
    judged = JudgedItem(item, tuple(versions))
    row = judgement_row(STRINGS, judged)
    assert (row["count"], row["flag"], row["note"]) == (2, "not French", "70, 70")
    shown = judged_value(STRINGS, judged, store.projects.get(item.project_id), NotOfEve())
    assert [(one["flag"], one["may_decide"]) for one in shown["versions"]] == [
        ("", True),
        ("not French", False),
    ]
    eve = shown["versions"][1]
    assert eve["asked"]["asked"] == "eve" and eve["asked"]["units"] == [(0, 2), (3, 7), (7, 8)]
    assert (eve["given"]["score"], eve["given"]["spans"]) == (70, [])
    store.close()


def test_all_that_share_the_first_place_are_the_best(tmp_path: Path) -> None:
    store = open_empty(tmp_path / "x.db")
    (item_id,) = project_of(store, "comparison")
    item = store.projects.item(item_id)
    answer = {"seed": 0, "order": [0, 1, 2], "ranks": [2, 1, 1]}
    made = NewJudgement(item_id=item_id, kind="comparison", answer=answer, duration_s=4.5)
    judged = JudgedItem(item, (JudgedVersion(store.judgements.add(made), None),))
    (shown,) = judged_value(STRINGS, judged, store.projects.get(item.project_id), Shuffled())["versions"]
    assert {one["text"]: one["best"] for one in shown["ranked"]} == dict(
        zip(TEXTS, (False, True, True), strict=True)
    )
    store.close()
