"""Scores of a target while parts of its source are missing."""

import numpy as np
import pytest
import torch

from core.decoding.force import force
from core.decoding.leave_out import leave_out
from tests.fakes import SPECIAL, ScriptedModel

SOURCE, TARGET = (5, 9, 4, 7, 6), (8, 4, 3)


def scored_alone(source: list[int], target: tuple[int, ...] = TARGET) -> tuple[float, ...]:
    ids_BS = torch.tensor([source])
    return force(ScriptedModel(), ids_BS, ids_BS > 0, [target], SPECIAL)[0].token_log_probs


@pytest.mark.parametrize("length", [1, 3, 1500])
def test_each_part_is_missing_in_its_own_row(length: int) -> None:
    parts, target = [range(0, 1), range(1, 4), range(4, 5), range(2, 2)], (4,) * length
    found = leave_out(ScriptedModel(), SOURCE, parts, target, SPECIAL, torch.device("cpu"))
    expected = [scored_alone(rest, target) for rest in ([9, 4, 7, 6], [5, 6], [5, 9, 4, 7], [5, 9, 4, 7, 6])]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_no_parts_and_no_target_give_nothing() -> None:
    cpu = torch.device("cpu")
    assert leave_out(ScriptedModel(), SOURCE, [], TARGET, SPECIAL, cpu).shape == (0, 3)
    assert leave_out(ScriptedModel(), SOURCE, [range(1)], (), SPECIAL, cpu).shape == (1, 0)


def test_something_of_the_source_must_be_left() -> None:
    with pytest.raises(ValueError, match="must be left"):
        leave_out(ScriptedModel(), SOURCE, [range(5)], TARGET, SPECIAL, torch.device("cpu"))
