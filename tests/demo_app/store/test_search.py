from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from core.errors import ConfigError
from demo_app.store.database import Store
from demo_app.store.records import CorrectionQuery, NewCorrection
from demo_app.store.search import fold
from tests.demo_app.store.samples import correct, translation


def found(store: Store, text: str) -> list[str]:
    return [row.corrected_text for row in store.corrections.search(CorrectionQuery(text=text)).rows]


@pytest.mark.parametrize("wildcard", ["100%", "_x_", "a\\b", "/", "%", "_", "\\", "[a-z]", "*"])
def test_wildcards_are_taken_literally(store: Store, wildcard: str) -> None:
    correct(store, f"before {wildcard} after")
    correct(store, "100 axe ab")
    assert found(store, wildcard) == [f"before {wildcard} after"]


@pytest.mark.parametrize(
    ("text", "query"),
    [("Été", "ÉTÉ"), ("ΟΔΟΣ", "οδος"), ("Straße", "STRASSE"), ("école", "e\u0301cole"), ("北京", "京")],
)
def test_case_and_composition_do_not_matter_in_any_script(store: Store, text: str, query: str) -> None:
    correct(store, text)
    assert found(store, query) == [text]


def test_source_and_machine_and_corrected_text_are_searched_and_not_across(store: Store) -> None:
    correct(store, "gamma", source="alpha", machine="beta")
    for word in ("alp", "BET", "mma"):
        assert found(store, word) == ["gamma"]
    assert found(store, "phab") == found(store, "abe") == found(store, "delta") == []


def test_an_edit_is_found_by_its_new_text_only(store: Store) -> None:
    record = correct(store, "umbrella")
    store.corrections.edit(record.id, 1, "parasol")
    assert found(store, "umbrella") == []
    assert found(store, "parasol") == ["parasol"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("aAéÉ%_\\/ß'\"", max_size=12), query=st.text("aAéÉ%_\\/ß'\"", min_size=1, max_size=5))
def test_search_agrees_with_python(store: Store, text: str, query: str) -> None:
    record = correct(store, text, source="-", machine="-")
    hits = store.corrections.search(CorrectionQuery(text=query, page_size=500)).rows
    assert (record in hits) == (fold(query) in fold(text))


@pytest.mark.parametrize("length", [11, 12, 13, 40])
def test_a_long_text_is_found_whole_though_indexes_see_its_beginning(store: Store, length: int) -> None:
    asked = "the 12% of _ we saw, and then some more"[:length]
    hit = correct(store, f"He said {asked.upper()}.")
    correct(store, f"He said {asked[:-1]}§ and {asked[1:]}.")
    assert found(store, asked) == [hit.corrected_text]


@pytest.mark.sqlite
def test_a_rare_text_is_looked_up_and_pages_far_back_are_counted_off(store: Store) -> None:
    """With a million rows, looking through all texts or walking whole rows would take seconds."""
    correct(store, "a needle in it")
    steps = [step for plan in plans_of(store, CorrectionQuery(text="NEEDLE")) for step in plan]
    assert any("corrections_search VIRTUAL TABLE INDEX" in step for step in steps)
    assert not any(step.startswith("SCAN corrections USING") or step == "SCAN corrections" for step in steps)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "query",
    [
        CorrectionQuery(statuses=("submitted",)),
        CorrectionQuery(source_language="fr"),
        CorrectionQuery(source_language="fr", target_language="en", verdict="right"),
    ],
)
def test_a_page_is_walked_to_in_its_order_whatever_it_is_chosen_by(
    store: Store, query: CorrectionQuery
) -> None:
    *_, page = plans_of(store, query)
    assert "SCAN corrections USING COVERING INDEX ix_corrections_present" in page
    assert not any("TEMP B-TREE" in step for step in page)


def plans_of(store: Store, query: CorrectionQuery) -> list[list[str]]:
    """What SQLite means to do for each statement of a search."""
    asked: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", keep)
    store.corrections.search(query)
    event.remove(store.database.engine, "before_cursor_execute", keep)
    with store.database.engine.connect() as connection:
        explained = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked)
        return [[str(step[3]) for step in plan] for plan in explained]


@pytest.mark.sqlite
def test_without_the_index_of_texts_every_text_is_looked_through(store: Store) -> None:
    correct(store, "umbrella")
    with store.database.engine.begin() as connection:
        for what in ("TRIGGER corrections_search_added", "TRIGGER corrections_search_changed"):
            connection.exec_driver_sql(f"DROP {what}")
        connection.exec_driver_sql("DROP TABLE corrections_search")
    correct(store, "parasol")
    assert (found(store, "BRELL"), found(store, "arasol")) == (["umbrella"], ["parasol"])


def test_pages_are_newest_first_and_neither_skip_nor_repeat(store: Store) -> None:
    texts = [correct(store, str(number)).corrected_text for number in range(11)]
    pages = [store.corrections.search(CorrectionQuery(page=page, page_size=3)) for page in range(1, 6)]
    assert [row.corrected_text for page in pages for row in page.rows] == texts[::-1]
    assert {page.total for page in pages} == {11}
    assert pages[4].rows == ()


def test_hits_of_a_text_are_counted_as_far_as_asked(store: Store) -> None:
    for number in range(5):
        correct(store, f"rain {number}")
    correct(store, "sun", source="-", machine="-")
    some, just, every = (
        store.corrections.search(CorrectionQuery(text=text, count_to=most))
        for text, most in (("rain", 4), ("rain", 5), ("", 1))
    )
    assert (some.total, some.is_exact, len(some.rows)) == (4, False, 4)
    assert (just.total, just.is_exact) == (5, True)
    assert (every.total, every.is_exact) == (6, True)


def test_an_edit_moves_nothing_to_another_page(store: Store) -> None:
    records = [correct(store, str(number)) for number in range(4)]
    store.corrections.edit(records[0].id, 1, "edited")
    rows = store.corrections.search(CorrectionQuery()).rows
    assert [row.id for row in rows] == [record.id for record in records[::-1]]


def test_filters_narrow_and_combine(store: Store) -> None:
    shown = store.translations.add(translation("Ja.", "Yes.", direction=("de", "en")))
    right = store.corrections.add(NewCorrection(shown.id, 0, 0, "Yes.", "right", 1))
    other = correct(store, "Yes, it rains.")
    for query, wanted in [
        (CorrectionQuery(source_language="de"), (right,)),
        (CorrectionQuery(target_language="en"), (other, right)),
        (CorrectionQuery(verdict="corrected"), (other,)),
        (CorrectionQuery(text="yes", verdict="right", source_language="de"), (right,)),
        (CorrectionQuery(text="yes", verdict="right", source_language="fr"), ()),
    ]:
        assert store.corrections.search(query).rows == wanted
        assert tuple(store.corrections.stream(query)) == wanted


@pytest.mark.parametrize(
    "wrong", [{"page": 0}, {"page_size": 0}, {"page_size": 501}, {"text": "x" * 1001}, {"verdict": "wrong"}]
)
def test_an_impossible_query_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="must be"):
        CorrectionQuery(**wrong)  # type: ignore[arg-type]
