"""People who annotate, projects for them, and what their page asks."""

from types import SimpleNamespace
from typing import Any

from demo_app.services.people import Person, acting_as
from demo_app.services.projects import Models
from demo_app.services.quality.findings import Candidate
from demo_app.store.project_records import ProjectRecord
from demo_app.store.records import UNCHECKED, Assessment
from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.annotate_layout import AnnotateParts
from demo_app.ui.strings import load_strings
from tests.demo_app.services.project_rig import Rig, Watching
from tests.demo_app.store.project_samples import new_project

ADA = Person(id="ada", name="Ada", role="annotator", may_contribute=True)
BOB = Person(id="bob", name="Bob", role="annotator", may_contribute=True)
ROOT = Person(id="root", name="Root", role="admin", may_contribute=True)
STRINGS = load_strings("en")
PARTS = SimpleNamespace(**{name: name for name in AnnotateParts.__dataclass_fields__})


class Gate:
    """Sets garbage aside."""

    def assess(self, one: Candidate) -> Assessment:
        if one.corrected_text != "garbage":
            return UNCHECKED
        finding = {"check": "copy", "severity": "severe", "values": {}}
        return Assessment((finding,), "quarantined")


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
