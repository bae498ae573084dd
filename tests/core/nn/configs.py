"""Small networks of every kind. Dimensions are different primes, lest a swapped axis pass by luck."""

from dataclasses import replace
from itertools import product

from core.config import ConvolutionalConfig, ModelConfig, RecurrentConfig, TransformerConfig

VOCABULARY = 29
LAYERS, HEADS, HEAD_WIDTH = 2, 3, 13
_EMBED, _ENCODER, _DECODER, _FEEDFORWARD = 23, 19, 17, 31

RECURRENT = [
    RecurrentConfig(
        vocab_size=VOCABULARY,
        embed_dim=_EMBED,
        encoder_dim=_ENCODER,
        decoder_dim=_ENCODER * 2 if attention == "dot" else _DECODER,
        cell=cell,  # type: ignore[arg-type]
        attention=attention,  # type: ignore[arg-type]
        combine=combine,  # type: ignore[arg-type]
        input_feeding=feeding,
    )
    for cell, attention, combine, feeding in product(
        ("gru", "lstm"), ("none", "additive", "dot", "general", "scaled"), ("concat", "add"), (False, True)
    )
]
RECURRENT += [
    replace(RECURRENT[0], attention="additive", bidirectional=False),
    replace(RECURRENT[0], attention="additive", coverage=True),
    replace(RECURRENT[0], cell="lstm", encoder_layers=2, decoder_layers=3, attention="additive"),
    replace(RECURRENT[0], encoder_layers=3, decoder_layers=2, attention="scaled", residual=True),
    replace(
        RECURRENT[0],
        cell="lstm",
        encoder_layers=2,
        decoder_layers=3,
        attention="additive",
        coverage=True,
        input_feeding=True,
        residual=True,
    ),
]
CONVOLUTIONAL = [
    ConvolutionalConfig(
        vocab_size=VOCABULARY,
        embed_dim=_EMBED,
        encoder_dim=_ENCODER,
        encoder_layers=layers,
        kernel_width=kernel,
        decoder_dim=_DECODER,
        attention=attention,  # type: ignore[arg-type]
        max_positions=11,
    )
    for layers, kernel, attention in ((1, 5, "none"), (3, 3, "additive"))
]
TRANSFORMER = [
    TransformerConfig(
        vocab_size=VOCABULARY,
        embed_dim=HEADS * HEAD_WIDTH,
        heads=HEADS,
        encoder_layers=encoder_layers,
        decoder_layers=LAYERS,
        feedforward_dim=_FEEDFORWARD,
        max_positions=11,
    )
    for encoder_layers in (1, 2)
]
MARIAN = [
    replace(
        TRANSFORMER[0],
        norm="post",
        activation="swish",
        position_layout="halves",
        output_bias=True,
        source_vocab_size=source_vocab_size,
        scale_embedding=not source_vocab_size,
    )
    for source_vocab_size in (0, 31)
]
"""Transformers as Marian has them; the second reads other pieces than it writes."""
EVERY_CONFIG: list[ModelConfig] = [*RECURRENT, *CONVOLUTIONAL, *TRANSFORMER, *MARIAN]
ONE_OF_EACH: list[ModelConfig] = [RECURRENT[-1], CONVOLUTIONAL[-1], TRANSFORMER[-1]]


def name_of(config: ModelConfig) -> str:
    """The options that make it different from others, for test ids."""
    usual = vars(ModelConfig.from_dict({"architecture": config.architecture}))
    options = {name: value for name, value in vars(config).items() if value != usual[name]}
    shown = [
        name if value is True else str(value)
        for name, value in options.items()
        if not name.endswith("_dim") and name not in ("vocab_size", "max_positions", "heads")
    ]
    return "-".join([config.architecture, *shown])
