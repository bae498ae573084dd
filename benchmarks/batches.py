"""The batches that a model learned from first."""

from pathlib import Path

from core.checkpoint import Checkpoint
from core.training.data import load_training_examples
from core.training.examples import Batch, Examples
from core.training.own_recipe import own_recipe
from core.training.plan import BatchPlan


def first_batches(checkpoint: Checkpoint, data: Path, count: int) -> tuple[Examples, list[Batch]]:
    """All training examples, and the first `count` batches of the first epoch; `data` holds the corpora."""
    recipe = own_recipe(checkpoint)
    examples = load_training_examples(data, recipe.data, checkpoint.tokenizer)
    plan = BatchPlan([lambda: examples], recipe.training.batch_tokens, 1, recipe.training.seed)
    return examples, [found.batch(index) for step in range(count) for found, index in plan.at(step)]
