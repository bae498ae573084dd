"""How good a model is: against references, against gold links, against another model. Trains nothing."""
