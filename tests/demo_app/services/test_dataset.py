import pytest

from core.errors import EmptyTextError, TextTooLongError
from demo_app.services.dataset import DatasetService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import Assessment, Status
from tests.demo_app.services.quality.samples import Passing
from tests.demo_app.store.samples import correct


@pytest.fixture
def service(store: Store) -> DatasetService:
    return DatasetService(Settings(max_text_chars=50), store.corrections, Passing())


def test_edit_is_checked_like_a_first_correction(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    for text, error in (("  ", EmptyTextError), ("x" * 51, TextTooLongError)):
        with pytest.raises(error):
            service.edit(record.id, 1, text)
    assert service.history(record.id) == (record,)


def test_an_edit_may_bring_a_comment(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    assert service.edit(record.id, 1, "finer", "is it?").comment == "is it?"
    assert service.edit(record.id, 2, "finest").comment == "is it?"
    with pytest.raises(TextTooLongError):
        service.edit(record.id, 3, "fine", "x" * 1001)


FAST = ({"check": "too_fast", "severity": "severe", "values": {"typed": 40, "seconds": 0.5}},)


@pytest.mark.parametrize("status", ["quarantined", "rejected"])
def test_no_edit_releases_what_was_typed_too_fast(
    service: DatasetService, store: Store, status: Status
) -> None:
    record = correct(store, "fine", assessed=Assessment(FAST, "quarantined"))
    if status == "rejected":
        record = store.reviews.reject(record.id, 1, "too free")
    same = service.edit(record.id, record.revision, "fine", "a comment")
    assert (same.status, same.checks, same.comment) == (status, FAST, "a comment")
    another = service.edit(record.id, same.revision, "finer")
    assert (another.status, another.checks) == ("quarantined", FAST)
    released = service.release(record.id, another.revision)
    assert service.edit(record.id, released.revision, "finest").status == "submitted"


def test_the_same_text_again_leaves_a_decision(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    store.reviews.accept(record.id, 1)
    assert service.edit(record.id, 2, "fine").status == "accepted"


def test_deleted_record_comes_back_with_restore(service: DatasetService, store: Store) -> None:
    record = correct(store, "fine")
    service.delete(record.id, 1)
    assert service.counts().total == 0
    service.restore(record.id, 2)
    assert service.counts().total == 1
    assert service.get(record.id).corrected_text == "fine"
