"""Whether feedback is a domain of its own, told from all else by its sources, and which sources are of it."""

from collections.abc import Sequence
from statistics import mean

from core.domain import Domain, Ids, learn_likeness
from core.text.capitals import encode_sources
from core.text.tokenizer import EOS_ID, Tokenizer
from core.training.feedback import FeedbackExample

MIN_SOURCES = 100
"""Of replay, and of the general set, for each tag: with fewer nothing can be told."""
MAX_OTHERS = 4000
MIN_COVERED = 0.5
"""Of the feedback, as a half of it covers the other. What is like everything else is no domain."""


def learn_domain(
    feedback: Sequence[FeedbackExample],
    replay: Sequence[FeedbackExample],
    general: Sequence[FeedbackExample],
    tokenizer: Tokenizer,
) -> Domain | None:
    """All that is like the feedback; None where that cannot be told from replay and the general set."""
    parts, covered = [], 0.0
    examples, others, ordinary = (_by_tag(one, tokenizer) for one in (feedback, replay, general))
    for tag, inside in examples.items():
        outside, usual = others.get(tag, [])[:MAX_OTHERS], ordinary.get(tag, [])
        if min(len(outside), len(usual)) < MIN_SOURCES:
            return None
        parts.append(learn_likeness(tag, inside, outside, usual))
        covered += len(inside) * _coverage(tag, inside, outside, usual)
    asked = sum(map(len, examples.values()))
    return Domain(tuple(parts)) if covered >= MIN_COVERED * asked else None


def _by_tag(examples: Sequence[FeedbackExample], tokenizer: Tokenizer) -> dict[tuple[int, ...], list[Ids]]:
    """Sources, each once, as `Translator.encode_source` has them."""
    found: dict[tuple[int, ...], dict[tuple[int, ...], None]] = {}
    sources = encode_sources(tokenizer, [one.source for one in examples])
    for one, ids in zip(examples, sources, strict=True):
        tag = tuple(tokenizer.tag_ids(one.direction[1]))
        found.setdefault(tag, {})[(*tag, *ids, EOS_ID)] = None
    return {tag: list(sources) for tag, sources in found.items()}


def _coverage(
    tag: tuple[int, ...], examples: Sequence[Ids], others: Sequence[Ids], ordinary: Sequence[Ids]
) -> float:
    """The share of either half that is covered by what was learned from the other; 0 of a single one."""
    halves = examples[::2], examples[1::2]
    if not halves[1]:
        return 0.0
    shares = []
    for learned, asked in (halves, halves[::-1]):
        likeness = learn_likeness(tag, learned, others, ordinary)
        shares.append(mean(likeness.covers(ids) for ids in asked))
    return mean(shares)
