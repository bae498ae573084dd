"""What the page and programs are told of a model that is served."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelInfo:
    """What a visitor may know of a model."""

    name: str
    """Name of its folder; what a request names."""
    model_id: str
    """`name@digest`; what a stored translation names."""
    directions: tuple[tuple[str, str], ...]
    """(source, target) language codes, the first one is the default."""
    has_attention: bool
    layers: int
    heads: int
    parameters: int
    """Trained numbers."""
    card: str
    """Model card, Markdown."""
    examples: tuple[tuple[str, str, str], ...] = ()
    """(source, target, text) of what its card translates."""
