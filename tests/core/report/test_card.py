"""Model cards as pages: every figure from card.json, every sentence from a figure."""

import json
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from core.checkpoint import load_checkpoint
from core.config import ConvolutionalConfig, ModelConfig, RecurrentConfig, TransformerConfig
from core.report.card import card_page
from core.report.card_findings import findings
from core.report.card_network import network
from core.report.markdown import table
from tests.golden.rows import MODELS, shipped_names

Card = dict[str, Any]


def stored(name: str) -> Card:
    return dict(json.loads((MODELS / name / "card.json").read_text(encoding="utf-8")))


@pytest.fixture
def card() -> Card:
    """That of the first shipped model, to be changed at will."""
    return deepcopy(stored("fr-en"))


def test_a_head_that_was_taught_is_told_with_its_command(card: Card) -> None:
    assert "core guide" not in card_page(card)
    taught = {"layer": 1, "head": 3, "later": True, "epochs": 0.5, "pairs": 1234}
    for of_folder, option in (({}, ""), ({"pairs_of_each": 300}, "--pairs 300 ")):
        card["training"]["alignment"] = {**taught, **of_folder}
        assert (
            f"`python -m core guide --data FOLDER {option}--layer 1 --head 3 --later --epochs 0.5`, on 1,234"
            in card_page(card)
        )


@pytest.mark.parametrize("name", shipped_names())
def test_the_card_of_a_shipped_model_is_of_that_model_and_of_its_figures(name: str) -> None:
    checkpoint, values = load_checkpoint(MODELS / name), stored(name)
    assert values["model_id"] == checkpoint.model_id
    assert card_page(values) == checkpoint.card


@pytest.mark.parametrize("name", shipped_names())
def test_the_card_of_a_shipped_model_has_every_figure_of_every_direction(name: str) -> None:
    card, checkpoint = stored(name), load_checkpoint(MODELS / name)
    directions = {"-".join(direction) for direction in checkpoint.directions}
    searches = {(row["direction"], row["search"]) for row in card["quality"]}
    assert searches == {(direction, search) for direction in directions for search in ("greedy", "beam 5")}
    for row in card["quality"]:
        assert {"bleu", "chrf", "ter"} <= set(row) & set(row["signatures"])
        assert f"tok:{'zh' if row['direction'].endswith('zh') else '13a'}" in row["signatures"]["bleu"]
    assert {f"{one['source']}-{one['target']}" for one in card["examples"]} == directions
    assert {"seed", "tokens_seen", "duration_s", "device"} <= set(card["training"])
    assert all(corpus["licence"] and corpus["attribution"] for corpus in card["data"])
    assert "empty" not in {fault for line in card["robustness"]["failing"] for fault in line["faults"]}


@pytest.mark.parametrize("name", shipped_names())
def test_each_head_of_a_shipped_model_is_measured_as_an_aligner(name: str) -> None:
    tables, network = stored(name)["alignment"], stored(name)["network"]
    layers, heads = network.get("decoder_layers", 1), network.get("heads", 1)
    if network.get("attention") == "none":
        assert not tables
        return
    golds = {"fr-en", "zh-en"} & set(stored(name)["directions"])
    expected = {(gold, links) for gold in golds for links in ("argmax", "intersection")}
    assert {(found["direction"], found["links"]) for found in tables} >= expected
    for found in tables:
        single = {(one["layer"], one["head"]) for one in found["heads"]} - {(None, None)}
        assert single == (set(product(range(layers), range(heads))) if layers * heads > 1 else set())
        assert len(found["heads"]) >= layers * heads


def test_several_processes_are_told(card: Card) -> None:
    card["training"] |= {"device": "CPU, 1 thread", "processes": 2}
    assert "minutes on CPU, 1 thread in each of 2 processes |" in card_page(card)
    card["training"] |= {"device": "CPU, 2 threads", "processes": 1}
    assert "minutes on CPU, 2 threads |" in card_page(card)


def test_every_figure_of_quality_stands_in_the_table(card: Card) -> None:
    lines = card_page(card).splitlines()
    for row in card["quality"]:
        figures = f"| {row['search']} | {row['bleu']:.2f} | {row['chrf']:.2f} | {row['ter']:.2f} |"
        assert len([line for line in lines if figures in line]) == 1


def test_the_best_head_is_named_where_there_are_several(card: Card) -> None:
    mean = {"layer": None, "head": None, "aer": 50.0, "precision": 1.0, "recall": 2.0, "links": 3}
    best = {**mean, "layer": 2, "head": 5, "aer": 31.25}
    tables = {"data": "gold", "direction": "fr-en", "links": "argmax", "best": best, "heads": [mean, best]}
    assert "| 50.0 | layer 2, head 5 | 31.2 |" in card_page({**card, "alignment": [tables]})
    assert "alignment" not in card_page({**card, "alignment": []})


def test_noise_and_weights_are_told(card: Card) -> None:
    card["noise"] = 0.12
    card["data"][0]["files"][0]["weight"] = 2
    page = card_page(card)
    assert "Of 12 % of the pairs, noisy copies" in page and "read 2 times an epoch" in page


def test_a_run_without_dev_sentences_is_told_by_its_dev_loss(card: Card) -> None:
    del card["training"]["dev_bleu_greedy"]
    card["training"]["dev_loss"] = 2.5
    assert "of its checkpoints, dev loss 2.500 |" in card_page(card)


@pytest.mark.parametrize("start", ["assets/models/first", "runs/first/model", "runs/first/model/"])
def test_what_a_run_began_with_is_called_by_its_name(card: Card, start: str) -> None:
    card["training"]["start"] = start
    assert "begun with the weights of first;" in card_page(card)


def test_findings_follow_the_figures(card: Card) -> None:
    best = {row["direction"]: row for row in card["quality"] if row["search"] == "beam 5"}
    best["en-fr"]["bleu"], best["fr-en"]["bleu"] = 70.0, 60.0
    for row in best.values():
        row["by_length"] = [
            {"length": "1–5", "unit": "words", "sentences": 20, "bleu": 30.0},
            {"length": "6–10", "unit": "words", "sentences": 20, "bleu": 40.0},
            {"length": "11–15", "unit": "words", "sentences": 19, "bleu": 1.0},
        ]
    said = " ".join(findings(card))
    assert "Highest BLEU: en → fr" in said and "lowest: fr → en" in said
    assert "Best on sources of 6–10 words (BLEU 40.0), worst on those of 1–5 words (30.0)" in said


def test_what_visitors_type_is_told_by_the_kinds_that_fail_most(card: Card) -> None:
    kinds = [("a", 10, 10), ("b", 9, 10), ("c", 1, 10), ("d", 5, 10), ("e", 8, 10)]
    shares = [{"kind": k, "passed": p, "lines": n, "percent": 100 * p / n} for k, p, n in kinds]
    card["robustness"] = {
        **{"data": "own.tsv", "lines": 50, "percent": 66.0, "emoji_percent": None, "kinds": shares}
    }
    said = " ".join(findings(card))
    assert "Of 50 lines" in said and "worst at c (10 %), d (50 %) and e (80 %)." in said
    assert "## What visitors type" in card_page(card)
    del card["robustness"]
    assert "visitors" not in card_page(card)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (RecurrentConfig(attention="none"), "bidirectional GRU encoder (1 layer of 256 a direction)"),
        (RecurrentConfig(attention="none"), "no attention"),
        (ConvolutionalConfig(), "convolutional encoder (4 layers of 256, 3 wide)"),
        (TransformerConfig(), "Transformer, 3 + 3 layers, 4 heads, feed-forward 1,024"),
    ],
)
def test_every_network_is_said_in_a_phrase(config: ModelConfig, said: str) -> None:
    assert said in network(vars(config))


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("a", "b"), [("one|two", "three\nfour")]).splitlines()[2:] == ["| one\\|two | three four |"]
