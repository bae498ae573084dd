"""A network that cannot be is refused, with the name of what is wrong and the nearest right one."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest

from core.config import ModelConfig, RecurrentConfig, TransformerConfig
from core.errors import ConfigError
from core.training.recipe import recipe_from_dict
from tests.core.nn.configs import EVERY_CONFIG, name_of

TRANSFORMER = {"architecture": "transformer"}
CONVOLUTIONAL = {"architecture": "convolutional"}


@pytest.mark.parametrize("config", EVERY_CONFIG, ids=name_of)
def test_a_configuration_survives_its_way_through_json(config: ModelConfig) -> None:
    assert ModelConfig.from_dict(json.loads(json.dumps(asdict(config)))) == config


def test_without_an_architecture_a_model_is_recurrent() -> None:
    assert ModelConfig.from_dict({"cell": "lstm"}) == RecurrentConfig(cell="lstm")
    assert ModelConfig.from_dict(TRANSFORMER) == TransformerConfig()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"architecture": "mamba"}, "one of recurrent, convolutional, transformer, but is 'mamba'"),
        ({"vocab_size": 3}, "`vocab_size` must be between 8 and 100000, but is 3"),
        ({"dropout": float("nan")}, "but is nan"),
        ({"attention": "psychic"}, "but is 'psychic'"),
        ({"attention": "dot", "encoder_dim": 5}, "10 and 512"),
        ({"attention": "dot", "coverage": True, "encoder_dim": 256}, "`coverage` is a part of additive"),
        ({"residual": True}, "there is only one; turn it off or raise `decoder_layers`"),
        ({"encoder_layers": "2"}, "`encoder_layers` must be a whole number, but is '2'"),
        ({"encoder_layers": True}, "`encoder_layers` must be a whole number, but is True"),
        ({"bidirectional": 1}, "`bidirectional` must be true or false, but is 1"),
        ({"dropout": "low"}, "`dropout` must be a number, but is 'low'"),
        ({**TRANSFORMER, "heads": 7}, "`heads` must divide `embed_dim`, but they are 7 and 256"),
        ({**TRANSFORMER, "feedforward_dim": 0}, "between 1 and 65536, but is 0"),
        ({**TRANSFORMER, "max_positions": 2}, "between 8 and 100000, but is 2"),
        ({**TRANSFORMER, "norm": "before"}, "`norm` must be one of pre, post, but is 'before'"),
        ({**TRANSFORMER, "activation": "tanh"}, "one of relu, gelu, swish, but is 'tanh'"),
        ({**TRANSFORMER, "position_layout": "learned"}, "one of interleaved, halves, but is 'learned'"),
        ({**TRANSFORMER, "output_bias": 1}, "`output_bias` must be true or false, but is 1"),
        ({**TRANSFORMER, "source_vocab_size": 7}, "`source_vocab_size` must be between 8 and 100000"),
        ({**CONVOLUTIONAL, "kernel_width": 4}, "`kernel_width` must be odd, but is 4"),
        ({**CONVOLUTIONAL, "residual": True, "encoder_layers": 9}, "there is only one"),
        ({"decoder_dims": 5}, "A recurrent model has no option `decoder_dims`; did you mean `decoder_dim`?"),
        ({"atention": "dot"}, "did you mean `attention`?"),
        ({**TRANSFORMER, "head": 2}, "A transformer model has no option `head`; did you mean `heads`?"),
        ({"xyzzy": 1}, "no option `xyzzy`; there are architecture, "),
        ({**TRANSFORMER, "cell": "gru"}, "`cell` is an option of recurrent models, but `architecture` is t"),
        ({"heads": 2}, "`heads` is an option of transformer models, but `architecture` is recurrent"),
    ],
)
def test_impossible_shapes_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        ModelConfig.from_dict(values)


def test_a_recipe_names_the_architecture_and_leaves_room_for_its_sentences() -> None:
    data = {"train": ["a.fr-en.tsv"], "dev": ["b.fr-en.tsv"], "directions": [["fr", "en"]]}
    recipe = recipe_from_dict({"data": data, "model": {**TRANSFORMER, "max_positions": 82}})
    assert recipe.model == TransformerConfig(max_positions=82)
    with pytest.raises(ConfigError, match="`max_positions` must be .* but is 81 and not 82"):
        recipe_from_dict({"data": data, "model": {**TRANSFORMER, "max_positions": 81}})
