"""From what a person asks of one translation to what search understands. Knows no model."""

from collections.abc import Sequence

from torch import Tensor

from core.analysis.scripts import is_unspaced
from core.decoding.forbidden import ForbiddenText, joining_ids
from core.decoding.wish import RequiredText, Wish
from core.errors import ConfigError
from core.options import Constraints
from core.text.normalize import normalize
from core.text.spelling import spellings
from core.text.tokenizer import Tokenizer, encode_unspaced


def make_wishes(constraints: Sequence[Constraints], tokenizer: Tokenizer) -> list[Wish]:
    """One a text. Raises `ConfigError` for a phrase that is empty, or both required and forbidden."""
    if not any(one.required or one.forbidden for one in constraints):
        return [Wish(prefix=tuple(tokenizer.encode(one.prefix))) for one in constraints]
    spelled = spellings(tokenizer)
    joining = joining_ids(spelled)
    words = {word for one in constraints for word in one.forbidden}
    forbidden = {word: ForbiddenText(_phrase(word), spelled) for word in sorted(words)}
    return [
        _wish(one, [forbidden[word] for word in one.forbidden], tokenizer, joining) for one in constraints
    ]


def _wish(
    constraints: Constraints, forbidden: Sequence[ForbiddenText], tokenizer: Tokenizer, joining: Tensor
) -> Wish:
    required = [_phrase(phrase) for phrase in constraints.required]
    for phrase in required:
        for text in forbidden:
            if text.is_in(phrase):
                raise ConfigError(
                    f"{phrase!r} is required but holds {text.text!r}, which is forbidden; drop one."
                )
    phrases = tuple(
        RequiredText(_pieces(phrase, tokenizer), spellings(tokenizer), joining)
        for phrase in dict.fromkeys(required)
    )
    return Wish(tuple(tokenizer.encode(constraints.prefix)), phrases, tuple(forbidden))


def _pieces(phrase: str, tokenizer: Tokenizer) -> tuple[int, ...]:
    """As it is written within a sentence: a script without spaces has none before the phrase either."""
    return tuple(encode_unspaced(tokenizer, phrase) if is_unspaced(phrase[0]) else tokenizer.encode(phrase))


def _phrase(text: str) -> str:
    phrase = normalize(text)
    if not phrase:
        raise ConfigError("A required or forbidden phrase must not be empty; remove it.")
    return phrase
