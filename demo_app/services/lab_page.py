"""A reading as one JSON value, `interlinear.lab/1`: everything the lab draws, and what people download.

The fields are described in docs/lab-data.md."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from core.analysis.attention_map import aligned
from core.analysis.doubts import JudgedWord, ReadWord
from core.analysis.words import group_pieces, is_special, word_text
from core.results import FloatArray, LikelyPiece, PieceJudgement
from demo_app.services.readings import Place, Reading, Target
from demo_app.store.records import TranslationRecord

Word = TypeVar("Word", JudgedWord, ReadWord)

SCHEMA = "interlinear.lab/1"
MAX_CELLS = 150_000
"""Attention weights of one page: about a megabyte. Beyond it heads are pooled, never cut off in silence.
What then still does not fit, such as self-attention of a very long target, is `left_out` as a whole."""


def bare_page(record: TranslationRecord, place: Place, target: Target) -> dict[str, Any]:
    """What is known without the model: the texts, word by word."""
    segment = record.segments[place.segment]
    pieces = next((one.pieces for one in segment.hypotheses if one.ids == target.ids), ())
    return {
        "schema": SCHEMA,
        "model": {
            **{"id": record.model_id, "name": _name(record), "architecture": "", "layers": 0, "heads": 0},
            **{"aligner": None, "is_apart": False},
        },
        **_searched(record, place),
        "shown": {"translation": record.id, "segment": place.segment, "kind": target.kind},
        "source": _side(record.source_language, segment.source_text, segment.source_pieces),
        "target": {
            **_side(record.target_language, target.text, pieces),
            **{"ids": list(target.ids), "judgement": [], "log_prob": None, "score": target.score},
        },
        "attention": None,
        "pooled": False,
        "left_out": [],
        "aligners": [],
        "edits": {"rows": {}, "heads_off": []},
    }


def lab_page(reading: Reading) -> dict[str, Any]:
    """What is looked at; add `step` and `steps` of the page's own history to `shown`."""
    record = reading.record
    return {
        "schema": SCHEMA,
        "model": {
            "id": record.model_id,
            "name": _name(record),
            "architecture": reading.architecture,
            "layers": reading.layers,
            "heads": reading.heads,
            "aligner": None if reading.aligner is None else list(reading.aligner),
            "is_apart": reading.is_apart,
        },
        **_searched(record, reading.place),
        "shown": {
            "translation": record.id,
            "segment": reading.place.segment,
            "kind": reading.target.kind,
        },
        "source": _source(reading),
        "target": _target(reading),
        **_attention(reading),
        "aligners": _aligners(reading),
        "edits": _edits(reading.target),
    }


def asked_of(place: Place, target: Target) -> dict[str, Any]:
    """What an answer is about, by which the page drops one that comes too late (`isHere` of page.js)."""
    here = {"translation": place.translation_id, "segment": place.segment}
    return {**here, "text": target.text, "edits": _edits(target)}


def losses(words: Sequence[ReadWord]) -> list[dict[str, Any]]:
    """What is added to the words of the source, in order, once it is known."""
    return [{"from": word.piece_range.start, **_read_word(word)} for word in words]


def _searched(record: TranslationRecord, place: Place) -> dict[str, Any]:
    """How the search was asked, how long it took, and all that it found."""
    found = record.segments[place.segment].hypotheses
    return {
        "options": record.options,
        "duration_s": _rounded(record.duration_s),
        "hypotheses": [
            {"text": one.text, "score": _rounded(one.score), "log_prob": _rounded(one.log_prob)}
            for one in found
        ],
    }


def _source(reading: Reading) -> dict[str, Any]:
    segment = reading.segment
    return {
        "language": reading.record.source_language,
        "text": segment.source_text,
        "pieces": list(segment.source_pieces),
        "words": _words(segment.source_pieces, reading.doubts.source, _read_word),
    }


def _target(reading: Reading) -> dict[str, Any]:
    target = reading.target
    return {
        "language": reading.record.target_language,
        "text": target.text,
        "ids": list(target.ids),
        "pieces": list(reading.pieces),
        "words": _words(reading.pieces, reading.doubts.target, _judged_word),
        "judgement": [_judgement(piece) for piece in reading.judgement],
        "log_prob": _rounded(sum(piece.log_prob for piece in reading.judgement)),
        "score": None if target.score is None else _rounded(target.score),
    }


def _side(language: str, text: str, pieces: Sequence[str]) -> dict[str, Any]:
    words = [_word(pieces, group) for group in group_pieces(pieces)]
    return {"language": language, "text": text, "pieces": list(pieces), "words": words}


def _word(pieces: Sequence[str], group: range) -> dict[str, Any]:
    text = word_text(pieces[group.start : group.stop])
    return {"text": text, "from": group.start, "to": group.stop, "special": is_special(text)}


def _words(
    pieces: Sequence[str], ordinary: Sequence[Word], describe: Callable[[Word], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Every word, marks and tags of the model too, which are `special` and about which nothing is said."""
    known = {word.piece_range: describe(word) for word in ordinary}
    return [_word(pieces, group) | known.get(group, {}) for group in group_pieces(pieces)]


def _judged_word(word: JudgedWord) -> dict[str, Any]:
    return {
        "prob": _rounded(word.prob),
        "rank": word.rank,
        "entropy": _rounded(word.entropy),
        "margin": _rounded(word.margin),
        "reasons": list(word.reasons),
    }


def _read_word(word: ReadWord) -> dict[str, Any]:
    return {
        "coverage": None if word.coverage is None else _rounded(word.coverage),
        "loss": None if word.loss is None else _rounded(word.loss),
        "reasons": list(word.reasons),
    }


def _judgement(piece: PieceJudgement) -> dict[str, Any]:
    return {
        "log_prob": _rounded(piece.log_prob),
        "rank": piece.rank,
        "entropy": _rounded(piece.entropy),
        "margin": _rounded(piece.margin),
        "alternatives": [_likely(one) for one in piece.likely],
    }


def _likely(one: LikelyPiece) -> dict[str, Any]:
    return {"id": one.id, "piece": one.piece, "prob": _rounded(one.probability)}


def _attention(reading: Reading) -> dict[str, Any]:
    """Weights by kind as nested lists, whether layers and heads had to be pooled into their mean, and kinds
    that were too large even so."""
    maps = {"cross": None if reading.cross is None else reading.cross.weights_LHTS}
    if reading.cross is not None and reading.aligner:
        maps["align"] = aligned(reading.cross, reading.aligner).weights_LHTS
    if reading.own is not None:
        maps |= {"encoder": reading.own.encoder.weights_LHTS, "decoder": reading.own.decoder.weights_LHTS}
    found = {kind: weights for kind, weights in maps.items() if weights is not None}
    pooled = sum(weights.size for weights in found.values()) > MAX_CELLS
    kept = found
    if pooled:
        kept = _fitting({kind: w.mean(axis=(0, 1), keepdims=True) for kind, w in found.items()})
    lists = {kind: np.round(weights.astype(float), 4).tolist() for kind, weights in kept.items()}
    left_out = [kind for kind in found if kind not in kept]
    return {"attention": lists if found else None, "pooled": pooled, "left_out": left_out}


def _fitting(maps: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Those that together stay within `MAX_CELLS`, the first ones first."""
    kept: dict[str, FloatArray] = {}
    for kind, weights in maps.items():
        if sum(one.size for one in kept.values()) + weights.size <= MAX_CELLS:
            kept[kind] = weights
    return kept


def _name(record: TranslationRecord) -> str:
    return record.model_id.partition("@")[0]


def _rounded(number: float) -> float:
    return round(float(number), 4)


def _aligners(reading: Reading) -> list[dict[str, Any]]:
    """Alignment error rate of each head for the direction, in percent, where the model's card has it."""
    direction = f"{reading.record.source_language}-{reading.record.target_language}"
    tables = [one for one in reading.measures.get("alignment", []) if one["links"] == "argmax"]
    heads: list[dict[str, Any]] = next((one["heads"] for one in tables if one["direction"] == direction), [])
    rows = {
        (head["layer"] or 0, head["head"] or 0): head["aer"]
        for head in heads  # that of the aligner, as it is read, comes last and counts
        if head["head"] is not None or reading.layers * reading.heads == 1
    }
    return [{"layer": layer, "head": head, "aer": aer} for (layer, head), aer in rows.items()]


def _edits(target: Target) -> dict[str, Any]:
    change = target.change
    return {
        "rows": {str(edit.position): [_rounded(weight) for weight in edit.weights] for edit in change.edits},
        "heads_off": [[head.kind, head.layer, head.head] for head in sorted(change.heads_off, key=str)],
    }
