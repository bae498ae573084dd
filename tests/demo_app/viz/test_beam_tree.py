"""The tree holds what the search looked at, each candidate where it came from."""

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.options import BeamOptions
from core.results import Hypothesis, SearchTrace, SegmentTranslation, TraceCandidate
from demo_app.viz.beam_tree import MAX_NODES, beam_tree
from tests.tiny import SENTENCES, tiny_translator

OPTIONS = {
    "beam": BeamOptions(beam_size=4, n_best=4, max_length=13),
    "greedy": BeamOptions(beam_size=1, max_length=7),
    "cut at once": BeamOptions(beam_size=3, n_best=2, max_length=1),
    "diverse": BeamOptions(beam_size=6, groups=3, diversity=0.9, n_best=6, max_length=9),
    "kept from ending": BeamOptions(beam_size=2, n_best=2, min_length=5, max_length=11),
}


@cache
def traced(name: str) -> SearchTrace:
    return tiny_translator().trace(SENTENCES[0], "en", "fr", OPTIONS[name])


def path_to(tree: dict[str, Any], id: int) -> list[dict[str, Any]]:
    """From the first piece to this node."""
    path = []
    while id:
        path.append(tree["nodes"][id])
        id = tree["nodes"][id]["parent"]
    return path[::-1]


@pytest.mark.parametrize("name", OPTIONS)
def test_every_candidate_is_one_node_one_step_behind_its_parent(name: str) -> None:
    trace, tree = traced(name), beam_tree(traced(name))
    nodes = tree["nodes"]
    assert [node["id"] for node in nodes] == list(range(len(trace.candidates) + 1))
    assert nodes[0]["parent"] is None and tree["left_out"] == 0
    found = sorted(
        (n["step"], n["group"], n["token"], n["fate"], -1 if n["slot"] is None else n["slot"])
        for n in nodes[1:]
    )
    given = sorted(
        (c.step, c.group, c.id, c.fate, -1 if c.slot is None else c.slot) for c in trace.candidates
    )
    assert found == given
    for node in nodes[1:]:
        parent = nodes[node["parent"]]
        assert node["parent"] < node["id"] and parent["step"] == node["step"] - 1
        assert parent["id"] == 0 or (parent["fate"] == "kept" and parent["group"] == node["group"])


@pytest.mark.parametrize("name", OPTIONS)
def test_the_path_of_a_hypothesis_spells_its_ids(name: str) -> None:
    trace, tree = traced(name), beam_tree(traced(name))
    assert len(tree["hypotheses"]) == len(trace.segment.hypotheses)
    for rank, (end, hypothesis) in enumerate(
        zip(tree["hypotheses"], trace.segment.hypotheses, strict=True), start=1
    ):
        path = path_to(tree, end["node"])
        assert end["rank"] == rank and tuple(node["token"] for node in path) == hypothesis.ids
        assert all(rank in node["ranks"] for node in path)
        assert sum(rank in node.get("ranks", []) for node in tree["nodes"]) == len(path)
        assert [node["piece"] for node in path] == list(hypothesis.pieces)


@pytest.mark.parametrize("name", ["beam", "greedy", "cut at once"])
def test_log_probs_along_a_path_are_those_of_the_hypothesis(name: str) -> None:
    trace, tree = traced(name), beam_tree(traced(name))
    for end, hypothesis in zip(tree["hypotheses"], trace.segment.hypotheses, strict=True):
        path = path_to(tree, end["node"])
        assert math.fsum(node["log_prob"] for node in path) == pytest.approx(hypothesis.log_prob, abs=1e-3)
        assert path[-1]["score"] == pytest.approx(hypothesis.log_prob, abs=1e-3)


def made_up(steps: int, beam: int) -> SearchTrace:
    """Of so many steps, from a seed; one hypothesis, along the first slot."""
    chance = np.random.default_rng(7)
    found = []
    for step in range(1, steps + 1):
        for place in range(2 * beam):
            parent = 0 if step == 1 or not place else int(chance.integers(beam))
            kept = place < beam
            score = -float(step) - place / 7
            found.append(
                TraceCandidate(
                    step,
                    0,
                    parent,
                    place + 4,
                    -0.123456789,
                    score,
                    "kept" if kept else "pruned",
                    place if kept else None,
                )
            )
    pieces = {id: f"▁piece{id}" for id in range(4, 2 * beam + 4)}
    best = Hypothesis("", (4,) * steps, (pieces[4],) * steps, (-0.1,) * steps, -1.0, False)
    return SearchTrace(SegmentTranslation("x", (4,), ("▁x",), (best,), ""), tuple(found), pieces)


def test_a_long_search_is_a_small_message() -> None:
    tree = beam_tree(made_up(steps=60, beam=5))
    assert len(tree["nodes"]) == 601 and len(json.dumps(tree)) < 300_000


@pytest.mark.parametrize(("steps", "beam"), [(150, 9), (110, 31)])
def test_beyond_the_limit_pruned_candidates_go_first_and_hypotheses_stay(steps: int, beam: int) -> None:
    trace = made_up(steps, beam)
    tree = beam_tree(trace)
    assert len(tree["nodes"]) - 1 + tree["left_out"] == len(trace.candidates) > MAX_NODES
    assert len(tree["nodes"]) <= MAX_NODES and all(node["fate"] != "pruned" for node in tree["nodes"][1:])
    assert all(tree["nodes"][node["id"]] is node for node in tree["nodes"])
    assert [node["token"] for node in path_to(tree, tree["hypotheses"][0]["node"])] == [4] * steps


def test_text_from_a_vocabulary_is_passed_on_as_it_is() -> None:
    trace = made_up(2, 1)
    hostile = SearchTrace(trace.segment, trace.candidates, {4: "▁<b>${x}</b>", 5: "</script>"})
    assert [node["piece"] for node in beam_tree(hostile)["nodes"][1:3]] == ["▁<b>${x}</b>", "</script>"]
