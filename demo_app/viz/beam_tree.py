"""A beam search as a tree, for the page's script to draw. Plain values only: nothing is escaped here."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.results import Hypothesis, SearchTrace, TraceCandidate

MAX_NODES = 2000
"""A browser draws so many in a second. Beyond them pruned candidates are left out, then dead ends."""


@dataclass
class _Node:
    id: int
    parent: int
    candidate: TraceCandidate
    ranks: list[int] = field(default_factory=list)
    """Final hypotheses that pass here, 1 for the best."""


def beam_tree(trace: SearchTrace) -> dict[str, Any]:
    """`nodes`: every candidate, parents first; node 0 is the start. `hypotheses`: where each final one ends.

    A node holds its `token` and not its prefix: that is the tokens on the way from the start. `left_out`
    counts the candidates beyond `MAX_NODES`."""
    nodes = _linked(trace.candidates)
    ends = _mark(nodes, trace.segment.hypotheses)
    kept = _within_limit(nodes)
    places = {0: 0, **{node.id: place for place, node in enumerate(kept, start=1)}}
    return {
        "nodes": [{"id": 0, "parent": None, "step": 0}, *(_plain(node, places, trace) for node in kept)],
        "hypotheses": [
            {"rank": rank, "node": places[end], "text": one.text, **_numbers(one.log_prob, one.score)}
            for rank, (end, one) in enumerate(zip(ends, trace.segment.hypotheses, strict=True), start=1)
        ],
        "left_out": len(nodes) - len(kept),
    }


def _linked(candidates: Sequence[TraceCandidate]) -> list[_Node]:
    """Step by step: a candidate goes on from what its group kept in the slot named, one step before."""
    nodes: list[_Node] = []
    slots: dict[tuple[int, int, int], int] = {}
    for one in sorted(candidates, key=lambda one: one.step):
        parent = slots[one.step - 1, one.group, one.parent] if one.step > 1 else 0
        nodes.append(_Node(len(nodes) + 1, parent, one))
        if one.slot is not None:
            slots[one.step, one.group, one.slot] = len(nodes)
    return nodes


def _mark(nodes: Sequence[_Node], hypotheses: Sequence[Hypothesis]) -> list[int]:
    """Writes its rank on each node of each hypothesis; the nodes that they end in."""
    children: dict[int, list[_Node]] = defaultdict(list)
    for node in nodes:
        if node.candidate.fate != "pruned":
            children[node.parent].append(node)
    ends = []
    for rank, hypothesis in enumerate(hypotheses, start=1):
        path = _path(hypothesis.ids, children)
        for node in path:
            node.ranks.append(rank)
        ends.append(path[-1].id)
    return ends


def _path(ids: Sequence[int], children: dict[int, list[_Node]]) -> list[_Node]:
    """From the start, spelling the ids. Groups of a diverse search may begin alike, so ways are tried."""
    ways = [[node] for node in children[0] if node.candidate.id == ids[0]]
    for id in ids[1:]:
        ways = [[*way, node] for way in ways for node in children[way[-1].id] if node.candidate.id == id]
    return ways[0]


def _within_limit(nodes: list[_Node]) -> list[_Node]:
    for is_needed in _NEEDED:
        if len(nodes) <= MAX_NODES:
            break
        nodes = [node for node in nodes if is_needed(node)]
    return nodes


_NEEDED: tuple[Callable[[_Node], bool], ...] = (
    lambda node: node.candidate.fate != "pruned",
    lambda node: bool(node.ranks),
)


def _plain(node: _Node, places: dict[int, int], trace: SearchTrace) -> dict[str, Any]:
    one = node.candidate
    return {
        "id": places[node.id],
        "parent": places[node.parent],
        "step": one.step,
        "token": one.id,
        "piece": trace.pieces[one.id],
        **_numbers(one.log_prob, one.score),
        "fate": one.fate,
        "group": one.group,
        "slot": one.slot,
        "ranks": node.ranks,
    }


def _numbers(log_prob: float, score: float) -> dict[str, float]:
    return {"log_prob": round(log_prob, 5), "score": round(score, 5)}
