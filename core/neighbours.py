"""The translator as it were with examples at hand: corrections that act without a training.

Nothing is learned and no weight is copied. States of one model mean nothing to another: for each version they
are computed anew, some hundred examples a second on one core."""

from collections.abc import Mapping, Sequence

from core.beside import beside
from core.decoding.knn import EVERYBODY, Datastore, WithNeighbours, remember
from core.errors import ConfigError
from core.options import KnnOptions
from core.text.batching import batches_by_length, pad_ids
from core.translator import SPECIAL, Translator

_MAX_ROWS = 64
_MAX_TOKENS = 4096
Pair = tuple[str, str]
"""A source, and how it is to be translated."""


def with_examples(
    translator: Translator, pairs: Sequence[Pair], target: str, options: KnnOptions
) -> Translator:
    """Every translation looks at all of them, exactly: for some thousands. `target`: their language.

    Raises `ConfigError` for none at all, and for an ensemble."""

    def steered(one: Translator) -> WithNeighbours:
        store = _store(one, pairs, target, [EVERYBODY] * len(pairs))
        return WithNeighbours(one.one_model, store, options)

    return beside(translator, steered)


def with_examples_each(
    translator: Translator, examples: Mapping[str, Sequence[Pair]], target: str, options: KnnOptions
) -> Translator:
    """Each source looks at its own, as they were found for it (Dai et al. 2023); others at none.

    However many corrections there are, the states of few are computed. Raises as `with_examples`."""
    owned = [(group, pair) for group, pairs in enumerate(examples.values()) for pair in pairs]
    groups = {translator.encode_source(source, target): group for group, source in enumerate(examples)}

    def steered(one: Translator) -> WithNeighbours:
        store = _store(one, [pair for _, pair in owned], target, [group for group, _ in owned])
        return WithNeighbours(one.one_model, store, options, groups)

    return beside(translator, steered)


def _store(translator: Translator, pairs: Sequence[Pair], target: str, groups: Sequence[int]) -> Datastore:
    if not pairs:
        raise ConfigError("There must be examples to take neighbours from, but there are none; give some.")
    sources = [translator.encode_source(source, target) for source, _ in pairs]
    targets = [translator.encode_target(text) for _, text in pairs]
    lengths = [max(len(one), len(other)) for one, other in zip(sources, targets, strict=True)]
    parts = []
    for batch in batches_by_length(lengths, _MAX_ROWS, _MAX_TOKENS):
        ids, mask = (one.to(translator.device) for one in pad_ids([sources[index] for index in batch]))
        chosen = [targets[index] for index in batch]
        parts.append(
            remember(translator.one_model, ids, mask, chosen, SPECIAL, [groups[index] for index in batch])
        )
    return Datastore.joined(parts)
