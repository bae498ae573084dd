"""The recipe that a finished model was trained by."""

from core.checkpoint import Checkpoint
from core.errors import ConfigError
from core.training.recipe import Recipe, recipe_from_dict


def own_recipe(checkpoint: Checkpoint) -> Recipe:
    """As its folder tells; raises `ConfigError` for a model that was not made by `python -m core train`."""
    values = checkpoint.training.get("recipe")
    if not isinstance(values, dict):
        raise ConfigError(
            f"The model {checkpoint.name} must hold the recipe that it was trained by, but does not; take "
            "one that `python -m core train` made."
        )
    return recipe_from_dict(values, checkpoint.name)
