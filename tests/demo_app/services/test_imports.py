import codecs
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError, StoreUnavailableError
from core.text.normalize import has_forbidden, normalize
from demo_app.services.imports import ROWS_PER_TRANSACTION, ImportReport, ImportService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery, CorrectionRecord
from tests.demo_app.store.files import file_of
from tests.demo_app.store.hard import ANY_TEXT, HARD_TEXTS
from tests.demo_app.store.samples import correct, open_empty

NOON = datetime(2026, 5, 4, 12, 0, 9, tzinfo=UTC)
USABLE_TEXTS = [text for text in HARD_TEXTS if text.strip() and not has_forbidden(text)]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def make() -> Store:
        opened.append(open_empty(tmp_path / f"{len(opened)}.db", prefix=f"s{len(opened)}"))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(stores: Callable[[], Store]) -> Store:
    return stores()


class Unsure:
    """Knows no language, but German when it is shouted."""

    def probabilities(self, text: str) -> dict[str, float]:
        return {"en": 0.0, "de": 1.0} if text == "ES REGNET HEUTE" else {}


class Importing:
    """A service, and what it told."""

    def __init__(self, store: Store) -> None:
        kept = store.histories, store.judged_histories
        self.service = ImportService(Settings(max_text_chars=80), *kept, lambda: NOON, Unsure())
        self.told: list[tuple[int, str]] = []

    def __call__(self, path: Path, direction: tuple[str, str] | None = None) -> ImportReport:
        self.told.clear()
        return self.service.run(path, direction, lambda line, words: self.told.append((line, words)))


@pytest.fixture
def importing(store: Store) -> Importing:
    return Importing(store)


def rows(store: Store) -> list[CorrectionRecord]:
    return [history[-1] for history in store.histories.stream(CorrectionQuery(include_deleted=True))]


def texts(store: Store) -> list[tuple[str, str, str]]:
    """Oldest first."""
    return [(one.source_text, one.machine_text, one.corrected_text) for one in reversed(rows(store))]


def file(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    return path


def test_a_jsonl_export_of_more_than_one_transaction_comes_in_whole(
    stores: Callable[[], Store], tmp_path: Path
) -> None:
    store, other = stores(), stores()
    record = correct(store, "rain")
    many = [(replace(record, id=f"n{number}"),) for number in range(ROWS_PER_TRANSACTION + 7)]
    store.histories.add(many)
    path = file_of(tmp_path, "jsonl", *rows(store))
    importing = Importing(other)
    assert importing(path) == ImportReport(added=len(many) + 1)
    assert rows(other) == rows(store)
    assert importing(path) == ImportReport(present=len(many) + 1)


def test_bad_lines_are_told_and_good_ones_kept(stores: Callable[[], Store], tmp_path: Path) -> None:
    store, importing = stores(), Importing(other := stores())
    good = [correct(store, text) for text in ("one", "two")]
    first, second = file_of(tmp_path, "jsonl", *good).read_text("utf-8").splitlines()
    path = file(tmp_path, "x.jsonl", first, "{", "", second, '{"id": 7}')
    assert importing(path) == ImportReport(added=2, refused=2)
    assert [line for line, _ in importing.told] == [5, 2]
    assert rows(other) == good


@pytest.mark.parametrize(
    "odd",
    [
        '{"x": NaN}',
        '{"x": [1e999]}',
        '{"x": -Infinity}',
        '{"x": ' + "[" * 900 + "]" * 900 + "}",
        "[" * 9999,
    ],
)
@pytest.mark.parametrize("field", ["options", "checks"])
def test_an_odd_value_deep_in_a_line_is_told_and_good_lines_are_kept(
    stores: Callable[[], Store], tmp_path: Path, field: str, odd: str
) -> None:
    store, importing = stores(), Importing(other := stores())
    good = [correct(store, text) for text in ("one", "two")]
    first, second = file_of(tmp_path, "jsonl", *good).read_text("utf-8").splitlines()
    whole = odd if field == "options" else f"[{odd}]"
    spoilt = json.dumps({**json.loads(first), "id": "odd", field: "HERE"}).replace('"HERE"', whole)
    assert importing(file(tmp_path, "x.jsonl", first, spoilt, second)) == ImportReport(added=2, refused=1)
    assert [line for line, _ in importing.told] == [2]
    assert rows(other) == good


def test_our_own_pairs_come_in_again(stores: Callable[[], Store], tmp_path: Path) -> None:
    store = stores()
    for text in USABLE_TEXTS:
        correct(store, text, source=text + " !", machine="It rain.")
    for kind in ("csv", "tsv"):
        other = stores()
        path = file_of(tmp_path, kind, *rows(store))
        importing = Importing(other)
        report = replace(importing(path), set_aside=0)  # Hard as they are, some fail a check.
        assert report == ImportReport(added=len(USABLE_TEXTS)), importing.told
        if kind == "csv":
            assert texts(other) == texts(store)[::-1]
        assert importing(path) == ImportReport(present=len(USABLE_TEXTS))


def test_pairs_by_their_place_or_by_their_names(importing: Importing, store: Store, tmp_path: Path) -> None:
    named = file(tmp_path, "a.csv", "Machine,extra,SOURCE,corrected", "It rain.,x,Il pleut.,It rains.")
    placed = file(tmp_path, "b.tsv", "Il neige.\tIt snows.\tIt snow.\tfr\ten\tmore", "Il gèle.\tIt freezes.")
    assert importing(named, ("fr", "en")).added == 1
    assert importing(placed, ("fr", "en")).added == 2
    assert texts(store) == [
        ("Il pleut.", "It rain.", "It rains."),
        ("Il neige.", "It snow.", "It snows."),
        ("Il gèle.", "", "It freezes."),
    ]


def test_an_imported_pair_is_a_correction_like_others(
    importing: Importing, store: Store, tmp_path: Path
) -> None:
    importing(file(tmp_path, "a.tsv", "Il pleut.\tIt rains.\tIt rain.", "Oui.\tYes.\tYes."), ("fr", "en"))
    right, mended = rows(store)
    assert (right.verdict, right.hter, mended.verdict) == ("right", 0.0, "corrected")
    assert mended.hter == pytest.approx(1 / 3)
    assert (mended.created_at, mended.model_id, mended.status) == (NOON, "imported", "submitted")
    assert store.corrections.edit(mended.id, 1, "It is raining.").revision == 2
    assert store.corrections.counts().by_direction == {("fr", "en"): 2}


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("...", "empty"),
        ("It \u202erains\u202c.", "characters"),
        ("It rains and it rains in all of the wide forests of the whole world.", "length"),
        ("Il pleut beaucoup.", "copy"),
        ("rain rain rain rain", "repetition"),
        ("Идёт дождь.", "script"),
        ("ES REGNET HEUTE", "language"),
    ],
)
def test_a_pair_that_a_check_speaks_against_is_set_aside_with_the_reason(
    importing: Importing, store: Store, tmp_path: Path, text: str, check: str
) -> None:
    path = file(tmp_path, "a.tsv", f"Il pleut beaucoup.\t{text}", "Oui.\tYes.")
    assert importing(path, ("fr", "en")) == ImportReport(added=2, set_aside=1)
    good, aside = rows(store)
    assert (good.status, good.checks, aside.status) == ("submitted", (), "quarantined")
    assert check in [one["check"] for one in aside.checks]
    assert store.corrections.counts().total == 1
    assert importing(path, ("fr", "en")) == ImportReport(present=2)


def test_one_pair_comes_in_once(importing: Importing, store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "a.tsv", *["Il pleut.\tIt rains."] * 3)
    assert importing(path, ("fr", "en")) == ImportReport(added=1, present=2)
    store.corrections.edit(rows(store)[0].id, 1, "mended here")
    assert importing(path, ("fr", "en")) == ImportReport(present=3)
    assert rows(store)[0].corrected_text == "mended here"
    assert importing(path, ("fr", "de")) == ImportReport(added=1, present=2)


BAD_ROWS = {
    "no second column": "alone",
    "no source": "\tIt rains.",
    "no correction": "Il pleut.\t \tIt rain.",
    "control character": "Il pleut.\tIt \x07 rains.",
    "too long": "Il pleut.\t" + "x" * 81,
    "a language that is none": "Il pleut.\tIt rains.\t\tfr en\t<b>",
    "half of the languages, and no other": "Il pleut.\tIt rains.\t\t\tde-",
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_told_by_its_line(importing: Importing, store: Store, tmp_path: Path, what: str) -> None:
    path = file(tmp_path, "a.tsv", "Un.\tOne.", "", BAD_ROWS[what], "Deux.\tTwo.\t\tfr\ten")
    direction = None if "no other" in what else ("fr", "en")
    report = importing(path, direction)
    assert report == (
        ImportReport(added=1, refused=2) if direction is None else ImportReport(added=2, refused=1)
    )
    assert 3 in [line for line, _ in importing.told]
    assert all(words.endswith(".") for _, words in importing.told)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_pairs_are_read_as_spreadsheets_save_them(
    importing: Importing, store: Store, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("source;corrected\nété, déjà;summer, already\nhiver;winter\n", encoding)
    assert importing(path, ("fr", "en")) == ImportReport(added=2)
    assert sorted(texts(store)) == [("hiver", "", "winter"), ("été, déjà", "", "summer, already")]


def test_pairs_come_through_a_pipe(importing: Importing, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(path.write_text, "source,corrected\nhiver,winter\n", "utf-8")
        assert importing(path, ("fr", "en")) == ImportReport(added=1)


def test_a_row_that_is_not_utf_8_is_refused_alone(importing: Importing, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF8 + b"source,corrected\r\n\xe9t\xe9,summer\r\nhiver,winter\r\n")
    assert importing(path, ("fr", "en")) == ImportReport(added=1, refused=1)
    assert importing.told == [(2, "The row must be UTF-8, but has the byte E9; save the file as UTF-8.")]


def test_the_line_of_a_row_is_that_on_which_it_begins(importing: Importing, tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "source,corrected", '"Il\npleut.","It\nrains."', '" ",x', "Oui,Yes")
    assert importing(path, ("fr", "en")) == ImportReport(added=2, refused=1)
    assert [line for line, _ in importing.told] == [5]


def test_a_quote_that_never_ends_is_told(importing: Importing, tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "source,corrected", "Oui,Yes", 'Non,"No', "Si,Yes")
    assert importing(path, ("fr", "en")) == ImportReport(added=1, refused=1)
    assert importing.told[0][0] == 3


@pytest.mark.parametrize("name", ["a.txt", "a.JSONL", "jsonl", "a.tmx"])
def test_another_ending_is_refused(importing: Importing, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"`ending of the file` must be one of .jsonl, .csv, .tsv"):
        importing(file(tmp_path, name, "x"))


def test_a_file_that_is_not_there_is_told(importing: Importing, tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv"):
        with pytest.raises(StoreUnavailableError, match=f"{name} must be readable"):
            importing(tmp_path / name)


@given(cells=st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=4))
def test_whatever_a_tsv_holds_each_row_is_kept_or_told(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    store = open_empty(folder / "x.db")
    importing = Importing(store)
    path = file(folder, "a.tsv", *("\t".join(pair) for pair in cells))
    report = importing(path, ("fr", "en"))
    assert report.refused == len(importing.told)
    assert report.added == len(rows(store))
    assert all(normalize(one.source_text) and not has_forbidden(one.source_text) for one in rows(store))
    store.close()


def test_an_import_says_nothing_of_what_it_does_not_know(importing: Importing, tmp_path: Path) -> None:
    assert importing(file(tmp_path, "empty.csv")) == ImportReport()
    assert importing(file(tmp_path, "empty.jsonl")) == ImportReport()
    assert importing(file(tmp_path, "header.tsv", "source\tcorrected")) == ImportReport()
