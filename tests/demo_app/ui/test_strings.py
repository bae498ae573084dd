"""The words of the page: the same in number and meaning in every language."""

import copy
import re
from dataclasses import fields
from typing import Any

import pytest

from core.errors import ConfigError
from demo_app.ui.strings import Strings, load_strings, read_tables, strings_from

ENGLISH, CHINESE = read_tables("en"), read_tables("zh")
SAME_ON_PURPOSE = {"Interlinear", "HTER", "CSV", "TSV", "TMX", "Parquet", "ESA", "MQM"}
"""Names that are not translated."""
OWN = ("errors",)
"""Tables that a language fills as it needs."""


def flat(tables: dict[str, Any]) -> dict[str, str]:
    return {
        f"{table}.{key}": text
        for table, entries in tables.items()
        if table not in OWN
        for key, text in entries.items()
    }


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[^}]*\}", text))


def test_both_languages_have_the_same_tables_and_keys_in_the_same_order() -> None:
    assert list(ENGLISH) == list(CHINESE)
    assert list(flat(ENGLISH)) == list(flat(CHINESE))


def test_each_string_is_translated_and_fills_in_the_same_values() -> None:
    chinese_of = flat(CHINESE)
    for key, english in flat(ENGLISH).items():
        chinese = chinese_of[key]
        assert english.strip() and chinese.strip(), key
        assert placeholders(english) == placeholders(chinese), key
        assert english != chinese or english in SAME_ON_PURPOSE, key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_strings_hold_what_the_file_says(language: str) -> None:
    strings, tables = load_strings(language), read_tables(language)
    assert strings.language == language
    for name in (field.name for field in fields(Strings) if field.name != "language"):
        table = getattr(strings, name)
        assert (table if isinstance(table, dict) else vars(table)) == tables[name]


def test_every_view_that_saves_a_picture_has_a_title_for_it() -> None:
    views = ("heatmap", "heads", "ribbon", "tree", "compare", "matter")
    assert [view for view in views if "picture_title" not in ENGLISH[f"lab_{view}"]] == []


@pytest.mark.parametrize("table", ["correct", "gloss"])
def test_a_missing_and_an_unknown_key_are_told(table: str) -> None:
    for change, word in ((_without_one, "lacks ['"), (_with_one_more, "has also ['surplus']")):
        tables = copy.deepcopy(CHINESE)
        change(tables[table])
        with pytest.raises(ConfigError, match=re.escape(f"[{table}] in assets/strings/zh.toml")) as raised:
            strings_from("zh", tables, ENGLISH)
        assert word in str(raised.value)


def test_a_missing_and_an_unknown_table_are_told() -> None:
    with pytest.raises(ConfigError, match=re.escape("lacks ['gloss'] and has also []")):
        strings_from("zh", {name: table for name, table in CHINESE.items() if name != "gloss"}, ENGLISH)
    with pytest.raises(ConfigError, match=re.escape("lacks [] and has also ['surplus']")):
        strings_from("zh", {**CHINESE, "surplus": {}}, ENGLISH)


def _without_one(table: dict[str, str]) -> None:
    del table[next(iter(table))]


def _with_one_more(table: dict[str, str]) -> None:
    table["surplus"] = "x"
