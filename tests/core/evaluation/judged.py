"""Two made-up systems whose true difference is known: each spoils its own share of the words."""

import random
from dataclasses import replace

from core.evaluation.candidate import JudgedSet, Output, Sentence

WORDS = tuple("ab cd efg hij klmn opqr stuvw xyzab cdefgh ijklmn opqrstu vwxyzab".split())


def judged(count: int, spoiled: float, spoiled_by_candidate: float, seed: int = 1) -> JudgedSet:
    """`count` sentences of 8 to 14 words; a spoiled word is another one."""
    chance = random.Random(seed)
    references = [
        " ".join(chance.choice(WORDS) for _ in range(chance.randint(8, 14))) + "." for _ in range(count)
    ]
    production = tuple(spoil(text, spoiled, chance) for text in references)
    candidate = tuple(spoil(text, spoiled_by_candidate, chance) for text in references)
    sentences = tuple(Sentence("fr", "en", f"source {n}", (text,)) for n, text in enumerate(references))
    return JudgedSet(sentences, Output(production, 9.0), Output(candidate, 8.0))


def spoil(text: str, share: float, chance: random.Random) -> str:
    return " ".join(word if chance.random() >= share else chance.choice(WORDS) for word in text.split())


def unchanged(count: int) -> JudgedSet:
    """A candidate that writes what production writes."""
    made = judged(count, 0.3, 0.3)
    return JudgedSet(made.sentences, made.production, made.production)


def both_ways(there: JudgedSet, back: JudgedSet) -> JudgedSet:
    """One set of two directions; the second is turned round."""
    turned = (replace(one, source_language="en", target_language="fr") for one in back.sentences)
    sides = (
        Output((*one.texts, *other.texts), one.perplexity)
        for one, other in ((there.production, back.production), (there.candidate, back.candidate))
    )
    return JudgedSet((*there.sentences, *turned), *sides)
