"""The gate over a real store: it sets aside, says why, and loses nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NonFiniteScoresError, NotFoundError
from demo_app.services.corrections import CorrectionService
from demo_app.services.dataset import DatasetService
from demo_app.services.quality.gate import Gate
from demo_app.services.quality.languages import LangidDetector
from demo_app.services.quality.scores import Scores
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import USABLE, CorrectionQuery, CorrectionRecord, NewCorrection
from tests.demo_app.store.samples import open_empty, translation
from tests.fakes_translator import FakeTranslator

SOURCE = "Le boulanger ouvre sa boutique à six heures."
MACHINE = "The baker opens her shop at six."
GOOD = "The baker opens his shop at six o'clock."
GARBAGE = ["…", "aaaaaaaaaaaaaaaaaaaa", SOURCE, "Der Bäcker öffnet sein Geschäft um sechs Uhr.", "ok\u202e"]


class OneModel:
    """A pool of one model; none of it can be found when it is None."""

    def __init__(self, model: Scores | None) -> None:
        self.model = model

    def by_id(self, model_id: str) -> Scores:
        if self.model is None:
            raise NotFoundError("It is gone.")
        return self.model


class FailingModel(FakeTranslator):
    """Fails on every forced pass."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def score(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> tuple[float, ...]:
        raise self.error


class Desk:
    """Somebody corrects one sentence, again and again."""

    def __init__(self, folder: Path, model: Scores | None) -> None:
        self.store: Store = open_empty(folder / "x.db")
        gate = Gate(OneModel(model), self.store.corrections, DETECTOR, max_pieces=50)
        self.service = CorrectionService(Settings(), self.store.corrections, self.store.translations, gate)
        self.dataset = DatasetService(Settings(), self.store.corrections, gate)

    def save(self, text: str, seconds: float = 60.0) -> CorrectionRecord:
        shown = self.store.translations.add(translation(SOURCE, MACHINE)).id
        return self.service.submit(NewCorrection(shown, 0, 0, text, "corrected", seconds))


DETECTOR = LangidDetector()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, FakeTranslator())
    yield opened
    opened.store.close()


def names(record: CorrectionRecord) -> list[str]:
    return [check["check"] for check in record.checks]


def test_a_good_correction_is_submitted_with_nothing_found(desk: Desk) -> None:
    record = desk.save(GOOD)
    assert (record.status, names(record)) == ("submitted", [])


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_stored_as_it_was_typed_and_set_aside_with_its_reason(desk: Desk, text: str) -> None:
    record = desk.save(text)
    stored = desk.store.corrections.get(record.id)
    assert (stored.corrected_text, stored.status) == (text, "quarantined")
    assert any(check["severity"] == "severe" for check in stored.checks)
    assert desk.store.corrections.search(CorrectionQuery(statuses=USABLE)).total == 0


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, seconds=st.floats(0, 1000))
def test_no_text_is_lost_at_the_gate(desk: Desk, text: str, seconds: float) -> None:
    record = desk.save(text, seconds)
    assert desk.store.corrections.get(record.id).corrected_text == text
    severe = [check for check in record.checks if check["severity"] == "severe"]
    assert record.status == ("quarantined" if severe else "submitted")


@pytest.mark.parametrize(
    "model", [None, FailingModel(NonFiniteScoresError("NaN")), FailingModel(RuntimeError("a bug"))]
)
def test_a_model_that_is_gone_or_fails_stops_nobody(tmp_path: Path, model: Scores | None) -> None:
    desk = Desk(tmp_path, model)
    assert (desk.save(GOOD).status, desk.save(SOURCE).status) == ("submitted", "quarantined")
    desk.store.close()


def test_a_text_too_long_for_the_model_is_judged_without_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, FailingModel(AssertionError("asked about a long text")))
    assert "repetition" in names(desk.save("word " * 60))
    desk.store.close()


def test_the_same_again_is_a_duplicate_until_the_first_is_deleted(desk: Desk) -> None:
    first, second = desk.save(GOOD), desk.save(GOOD)
    assert (second.status, second.checks[0]["values"]) == ("quarantined", {"id": first.id})
    desk.dataset.delete(first.id, 1)
    desk.dataset.delete(second.id, 1)
    assert desk.save(GOOD).status == "submitted"


def test_where_several_people_were_asked_the_same_is_no_duplicate(desk: Desk) -> None:
    first = desk.save(GOOD)
    again = NewCorrection(first.translation_id, 0, 0, GOOD, "corrected", 60)
    found = [desk.service.assess(again, was_asked_for=asked) for asked in (False, True)]
    assert [one.status for one in found] == ["quarantined", "submitted"]


def test_typing_faster_than_fingers_is_set_aside_and_the_same_in_good_time_is_not(desk: Desk) -> None:
    text = "At six o'clock sharp our baker unlocks the door."
    assert names(desk.save(text, 0.5)) == ["too_fast"]
    assert desk.save(text + " ", 30).status == "submitted"


def test_an_edit_is_judged_anew_and_is_no_duplicate_of_itself(desk: Desk) -> None:
    record = desk.save("aaaaaaaaaaaaaaaaaaaaaaaa")
    mended = desk.dataset.edit(record.id, 1, GOOD)
    again = desk.dataset.edit(record.id, 2, GOOD)
    spoilt = desk.dataset.edit(record.id, 3, SOURCE)
    assert [each.status for each in (record, mended, again, spoilt)] == [
        "quarantined",
        "submitted",
        "submitted",
        "quarantined",
    ]


def test_what_is_released_counts_and_keeps_its_reasons(desk: Desk) -> None:
    record = desk.save("Der Bäcker öffnet sein Geschäft um sechs Uhr.")
    released = desk.dataset.release(record.id, 1)
    assert (released.status, released.checks) == ("submitted", record.checks)
    assert desk.dataset.counts().total == 1


def test_the_machine_s_own_text_is_not_held_against_it(desk: Desk) -> None:
    shown = desk.store.translations.add(translation(SOURCE, "Der Bäcker öffnet um sechs Uhr.")).id
    new = NewCorrection(shown, 0, 0, "Der Bäcker öffnet um sechs Uhr.", "right", 2.0)
    assert desk.service.submit(new).status == "submitted"
