import csv
import io
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ForbiddenCharacterError
from demo_app.store.database import Store
from demo_app.store.export import defuse, undefuse, write_csv, write_jsonl
from demo_app.store.fields import MEANINGS
from demo_app.store.records import CorrectionQuery, CorrectionRecord
from demo_app.store.selection import COLUMNS, SCHEMA_VERSION, Selection
from tests.demo_app.store.hard import ANY_TEXT, HARD_TEXTS
from tests.demo_app.store.samples import correct


def jsonl_of(*rows: CorrectionRecord) -> str:
    file = io.StringIO(newline="")
    assert write_jsonl(Selection([(row,) for row in rows]), file) == len(rows)
    return file.getvalue()


def csv_of(*rows: CorrectionRecord) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    assert write_csv(Selection([(row,) for row in rows]), file) == len(rows)
    file.seek(0)
    return list(csv.DictReader(file))


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_hard_texts_survive_store_and_both_exports(store: Store, text: str) -> None:
    record = store.corrections.get(correct(store, text, source=text, machine=text + ".").id)
    assert json.loads(jsonl_of(record))["corrected_text"] == text
    (row,) = csv_of(record)
    assert [undefuse(row[name]) for name in ("source_text", "corrected_text")] == [text, text]


@pytest.mark.sqlite
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
def test_any_text_round_trips_and_stays_on_its_line(store: Store, text: str) -> None:
    record = replace(correct(store, "x"), corrected_text=text)
    lines = jsonl_of(record, record).splitlines()
    assert [json.loads(line)["corrected_text"] for line in lines] == [text, text]
    assert undefuse(csv_of(record)[0]["corrected_text"]) == text


def test_jsonl_holds_every_field_of_the_record(store: Store) -> None:
    deleted = store.corrections.delete(correct(store, "gone").id, 1)
    values = json.loads(jsonl_of(deleted))
    assert (values.pop("schema_version"), values.pop("history")) == (1, [])
    wanted = asdict(deleted)
    for name in ("created_at", "updated_at", "deleted_at"):
        wanted[name] = wanted[name].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert values == json.loads(json.dumps(wanted))


def test_csv_has_one_column_a_field_and_json_in_cells_of_lists(store: Store) -> None:
    record = correct(store, "It is raining.")
    (row,) = csv_of(record)
    assert tuple(row) == COLUMNS
    assert tuple(json.loads(row["target_ids"])) == record.target_ids
    assert json.loads(row["options"]) == record.options
    assert (float(row["score"]), row["deleted_at"]) == (record.score, "")


@pytest.mark.sqlite
@pytest.mark.parametrize("trigger", "=+-@\t\r\n＝＋－＠")
def test_no_text_cell_starts_a_formula(store: Store, trigger: str) -> None:
    (row,) = csv_of(replace(correct(store, "x"), corrected_text=trigger + "1+1"))
    assert row["corrected_text"] == "'" + trigger + "1+1"


@given(ANY_TEXT | st.text("'=+-@\t\r\n a", max_size=5))
def test_defusing_can_be_undone_exactly(cell: str) -> None:
    assert undefuse(defuse(cell)) == cell
    assert defuse(cell)[:1] not in set("=+-@\t\r\n＝＋－＠")


def test_nul_is_refused_before_it_reaches_a_file(store: Store) -> None:
    with pytest.raises(ForbiddenCharacterError, match=r"U\+0000"):
        correct(store, "a\0b")


def test_export_of_a_search_is_the_search(store: Store) -> None:
    for number in range(7):
        correct(store, f"rain {number}")
        correct(store, f"snow {number}")
    query = CorrectionQuery(text="SNOW", page_size=3)
    pages = [store.corrections.search(replace(query, page=page)) for page in (1, 2, 3)]
    searched = [row for page in pages for row in page.rows]
    assert [history for history in store.histories.stream(query)] == [(row,) for row in searched]
    assert len(searched) == pages[0].total == 7


def test_stream_shows_one_moment_though_others_go_on_writing(store: Store) -> None:
    records = [correct(store, str(number)) for number in range(3)]
    rows = store.histories.stream(CorrectionQuery())
    first = next(rows)
    store.corrections.edit(records[0].id, 1, "changed meanwhile")
    correct(store, "new meanwhile")
    assert [first, *rows] == [(record,) for record in records[::-1]]


def test_documentation_names_every_field_and_its_snippet_works() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "dataset.md").read_text("utf-8")
    table = page.split("\n## Fields\n")[1].split("\n### ")[0]
    unlinked = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", table)
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", unlinked, re.M)
    assert {name: (kind, meaning) for name, kind, meaning in rows} == MEANINGS
    assert [name for name, *_ in rows] == ["schema_version", *COLUMNS, "history"]
    assert f"Schema version **{SCHEMA_VERSION}**" in page
    snippet = re.search(r"^DEFUSED = .*?^    return [^\n]*", page, re.M | re.S)
    assert snippet
    names: dict[str, Any] = {"re": re}
    exec(snippet.group(), names)
    assert [names["undefuse"](defuse(text)) for text in HARD_TEXTS] == HARD_TEXTS
