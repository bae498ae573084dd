"""Curves of a training: what they show, and that there is none before the first figure."""

from typing import Any

from demo_app.viz.tuning_charts import bleu_curve, loss_curve

NAMES = {"training": "training", "held_out": "watching", "general": "general set"}
ROWS: list[dict[str, Any]] = [
    {"step": 0, "held_out": {"loss": 3.0, "bleu": {"en-fr": 10.0, "fr-en": 20.0}}, "score": 15},
    {"step": 5, "loss": 2.5, "tokens_per_s": 900},
    {"step": 10, "loss": 2.0},
    {"step": 10, "held_out": {"loss": 2.5, "bleu": {"en-fr": 12.0}}, "general": {"loss": 1, "bleu": {}}},
]


def test_loss_is_drawn_of_what_is_learned_from_and_of_what_is_not() -> None:
    figure = loss_curve(ROWS, NAMES, "Loss")
    assert figure
    training, watching, general = figure.data
    assert (list(training.x), list(training.y)) == ([5, 10], [2.5, 2.0])
    assert (list(watching.x), list(watching.y)) == ([0, 10], [3.0, 2.5])
    assert general.name == "general set"


def test_bleu_is_the_mean_over_directions_and_unknown_where_there_is_none() -> None:
    figure = bleu_curve(ROWS, NAMES, "BLEU")
    assert figure
    assert [list(line.y) for line in figure.data] == [[15.0, 12.0], [None]]


def test_before_the_first_figure_there_is_no_curve() -> None:
    assert loss_curve([], NAMES, "Loss") is None
    assert bleu_curve(ROWS[1:3], NAMES, "BLEU") is None
