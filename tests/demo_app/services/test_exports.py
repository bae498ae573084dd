import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.analysis.edits import HTER_SIGNATURE
from core.errors import ConfigError, InputError, NotFoundError, StoreError, StoreUnavailableError
from demo_app.services.exports import KINDS, ExportService, build_exports
from demo_app.services.people import LOCAL
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.fields import MEANINGS
from demo_app.store.records import OLD_HTER_SIGNATURE, CorrectionQuery, NewCorrection, Status
from demo_app.store.selection import COLUMNS
from demo_app.store.tally import HTER_STEPS, Tally
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import correct, translation
from tests.demo_app.store.test_preferences import compared

NOON = datetime(2026, 5, 4, 12, 0, 9, tzinfo=UTC)
ALL = CorrectionQuery()


@pytest.fixture
def service(store: Store) -> ExportService:
    settings = Settings(licence="CC0 1.0")
    return build_exports(settings, store, lambda: LOCAL, lambda: NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


def test_an_export_is_the_filtered_set_on_all_pages(
    service: ExportService, store: Store, folder: Path
) -> None:
    for number in range(5):
        correct(store, f"umbrella {number}")
        correct(store, f"parasol {number}")
    query = CorrectionQuery(text="UMBRELLA", page_size=2)
    found = [row.id for page in (1, 2, 3) for row in store.corrections.search(replace(query, page=page)).rows]
    lines = service.write_file(query, "jsonl", folder).read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == found
    with service.write_file(query, "csv", folder).open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == found
    assert len(found) == 5


def test_a_file_is_named_after_its_time_and_never_overwritten(
    service: ExportService, store: Store, folder: Path
) -> None:
    first = service.write_file(ALL, "jsonl", folder)
    correct(store, "later")
    second = service.write_file(ALL, "jsonl", folder)
    assert first.name == second.name == "corrections-20260504T120009Z.jsonl"
    assert (first.read_text(), second.read_text().count("\n")) == ("", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_snapshot_is_named_after_its_id(
    service: ExportService, store: Store, folder: Path, kind: str
) -> None:
    correct(store, "rain")
    snapshot = service.freeze("v1", ALL)
    before = service.write_file(service.find("v1"), kind, folder)
    correct(store, "more")
    again = service.write_file(snapshot, kind, folder)
    assert before.name.startswith(f"snapshot-{snapshot.id[:12]}.")
    assert before.read_bytes() == again.read_bytes() != b""


def test_only_what_was_accepted_is_frozen_where_it_is_asked_for(service: ExportService, store: Store) -> None:
    correct(store, "rain")
    accepted = store.reviews.accept(correct(store, "snow").id, 1)
    held = service.selection(service.freeze("v1", CorrectionQuery(statuses=("accepted",)))).newest()
    assert list(held) == [accepted]


def test_what_may_not_be_trained_on_is_not_frozen(service: ExportService, store: Store) -> None:
    kept = correct(store, "rain")
    store.corrections.delete(correct(store, "deleted").id, 1)
    aside = replace(correct(store, "set aside"), id="aside", status="quarantined")
    store.histories.add([(aside,), (replace(aside, id="rejected", status="rejected"),)])
    store.corrections.delete("id-6", 1)
    query = CorrectionQuery(include_deleted=True)
    held = service.selection(service.freeze("v1", query)).newest()
    assert [record.id for record in held] == [kept.id]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (CorrectionQuery(text="hail"), "none; widen it"),
        (ALL, r"is submitted or accepted, but .* are not \(1 rejected, 2 quarantined\); review"),
        (CorrectionQuery(text="snow"), r"are not \(1 quarantined\)"),
        (CorrectionQuery(statuses=("quarantined",)), r"is submitted or accepted, .* \(1 rejected, 2 quar"),
        (CorrectionQuery(statuses=("accepted",)), r"is accepted, but .* \(1 rejected, 2 quarantined\)"),
    ],
)
def test_what_was_set_aside_is_told_where_nothing_else_is_found(
    service: ExportService, store: Store, query: CorrectionQuery, words: str
) -> None:
    made: list[tuple[str, Status]] = [("fog", "rejected"), ("fog", "quarantined"), ("snow", "quarantined")]
    like = correct(store, "hail")
    store.corrections.delete(like.id, 1)
    for number, (text, status) in enumerate(made):
        store.histories.add([(replace(like, id=f"{number}", corrected_text=text, status=status),)])
    with pytest.raises(InputError, match=f"must hold a correction.*{words}"):
        service.freeze("v2", query)


def test_an_impossible_folder_is_told(service: ExportService, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="must be written to .*file/sub"):
        service.write_file(ALL, "csv", tmp_path / "file" / "sub")


@pytest.mark.parametrize("kind", KINDS)
def test_a_failed_export_leaves_no_file(
    service: ExportService, store: Store, folder: Path, kind: str
) -> None:
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE corrections RENAME TO gone")
    with pytest.raises(StoreError):
        service.write_file(ALL, kind, folder)
    assert list(folder.iterdir()) == []


def test_unknown_kinds_and_snapshots_are_refused(service: ExportService, folder: Path) -> None:
    with pytest.raises(ConfigError, match="`kind` must be one of jsonl, csv, .*, but is 'xlsx'"):
        service.write_file(ALL, "xlsx", folder)
    with pytest.raises(NotFoundError):
        service.find("v1")


def card_of(service: ExportService, what: Any, kind: str = "jsonl") -> str:
    tally = Tally()
    list(tally.watch(service.selection(what)).histories)
    return service.card(what, tally, kind)


def test_a_card_says_what_is_in_the_file(service: ExportService, store: Store) -> None:
    for text in ("It rain.", "It is raining.", "It rains."):
        correct(store, text)
    card = card_of(service, CorrectionQuery(source_language="fr"))
    assert card.startswith("---\nlicense: cc0-1.0\nlanguage:\n- en\n- fr\ntask_categories:\n- translation\n")
    assert "\n3 sentences that a model translated" in card
    assert "\n| direction | fr → en | 3 |\n" in card and "\nFilter: source_language `fr`.\n" in card
    assert card.endswith("## Licence\n\nCC0 1.0\n")
    assert all(f"| `{name}` | " in card for name in ("schema_version", *COLUMNS, "history"))


def test_a_card_counts_every_correction_in_one_class_of_hter(service: ExportService, store: Store) -> None:
    base = correct(store, "x")
    rates = (0.0, 0.05, 0.1, 0.11, 1.0, 1.01, 7.5)
    store.histories.add([(replace(base, id=f"h{place}", hter=rate),) for place, rate in enumerate(rates)])
    store.corrections.delete(base.id, 1)
    card = card_of(service, ALL)
    table = card.split("\n## ")[2].split("| signature of HTER")[0]
    classes = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert [line.split(" | ")[1].strip("| ") for line in classes] == ["1", "2", "1", "0", "0", "0", "1", "2"]
    assert len(classes) == len(HTER_STEPS) + 1


def test_a_card_tells_consent_and_how_hter_was_counted(service: ExportService, store: Store) -> None:
    base = correct(store, "x")
    older = replace(base, id="old", hter_signature=OLD_HTER_SIGNATURE, edits=None, licence="CC BY | 4.0")
    store.histories.add([(older,)])
    card = card_of(service, ALL)
    for row in ("`CC BY \\| 4.0` | 1 |", "| nobody was asked | 1 |"):
        assert row in card
    for signature in (HTER_SIGNATURE, OLD_HTER_SIGNATURE):
        assert "| `" + signature.replace("|", "\\|") + "` | 1 |" in card


def test_a_card_of_a_snapshot_names_it_and_never_changes(service: ExportService, store: Store) -> None:
    correct(store, "rain")
    snapshot = service.freeze("v1", ALL)
    card = card_of(service, snapshot)
    store.corrections.delete("id-2", 1)
    assert "Snapshot `v1`, frozen on 2026-03-" in card and snapshot.id in card
    assert card_of(service, snapshot) == card


def test_a_card_tells_how_far_people_agree_and_what_preferences_cannot_hold(
    service: ExportService, store: Store
) -> None:
    assert "Nothing of this was answered in a project" in card_of(service, ALL)
    one, other = project_of(store, items=2)
    for user_id, scores in (("ada", (10, 90)), ("bob", (20, 80))):
        for item, score in zip((one, other), scores, strict=True):
            rated(store, item, score, user_id=user_id)
    compared(store, 1, 1, 2)
    row = "| P1 | rating | 2 | 0.970 | 1.000 | – | – | – |"
    equal = "called equally good: 1."
    card = card_of(service, CorrectionQuery(source_language="fr"), "preferences")
    assert row in card and "| P2 | comparison | 0 | – " in card and equal in card
    assert row not in card_of(service, CorrectionQuery(source_language="en"))
    snapshot = service.freeze("v1", ALL, judgements=True)
    rated(store, one, 100, user_id="eve")
    assert row in card_of(service, snapshot) and row not in card_of(service, ALL)
    assert equal in card_of(service, snapshot)
    early = replace(snapshot, counts={"total": 0})
    assert "It was not kept when this was frozen." in card_of(service, early)


def test_agreement_of_a_snapshot_of_corrections_is_that_of_corrections(
    service: ExportService, store: Store
) -> None:
    rated(store, project_of(store)[0])
    (item,) = project_of(store, "post_edit")
    for person, text in (("ada", "It is raining."), ("bob", "It was raining.")):
        turn, shown = store.queue.take(store.projects.item(item).project_id, person), translation()
        new = NewCorrection(store.translations.add(shown).id, 0, 0, text, "corrected", 2, user_id=person)
        assert turn
        store.queue.answer(turn.slot_id, person, lambda new=new: store.corrections.add(new).id)  # type: ignore[misc]
    (only,) = service.freeze("v1", ALL).counts["agreement"]
    assert (only["project"], only["task"], only["shared_items"]) == ("P2", "post_edit", 1)
    assert only["alpha"] is None
    assert 50 < only["chrf"] < 100 and only["ter"] > 0


@pytest.mark.parametrize(("kind", "word"), [("tsv", "no header"), ("tmx", "1.4b"), ("preferences", "chosen")])
def test_a_card_tells_the_fields_of_its_own_kind(
    service: ExportService, store: Store, kind: str, word: str
) -> None:
    fields = card_of(service, ALL, kind).split("## Fields")[1]
    assert word in fields and "schema_version" not in fields


def test_a_card_of_nothing_can_be_made(service: ExportService) -> None:
    assert "\n0 sentences" in card_of(service, ALL)


def test_a_filter_cannot_break_the_markdown(service: ExportService) -> None:
    card = card_of(service, CorrectionQuery(text="`\n## Licence: none"))
    assert "\n## Licence: none" not in card


def test_every_field_has_a_meaning() -> None:
    assert list(MEANINGS) == ["schema_version", *COLUMNS, "history"]
