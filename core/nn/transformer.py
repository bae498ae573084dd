"""The Transformer (Vaswani et al. 2017), normalised before each part rather than after (Xiong et al. 2020).

Letters: B batch, S source, T target, V vocabulary, D model width, L layers, H heads, A width of one head."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.config import TransformerConfig
from core.nn.heads import CrossAttention, KeysValues, SelfAttention
from core.nn.positions import Positions
from core.nn.seq2seq import Seq2SeqModel, StepOutput


@dataclass(frozen=True)
class TransformerMemory:
    """What each decoder layer sees of the source."""

    layers: tuple[KeysValues, ...]
    mask_B11S: Tensor

    def select(self, index: Tensor) -> "TransformerMemory":
        layers = tuple(layer.select(index) for layer in self.layers)
        return TransformerMemory(layers, self.mask_B11S.index_select(0, index))


@dataclass(frozen=True)
class TransformerState:
    """Keys and values of every piece read so far, layer by layer: none is computed twice.

    A step makes longer copies and leaves the old ones alone, so that other hypotheses may go on from them."""

    layers: tuple[KeysValues, ...]

    @property
    def length(self) -> int:
        """Pieces read so far."""
        return self.layers[0].keys_BHSA.shape[2]

    def reorder(self, index: Tensor) -> "TransformerState":
        return TransformerState(tuple(layer.select(index) for layer in self.layers))


class FeedForward(nn.Sequential):
    """max(0, x W1 + b1) W2 + b2 at each position by itself (eq. 2)."""

    def __init__(self, config: TransformerConfig) -> None:
        first = nn.Linear(config.embed_dim, config.feedforward_dim)
        super().__init__(first, nn.ReLU(), nn.Linear(config.feedforward_dim, config.embed_dim))


class EncoderLayer(nn.Module):
    """x + attention(norm(x)), then x + feed-forward(norm(x))."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.norm_attention = nn.LayerNorm(config.embed_dim)
        self.attention = SelfAttention(config.embed_dim, config.heads)
        self.norm_feedforward = nn.LayerNorm(config.embed_dim)
        self.feedforward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x_BSD: Tensor, mask_B11S: Tensor) -> Tensor:
        found_BSD, _ = self.attention(self.norm_attention(x_BSD), None, mask_B11S)
        x_BSD = x_BSD + self.dropout(found_BSD)
        x_BSD = x_BSD + self.dropout(self.feedforward(self.norm_feedforward(x_BSD)))
        return x_BSD


class DecoderLayer(nn.Module):
    """As the encoder's, with a look at the source between the two."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.norm_attention = nn.LayerNorm(config.embed_dim)
        self.attention = SelfAttention(config.embed_dim, config.heads)
        self.norm_cross = nn.LayerNorm(config.embed_dim)
        self.cross = CrossAttention(config.embed_dim, config.heads)
        self.norm_feedforward = nn.LayerNorm(config.embed_dim)
        self.feedforward = FeedForward(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x_BTD: Tensor,
        past: KeysValues | None,
        source: KeysValues,
        mask_B11S: Tensor,
        need_weights: bool,
    ) -> tuple[Tensor, KeysValues, Tensor | None]:
        """States, keys and values so far, weights (B, H, T, S). With a past, T must be 1."""
        found_BTD, seen = self.attention(self.norm_attention(x_BTD), past, causal=past is None)
        x_BTD = x_BTD + self.dropout(found_BTD)
        found_BTD, weights_BHTS = self.cross(self.norm_cross(x_BTD), source, mask_B11S, need_weights)
        x_BTD = x_BTD + self.dropout(found_BTD)
        x_BTD = x_BTD + self.dropout(self.feedforward(self.norm_feedforward(x_BTD)))
        return x_BTD, seen, weights_BHTS


class TransformerSeq2Seq(Seq2SeqModel):
    """Source, target and output embeddings are one matrix (Press & Wolf 2017)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config: TransformerConfig = config
        self.attention_layers, self.attention_heads = config.decoder_layers, config.heads
        self.max_positions = config.max_positions
        self.embedding = nn.Embedding(config.vocab_size, config.embed_dim, padding_idx=0)
        self.positions = Positions(config.embed_dim, config.max_positions)
        self.dropout = nn.Dropout(config.dropout)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(config.embed_dim)
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        self.decoder_norm = nn.LayerNorm(config.embed_dim)
        nn.init.normal_(self.embedding.weight, std=config.embed_dim**-0.5)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    @property
    def output_weight(self) -> Tensor:
        return self.embedding.weight

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> TransformerMemory:
        x_BSD, mask_B11S = self._embed(source_ids_BS), mask_BS[:, None, None]
        for layer in self.encoder:
            x_BSD = layer(x_BSD, mask_B11S)
        x_BSD = self.encoder_norm(x_BSD)
        return TransformerMemory(tuple(layer.cross.look_at(x_BSD) for layer in self._layers), mask_B11S)

    def start(self, memory: TransformerMemory) -> TransformerState:
        return TransformerState(
            tuple(KeysValues(keys[:, :, :0], values[:, :, :0]) for keys, values in memory.layers)
        )

    def step(self, previous_ids_B: Tensor, state: TransformerState, memory: TransformerMemory) -> StepOutput:
        x_B1D, layers, weights = self._embed(previous_ids_B.unsqueeze(1), state.length), [], []
        for layer, past, source in zip(self._layers, state.layers, memory.layers, strict=True):
            x_B1D, seen, weights_BH1S = layer(x_B1D, past, source, memory.mask_B11S, True)
            layers.append(seen)
            weights.append(weights_BH1S)
        logits_BV = self.decoder_norm(x_B1D).squeeze(1) @ self.output_weight.t()
        weights_BLHS = torch.stack(weights, dim=1).squeeze(3)
        return StepOutput(logits_BV, TransformerState(tuple(layers)), weights_BLHS)

    def decode(
        self, memory: TransformerMemory, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        x_BTD, weights = self._embed(target_in_BT), []
        for layer, source in zip(self._layers, memory.layers, strict=True):
            x_BTD, _, weights_BHTS = layer(x_BTD, None, source, memory.mask_B11S, need_weights)
            weights.append(weights_BHTS)
        return self.decoder_norm(x_BTD), torch.stack(weights, dim=1) if need_weights else None

    def _embed(self, ids_BT: Tensor, start: int = 0) -> Tensor:
        embedded_BTD: Tensor = self.dropout(self.positions(self.embedding(ids_BT), start))
        return embedded_BTD

    @property
    def _layers(self) -> list[DecoderLayer]:
        return [layer for layer in self.decoder if isinstance(layer, DecoderLayer)]
