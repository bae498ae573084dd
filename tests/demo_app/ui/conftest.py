from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from demo_app.services.dataset import DatasetService
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Judging
from demo_app.services.people import acting
from demo_app.ui.annotate_handlers import AnnotateHandlers
from demo_app.ui.annotate_layout import AnnotateParts
from demo_app.ui.services import Services
from tests.demo_app.services.project_rig import Rig
from tests.demo_app.ui.annotate_rig import ADA, BOB, PARTS, ROOT, STRINGS, Gate


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One store for all: each test has a project of its own."""
    made = Rig(tmp_path_factory.mktemp("annotate"), Gate())
    for who in (ADA, BOB, ROOT):
        made.store.users.add(str(who.id), who.name, "-", "annotator")
        made.store.users.set_languages(str(who.id), {"fr": 5, "en": 3})
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def page(rig: Rig) -> AnnotateHandlers:
    corrections = rig.turns.corrections
    services = SimpleNamespace(
        projects=rig.projects,
        turns=rig.turns,
        dataset=DatasetService(rig.settings, corrections.corrections, corrections.gate),
        judgements=JudgementService(
            Judging(rig.settings, rig.store.projects, rig.store.translations),
            rig.store.judgements,
            rig.store.judgement_queue,
            rig.store.judgement_reviews,
            acting,
        ),
    )
    return AnnotateHandlers(cast(Services, services), STRINGS, cast(AnnotateParts, PARTS))
