"""What is measured for a model card."""

from pathlib import Path

import pytest

from core.errors import CorpusError
from core.evaluation.card import (
    SEARCHES,
    gold_files,
    held_out_files,
    measure_alignment,
    measure_quality,
    measure_speed,
    write_examples,
)
from core.report.card_findings import head_name
from tests.tiny import CONFIG, DIRECTIONS, SENTENCES, tiny_translator


def write_pairs(folder: Path, name: str) -> Path:
    rows = zip(SENTENCES[5:], SENTENCES[:5], strict=True)
    (folder / name).write_text("".join(f"{one}\t{other}\n" for one, other in rows), encoding="utf-8")
    return folder / name


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "align").mkdir()
    path = tmp_path / "align" / "gold.fr-en.dev.tsv"
    path.write_text("le phare\tthe light house\t0-0\t1-2\nla baie\tthe bay\t1-1\t\n", encoding="utf-8")
    return path


def test_every_direction_is_measured_with_every_search(tmp_path: Path) -> None:
    tests = [write_pairs(tmp_path, "a.fr-en.test.tsv"), write_pairs(tmp_path, "b.de-en.test.tsv")]
    rows = measure_quality(tiny_translator(), tests, limit=3)
    expected = [(f"{source}-{target}", search) for source, target in DIRECTIONS for search in SEARCHES]
    assert [(row["direction"], row["search"]) for row in rows] == expected
    assert {(row["data"], row["sentences"]) for row in rows} == {("a.fr-en.test.tsv", 3)}
    assert all(set(row["signatures"]) == {"bleu", "chrf", "ter"} for row in rows)


def test_every_search_has_a_speed(tmp_path: Path) -> None:
    rates = measure_speed(tiny_translator(), [write_pairs(tmp_path, "a.fr-en.test.tsv")])
    assert set(rates) == set(SEARCHES) and min(rates.values()) > 0


def test_the_test_files_are_those_beside_the_dev_files(tmp_path: Path) -> None:
    found = write_pairs(tmp_path, "a.fr-en.test.tsv.gz")
    assert held_out_files(tmp_path, ["a.fr-en.dev.tsv.gz", "b.fr-en.dev.tsv.gz"]) == [found]
    with pytest.raises(CorpusError, match=r"b\.fr-en\.test\.tsv"):
        held_out_files(tmp_path, ["b.fr-en.dev.tsv"])


def test_each_direction_has_its_heads_and_both_together_have_theirs(tmp_path: Path, gold: Path) -> None:
    assert gold_files(tmp_path) == [gold]
    tables = measure_alignment(tiny_translator(), [gold])
    assert [(table["direction"], table["links"]) for table in tables] == [
        *(("fr-en", "argmax"), ("en-fr", "argmax"), ("fr-en", "intersection"))
    ]
    for table in tables:
        assert table["best"]["aer"] == min(row["aer"] for row in table["heads"])
    assert tables[2]["heads"][0]["links"] <= min(table["heads"][0]["links"] for table in tables[:2])


def test_the_aligner_is_measured_as_it_is_read_after_all_heads(gold: Path) -> None:
    plain = measure_alignment(tiny_translator(), [gold])
    with_one = tiny_translator()
    with_one.aligner = (0, 0)
    for table, before in zip(measure_alignment(with_one, [gold]), plain, strict=True):
        *heads, last = table["heads"]
        assert heads == before["heads"]
        assert (last["layer"], last["head"], last["later"]) == (0, 0, True)
        assert head_name(last) == "layer 0, head 0, one row later"


def test_a_model_without_attention_has_no_alignment(gold: Path) -> None:
    blind = tiny_translator(type(CONFIG)(**{**vars(CONFIG), "attention": "none"}))
    assert measure_alignment(blind, [gold]) == []


def test_examples_are_written_in_every_direction_of_their_language() -> None:
    texts = [{"language": "fr", "text": SENTENCES[5]}, {"language": "de", "text": "Der Leuchtturm."}]
    found = write_examples(tiny_translator(), texts)
    assert [(row["source"], row["target"], row["text"]) for row in found] == [("fr", "en", SENTENCES[5])]
