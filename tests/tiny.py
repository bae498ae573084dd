"""A real translator that fits in a test: own sentences, own vocabulary, random weights. Built at once."""

from dataclasses import replace
from functools import cache

import torch

from core.checkpoint import Checkpoint
from core.config import ModelConfig, RecurrentConfig
from core.nn.factory import build_model
from core.text.tokenizer import Tokenizer, train_tokenizer
from core.translator import Translator

SENTENCES = (
    "The ferry leaves the island at seven.",
    "Our baker sells warm rye bread.",
    "Who painted the kitchen door green?",
    "She keeps two bicycles in the cellar.",
    "It has rained since Tuesday morning.",
    "Le phare éclaire la baie toute la nuit.",
    "Mon voisin répare de vieilles montres.",
    "Où as-tu rangé la clé du grenier ?",
    "Les enfants ramassent des châtaignes.",
    "Il fait plus frais sous les tilleuls.",
)
DIRECTIONS = (("fr", "en"), ("en", "fr"))
CONFIG = RecurrentConfig(vocab_size=400, embed_dim=13, encoder_dim=11, decoder_dim=17, dropout=0.3)


@cache
def tiny_tokenizer() -> Tokenizer:
    """400 pieces learned from the sentences above."""
    return train_tokenizer(SENTENCES * 3, CONFIG.vocab_size, ("en", "fr"))


def tiny_checkpoint(config: ModelConfig = CONFIG, name: str = "tiny") -> Checkpoint:
    """Random weights, the same for the same configuration."""
    model = build_model(config, seed=3)
    return Checkpoint(name, config, DIRECTIONS, model.state_dict(), tiny_tokenizer(), {"recipe": "none"})


def tiny_translator(config: ModelConfig = CONFIG, device: str = "cpu") -> Translator:
    """A translator whose output is nonsense but deterministic."""
    checkpoint = replace(tiny_checkpoint(config), digest="0" * 64)
    return Translator.from_checkpoint(checkpoint, torch.device(device))
