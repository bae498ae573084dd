"""The options of fine-tuning are checked when made, and are the same after a file."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.training.finetune_config import FinetuneConfig, read_finetune_config


def test_plain_values_there_and_back() -> None:
    config = FinetuneConfig(freeze=("embeddings", "encoder"), lora_rank=4, epochs=2)
    assert FinetuneConfig.from_dict(config.to_dict()) == config


def test_a_file_holds_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "careful.toml"
    path.write_text('replay_ratio = 2\nfreeze = ["embeddings"]\nobjective = "risk"\n')
    assert read_finetune_config(path) == FinetuneConfig(
        replay_ratio=2, freeze=("embeddings",), objective="risk"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"learning_rate": 0.0}, "`learning_rate` must be between 1e-07 and 1, but is 0"),
        ({"l2_to_base": float("nan")}, "`l2_to_base` must be between"),
        ({"objective": "reward"}, "`objective` must be one of likelihood, risk"),
        ({"replay": 2}, "did you mean `replay_ratio`"),
        ({"lora_rank": 4, "ewc": 1.0}, "`l2_to_base` and `ewc` must be 0"),
        ({"reward": "rating"}, "is learned from with `objective = risk`"),
        ({"freeze": "encoder"}, "`freeze` must be a list"),
    ],
)
def test_what_cannot_be_is_told(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        FinetuneConfig.from_dict(values)


def test_apart_only_options_that_nobody_chose_become_bolder() -> None:
    bold = FinetuneConfig().apart()
    assert (bold.epochs, bold.learning_rate, bold.replay_ratio, bold.distillation) == (8, 5e-4, 1.0, 0.0)
    chosen = FinetuneConfig(epochs=3, distillation=0.5).apart()
    assert (chosen.epochs, chosen.learning_rate, chosen.distillation) == (3, 5e-4, 0.5)
    assert bold.apart() == bold
