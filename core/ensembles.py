"""Several translators as one."""

from collections.abc import Sequence

from core.decoding.ensemble import Ensemble
from core.errors import ConfigError
from core.translator import Translator


def ensemble_of(translators: Sequence[Translator]) -> Translator:
    """By the mean of their probabilities, for the directions that all of them know.

    Raises `ConfigError` unless they share device, vocabulary and at least one direction, and where one has a
    specialist."""
    first = translators[0]
    directions = [pair for pair in first.directions if all(pair in one.directions for one in translators)]
    if len({(one.tokenizer.serialized, one.device) for one in translators}) > 1 or not directions:
        raise ConfigError(
            "The models of an ensemble must share vocabulary, device and a direction, but "
            f"{', '.join(one.name for one in translators)} do not."
        )
    if special := [one.name for one in translators if one.specialist]:
        raise ConfigError(
            f"The models of an ensemble must be without a specialist, but {special[0]} has one; take the "
            "version it was tuned from."
        )
    model = Ensemble([one.model for one in translators])
    joined = Translator(model, first.tokenizer, directions, "+".join(one.model_id for one in translators))
    joined.digest = "+".join(one.digest for one in translators)
    return joined
