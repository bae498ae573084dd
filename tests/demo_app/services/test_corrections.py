import pytest

from core.errors import EmptyTextError, ForbiddenCharacterError, InputError, NotFoundError, TextTooLongError
from demo_app.services.corrections import CorrectionService
from demo_app.services.notes import MAX_NOTE_CHARS
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery, NewCorrection
from tests.demo_app.services.quality.samples import Passing
from tests.demo_app.store.samples import translation


@pytest.fixture
def service(store: Store) -> CorrectionService:
    return CorrectionService(Settings(max_text_chars=50), store.corrections, store.translations, Passing())


@pytest.fixture
def shown(store: Store) -> str:
    """Id of a translation that a person is looking at."""
    return store.translations.add(translation("Oui.", "Yes.")).id


def test_submitted_correction_is_stored_as_typed(
    service: CorrectionService, store: Store, shown: str
) -> None:
    record = service.submit(NewCorrection(shown, 0, 0, "  Yes,\tsure.\n", "corrected", 2.5))
    assert store.corrections.get(record.id).corrected_text == "  Yes,\tsure.\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyTextError),
        (" \n\t ", EmptyTextError),
        ("x" * 51, TextTooLongError),
        ("a\0b", ForbiddenCharacterError),
        ("a\x1bb", ForbiddenCharacterError),
        ("a\ud800", ForbiddenCharacterError),
    ],
)
def test_unusable_text_is_refused_and_nothing_stored(
    service: CorrectionService, store: Store, shown: str, text: str, error: type[InputError]
) -> None:
    with pytest.raises(error):
        service.submit(NewCorrection(shown, 0, 0, text, "corrected", 1))
    assert store.corrections.counts().total == 0


@pytest.mark.parametrize("comment", ["x" * (MAX_NOTE_CHARS + 1), "a\0b", " \n"])
def test_unusable_comment_is_refused_and_nothing_stored(
    service: CorrectionService, store: Store, shown: str, comment: str
) -> None:
    with pytest.raises(InputError):
        service.submit(NewCorrection(shown, 0, 0, "Yes!", "corrected", 1, comment=comment))
    assert store.corrections.counts().total == 0


def test_a_comment_comes_with_the_correction(service: CorrectionService, shown: str) -> None:
    record = service.submit(NewCorrection(shown, 0, 0, "Yes!", "corrected", 1, comment="Formal?\n"))
    assert record.comment == "Formal?\n"


@pytest.mark.parametrize("duration_s", [-1.0, float("nan"), float("inf"), 1e9])
def test_impossible_duration_is_refused(service: CorrectionService, shown: str, duration_s: float) -> None:
    with pytest.raises(InputError, match="time taken must be from 0"):
        service.submit(NewCorrection(shown, 0, 0, "Yes!", "corrected", duration_s))


def test_correction_of_an_unknown_translation_is_not_found(service: CorrectionService) -> None:
    with pytest.raises(NotFoundError, match="'unknown'"):
        service.submit(NewCorrection("unknown", 0, 0, "Yes!", "corrected", 1))


def test_undo_hides_the_correction_and_keeps_its_history(
    service: CorrectionService, store: Store, shown: str
) -> None:
    record = service.submit(NewCorrection(shown, 0, 0, "Yes!", "corrected", 1))
    service.undo(record.id, record.revision)
    assert store.corrections.search(CorrectionQuery()).total == 0
    assert [each.corrected_text for each in store.corrections.history(record.id)] == ["Yes!", "Yes!"]
