"""A network's options as one phrase."""

from typing import Any


def network(options: dict[str, Any]) -> str:
    """As stored in a model's config, with `architecture` among them."""
    pieces = (
        f"embeddings of {options['embed_dim']} that source, target and output share, "
        f"{options['vocab_size']:,} joint SentencePiece pieces with byte fallback"
    )
    return f"{_body(options)}, {pieces}"


def _body(options: dict[str, Any]) -> str:
    if options["architecture"] == "transformer":
        return (
            f"Transformer, {options['encoder_layers']} + {options['decoder_layers']} layers, "
            f"{options['heads']} heads, feed-forward {options['feedforward_dim']:,}"
        )
    cell, attention = options["cell"].upper(), options["attention"]
    looking = "no attention" if attention == "none" else f"{attention} attention"
    decoder = f"{cell} decoder ({_layers(options['decoder_layers'], options['decoder_dim'])})"
    return f"{_encoder(options)}, {decoder}, {looking}"


def _encoder(options: dict[str, Any]) -> str:
    size = _layers(options["encoder_layers"], options["encoder_dim"])
    if options["architecture"] == "convolutional":
        return f"convolutional encoder ({size}, {options['kernel_width']} wide)"
    cell = options["cell"].upper()
    if options["bidirectional"]:
        return f"bidirectional {cell} encoder ({size} a direction)"
    return f"{cell} encoder ({size})"


def _layers(count: int, width: int) -> str:
    return f"{count} layer{'s' if count > 1 else ''} of {width}"
