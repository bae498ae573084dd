"""What other programs read out of our files, text by text."""

import io
import json
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from pyarrow import parquet
from translate.storage.tmx import tmxfile

from core.errors import ConfigError
from core.text.corpus import read_pairs
from demo_app.store.database import Store
from demo_app.store.export import undefuse
from demo_app.store.records import CorrectionRecord
from demo_app.store.selection import COLUMNS
from tests.demo_app.store.files import file_of, written, written_of
from tests.demo_app.store.hard import ANY_TEXT, HARD_TEXTS
from tests.demo_app.store.samples import correct

pytestmark = pytest.mark.sqlite  # files are written of records, whichever database these were read from
TMX_DTD = """
<!ELEMENT tmx (header, body)>          <!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note|prop|ude)*>     <!ELEMENT ude EMPTY>
<!ATTLIST header creationtool CDATA #REQUIRED  creationtoolversion CDATA #REQUIRED
  segtype (block|paragraph|sentence|phrase) #REQUIRED  o-tmf CDATA #REQUIRED  adminlang CDATA #REQUIRED
  srclang CDATA #REQUIRED  datatype CDATA #REQUIRED  creationdate CDATA #IMPLIED>
<!ELEMENT body (tu*)>                  <!ELEMENT tu ((note|prop)*, tuv+)>
<!ATTLIST tu tuid CDATA #IMPLIED  creationdate CDATA #IMPLIED  changedate CDATA #IMPLIED
  srclang CDATA #IMPLIED  creationid CDATA #IMPLIED  changeid CDATA #IMPLIED>
<!ELEMENT tuv ((note|prop)*, seg)>     <!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)>               <!ELEMENT note (#PCDATA)>
<!ELEMENT prop (#PCDATA)>              <!ATTLIST prop type CDATA #REQUIRED>
"""
"""What TMX 1.4b says of the elements that we write."""
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def record(store: Store) -> CorrectionRecord:
    return correct(store, "It is raining.")


@pytest.fixture
def hard(store: Store) -> list[CorrectionRecord]:
    """One correction for each hard text, on both sides of it."""
    return [correct(store, text, source=text, machine="It rain.") for text in HARD_TEXTS]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """`datasets` keeps its cache here, and may ask nobody."""
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))

    def refuse(*_: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield


def test_pandas_reads_the_csv(tmp_path: Path, hard: list[CorrectionRecord]) -> None:
    frame = pandas.read_csv(file_of(tmp_path, "csv", *hard), keep_default_na=False, lineterminator=None)
    assert list(frame.columns) == list(COLUMNS)
    assert [undefuse(text) for text in frame["source_text"]] == HARD_TEXTS
    assert frame["hter"].tolist() == [one.hter for one in hard]


def test_pandas_and_pyarrow_read_the_parquet(tmp_path: Path, hard: list[CorrectionRecord]) -> None:
    path = file_of(tmp_path, "parquet", *hard)
    frame = pandas.read_parquet(path)
    assert [frame["source_text"].tolist(), frame["corrected_text"].tolist()] == [HARD_TEXTS, HARD_TEXTS]
    table = parquet.read_table(path)
    assert table.column_names == list(COLUMNS)
    rows = table.to_pylist()
    for row, one in zip(rows, hard, strict=True):
        values = row | {name: json.loads(row[name]) for name in ("options", "checks", "edits")}
        lists = ("source_ids", "target_ids", "n_best", "checks", "edits", "token_log_probs")
        assert CorrectionRecord(**values | {name: tuple(values[name]) for name in lists}) == one
    assert table.schema.field("created_at").type == pyarrow.timestamp("us", tz="UTC")


@ANY
@given(text=ANY_TEXT)
def test_parquet_keeps_any_text(record: CorrectionRecord, text: str) -> None:
    one = replace(record, source_text=text, n_best=(text, text))
    table = parquet.read_table(io.BytesIO(written_of("parquet", one)))
    assert [table["source_text"][0].as_py(), table["n_best"][0].as_py()] == [text, [text, text]]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.usefixtures("no_network")
def test_datasets_reads_jsonl_and_parquet(
    tmp_path: Path, store: Store, hard: list[CorrectionRecord], kind: str
) -> None:
    import datasets

    path = file_of(tmp_path, kind, *hard, store.corrections.delete(hard[0].id, 1))
    loaded: Any = datasets.load_dataset(
        {"jsonl": "json"}.get(kind, kind),
        data_files=str(path),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert loaded["corrected_text"][:-1] == HARD_TEXTS
    assert list(loaded[0]["n_best"]) == ["It rain."]


def test_a_translation_memory_library_reads_the_tmx(hard: list[CorrectionRecord]) -> None:
    units = tmxfile(io.BytesIO(written_of("tmx", *hard)), "fr", "en").units
    texts = [(unit.source, unit.target) for unit in units]
    assert texts == [(text, text) for text in HARD_TEXTS]
    assert units[0].getnotes() == "Machine translation: It rain."


def test_the_tmx_is_as_its_dtd_says(hard: list[CorrectionRecord]) -> None:
    tree = etree.fromstring(written_of("tmx", *hard))
    assert tree.getroottree().docinfo.system_url == "tmx14.dtd"
    dtd = etree.DTD(io.StringIO(TMX_DTD))
    assert dtd.validate(tree), dtd.error_log
    unit = tree.find("body/tu")
    assert unit.get("creationdate") == hard[0].created_at.strftime("%Y%m%dT%H%M%SZ")
    languages = [variant.get("{http://www.w3.org/XML/1998/namespace}lang") for variant in unit.iter("tuv")]
    assert languages == ["fr", "en"]


@ANY
@given(text=ANY_TEXT)
def test_tmx_keeps_any_text_that_xml_can_hold(record: CorrectionRecord, text: str) -> None:
    tree = etree.fromstring(written_of("tmx", replace(record, source_text=text, machine_text=text)))
    assert (tree.findtext("body/tu/tuv/seg") or "") == NO_XML.sub("\ufffd", text)


def test_without_pyarrow_it_is_told_what_to_install(
    record: CorrectionRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match="needs the package pyarrow, .* pip install pyarrow"):
        written_of("parquet", record)


def test_our_own_training_reads_the_tsv(tmp_path: Path, hard: list[CorrectionRecord]) -> None:
    path = tmp_path / "corrections.fr-en.tsv"
    path.write_bytes(written_of("tsv", *hard))
    pairs = list(read_pairs(path, "fr", "en"))
    breaks = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
    assert [pair.first for pair in pairs] == [breaks.sub(" ", text) for text in HARD_TEXTS]
    assert pairs[0].second == HARD_TEXTS[0]


@ANY
@given(text=ANY_TEXT)
def test_any_text_stays_on_its_line_of_the_tsv(record: CorrectionRecord, text: str) -> None:
    (line,) = written_of("tsv", replace(record, corrected_text=text)).decode().splitlines()
    assert line.count("\t") == 4


def test_preferences_are_what_a_person_changed(store: Store) -> None:
    changed = correct(store, "It is raining.")
    same = correct(store, "It rain.")
    gone = store.corrections.delete(correct(store, "Gone.").id, 1)
    (row,) = map(json.loads, written_of("preferences", changed, same, gone).splitlines())
    assert (row["prompt"], row["chosen"], row["rejected"]) == ("Il pleut.", "It is raining.", "It rain.")


@pytest.mark.parametrize("kind", ["tsv", "tmx", "preferences"])
@pytest.mark.parametrize("status", ["rejected", "quarantined"])
def test_pairs_leave_out_what_may_not_be_trained_on(record: CorrectionRecord, kind: str, status: Any) -> None:
    assert written_of(kind, replace(record, status=status)) == written(kind)
    assert written_of(kind, record) != written(kind)


def test_files_of_the_same_corrections_have_the_same_bytes(hard: list[CorrectionRecord]) -> None:
    for kind in ("jsonl", "csv", "tsv", "tmx", "parquet", "preferences"):
        assert written_of(kind, *hard) == written_of(kind, *hard)
