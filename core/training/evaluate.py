"""A model against a file of references."""

import time
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from core.errors import CorpusError
from core.options import DecodeOptions, options_to_dict
from core.training.corpus import read_pairs
from core.training.measures import corpus_scores
from core.translator import Translator

_SENTENCES_AT_ONCE = 512


def evaluate_file(
    translator: Translator, data: Path, source: str, target: str, options: DecodeOptions, limit: int = 0
) -> dict[str, Any]:
    """BLEU, chrF, TER with signatures, speed, options, model id; `limit` > 0 takes the first so many pairs.

    Raises `CorpusError` when the file holds no pair."""
    pairs = list(islice(read_pairs(data, source, target), limit or None))
    if not pairs:
        raise CorpusError(f"{data.name} holds no pair of sentences.")
    texts: list[str] = []
    started = time.perf_counter()
    for start in tqdm(range(0, len(pairs), _SENTENCES_AT_ONCE), unit="block", leave=False):
        block = [pair.first for pair in pairs[start : start + _SENTENCES_AT_ONCE]]
        found = translator.translate_segments(block, source, target, options)
        texts.extend(item.best.text for item in found)
    seconds = time.perf_counter() - started
    scores = corpus_scores(texts, [pair.second for pair in pairs], target)
    return {
        **scores.to_dict(),
        "sentences_per_s": round(len(pairs) / seconds, 2),
        "options": options_to_dict(options),
        "model_id": translator.model_id,
        "data": data.name,
        "direction": f"{source}-{target}",
    }
