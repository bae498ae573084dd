"""A translator with other networks, beside the one there is."""

from collections.abc import Callable

from core.nn.seq2seq import Seq2SeqModel
from core.translator import Translator


def beside(translator: Translator, make: Callable[[Translator], Seq2SeqModel]) -> Translator:
    """`make`: the network in place of a translator's own; asked for its specialist's, too."""
    network = make(translator)
    other = Translator(network, translator.tokenizer, translator.directions, translator.model_id)
    other.digest, other.card = translator.digest, translator.card
    other.piece_counts, other.aligner = translator.piece_counts, translator.aligner
    special = translator.specialist
    other.specialist = special and special.map(lambda one: beside(one, make))
    return other
