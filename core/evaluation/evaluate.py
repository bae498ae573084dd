"""A model against a file of references: everything that can be measured of it."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core.analysis.coverage import count_coverage
from core.analysis.diversity import distinct_n, self_bleu
from core.analysis.lengths import by_length
from core.errors import CorpusError
from core.evaluation.forced import forced_counts, word_maps
from core.evaluation.measures import References, bleu_tokenizer, corpus_scores, make_metrics
from core.evaluation.references import EvaluationSet, read_evaluation_set
from core.options import DecodeOptions, options_to_dict
from core.results import SegmentTranslation
from core.translator import Translator

_SENTENCES_AT_ONCE = 512


def evaluate_file(
    translator: Translator, data: Path, source: str, target: str, options: DecodeOptions, limit: int = 0
) -> dict[str, Any]:
    """As `evaluate`, on a file; `limit` > 0 takes the first so many pairs.

    Raises `CorpusError` when the file holds no pair."""
    return evaluate(translator, read_evaluation_set(data, source, target, limit), options)


def evaluate(
    translator: Translator, held_out: EvaluationSet, options: DecodeOptions, phones: bool = False
) -> dict[str, Any]:
    """Every measure that applies, with signatures, speed of the search alone, options and model id.

    Raises `CorpusError` for a sentence with more pieces than the model has positions, before any work."""
    targets = [translator.encode_target(texts[0]) for texts in held_out.references]
    _require_fitting(translator, targets, held_out, "first reference")
    started = time.perf_counter()
    found = translate_all(translator, held_out, options)
    seconds = time.perf_counter() - started
    texts = [item.best.text for item in found]
    scores = corpus_scores(texts, held_out.references, make_metrics(held_out.target, phones))
    return {
        **{name: round(value, 2) for name, value in scores.values.items()},
        "sentences": scores.sentences,
        "signatures": scores.signatures,
        **_forced(translator, found, targets),
        **_coverage(translator, found),
        **_diversity(found, held_out.target),
        "by_length": by_length_rows(held_out.sources, texts, held_out.references, held_out.target),
        "sentences_per_s": round(len(found) / seconds, 2),
        "options": options_to_dict(options),
        "model_id": translator.model_id,
        "data": held_out.name,
        "direction": held_out.direction,
    }


def translate_all(
    translator: Translator, held_out: EvaluationSet, options: DecodeOptions
) -> list[SegmentTranslation]:
    """Every source, in order, with a bar that shows how far it is.

    Raises `CorpusError` for a source with more pieces than the model has positions, before any work."""
    sources = [translator.encode_source(text, held_out.target) for text in held_out.sources]
    _require_fitting(translator, sources, held_out, "source")
    found: list[SegmentTranslation] = []
    for start in tqdm(range(0, len(held_out.sources), _SENTENCES_AT_ONCE), unit="block", leave=False):
        block = held_out.sources[start : start + _SENTENCES_AT_ONCE]
        found.extend(translator.translate_segments(block, held_out.source, held_out.target, options))
    return found


def _require_fitting(
    translator: Translator, texts: Sequence[Sequence[int]], held_out: EvaluationSet, what: str
) -> None:
    for number, ids in enumerate(texts, start=1):
        if not translator.fits(ids):
            raise CorpusError(
                f"The {what} of sentence {number} of {held_out.name} may have at most "
                f"{translator.model.max_positions} pieces for this model, but has {len(ids)}; "
                "shorten it or take it out."
            )


def by_length_rows(
    sources: Sequence[str], texts: Sequence[str], references: References, target: str
) -> list[dict[str, Any]]:
    """BLEU and chrF of the sentences of each length of source, shortest first."""
    rows = []
    for bucket in by_length(sources):
        metrics = {name: metric for name, metric in make_metrics(target).items() if name in ("bleu", "chrf")}
        scores = corpus_scores(
            [texts[row] for row in bucket.rows], [references[row] for row in bucket.rows], metrics
        )
        values = {name: round(value, 2) for name, value in scores.values.items()}
        rows.append({"length": bucket.label, "unit": bucket.unit, "sentences": scores.sentences, **values})
    return rows


def _forced(
    translator: Translator, found: Sequence[SegmentTranslation], targets: Sequence[Sequence[int]]
) -> dict[str, float]:
    """How well the model foresees the first reference of each sentence, piece by piece."""
    counts = forced_counts(translator, [item.source_ids for item in found], targets)
    return {
        "perplexity": round(counts.perplexity, 3),
        "token_accuracy": round(100 * counts.token_accuracy, 2),
    }


def _coverage(translator: Translator, found: Sequence[SegmentTranslation]) -> dict[str, Any]:
    """Source words that the best outputs passed over or dwelt upon; nothing without attention."""
    sources, targets = [item.source_ids for item in found], [item.best.ids for item in found]
    counts = count_coverage(words_map for _, words_map in word_maps(translator, sources, targets))
    return {"coverage": asdict(counts)} if counts.words else {}


def _diversity(found: Sequence[SegmentTranslation], target: str) -> dict[str, float]:
    """Of the outputs as a whole; of each sentence's own list where it has several hypotheses."""
    texts = [item.best.text for item in found]
    lists = [[one.text for one in item.hypotheses] for item in found if len(item.hypotheses) > 1]
    values = {f"distinct_{n}": round(distinct_n(texts, n), 4) for n in (1, 2)}
    if lists:
        values |= {f"n_best_distinct_{n}": round(_mean([distinct_n(a, n) for a in lists]), 4) for n in (1, 2)}
        values["self_bleu"] = round(_mean([self_bleu(a, bleu_tokenizer(target)) for a in lists]), 2)
    return values


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
