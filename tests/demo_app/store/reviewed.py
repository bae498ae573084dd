"""Items that several people have corrected, for reviewers to decide about."""

from demo_app.store.database import Store
from demo_app.store.project_records import ProjectRecord
from demo_app.store.records import UNCHECKED, Assessment, Author, CorrectionRecord, NewCorrection
from tests.demo_app.store.project_samples import project_of, taken
from tests.demo_app.store.samples import translation

EVE = Author(id="eve", role="reviewer")
FOUND = ({"check": "too_fast", "severity": "severe", "values": {"typed": 40, "seconds": 0.5}},)
SET_ASIDE = Assessment(FOUND, "quarantined")


def corrected_by(
    store: Store, who: str | None, text: str, assessed: Assessment = UNCHECKED
) -> CorrectionRecord:
    shown = store.translations.add(translation("Il pleut.", "It rain."))
    return store.corrections.add(NewCorrection(shown.id, 0, 0, text, "corrected", 4.5, who), assessed)


def answered_by(
    store: Store, project: ProjectRecord, who: str, text: str, flag: str = ""
) -> CorrectionRecord:
    """Takes the person's next turn, and answers it."""
    turn = taken(store, project, who)
    if flag:
        store.queue.flag(turn.slot_id, who, flag)
    answer_id = store.queue.answer(turn.slot_id, who, lambda: corrected_by(store, who, text).id)
    return store.corrections.get(answer_id)


def item_with(store: Store, *texts: str) -> tuple[str, list[CorrectionRecord]]:
    """An item with one version a text, by `p0`, `p1` and so on; its id and the versions."""
    project = project_of(store, 1, annotators=len(texts))
    versions = [answered_by(store, project, f"p{place}", text) for place, text in enumerate(texts)]
    item_id = store.review_queue.versions(versions[0].id)[0].item_id
    assert item_id
    return item_id, versions
