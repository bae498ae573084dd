"""A model's own recipe, and the batches that it learned from first."""

from pathlib import Path

from core.checkpoint import Checkpoint
from core.training.data import load_examples
from core.training.examples import Batch, Examples
from core.training.plan import BatchPlan
from core.training.recipe import Recipe, recipe_from_dict


def own_recipe(checkpoint: Checkpoint) -> Recipe:
    return recipe_from_dict(checkpoint.training["recipe"], checkpoint.name)


def first_batches(checkpoint: Checkpoint, data: Path, count: int) -> tuple[Examples, list[Batch]]:
    """All training examples, and the first `count` batches of the first epoch; `data` holds the corpora."""
    recipe = own_recipe(checkpoint)
    examples = load_examples(data, recipe.data.train, recipe.data, checkpoint.tokenizer)
    plan = BatchPlan([lambda: examples], recipe.training.batch_tokens, 1, recipe.training.seed)
    return examples, [found.batch(index) for step in range(count) for found, index in plan.at(step)]
