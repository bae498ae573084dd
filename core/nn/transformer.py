"""The Transformer (Vaswani et al. 2017), by default normalised before each part (Xiong et al. 2020).

Letters: B batch, S source, T target, V vocabulary, D model width, L layers, H heads, A width of one head."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from core.changes import Change
from core.config import Activation, TransformerConfig
from core.nn.dropout import Dropout
from core.nn.heads import CrossAttention, KeysValues, SelfAttention
from core.nn.positions import Positions
from core.nn.rows import UNCHANGED, LayerChange, kept_heads, require_fit, rows_of_layer
from core.nn.seq2seq import SelfWeights, Seq2SeqModel, StepOutput

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {"relu": nn.ReLU, "gelu": nn.GELU, "swish": nn.SiLU}


@dataclass(frozen=True)
class TransformerMemory:
    """What each decoder layer sees of the source."""

    layers: tuple[KeysValues, ...]
    mask_B11S: Tensor
    changes: tuple[LayerChange, ...]
    """One for each decoder layer."""

    def select(self, index: Tensor) -> "TransformerMemory":
        layers = tuple(layer.select(index) for layer in self.layers)
        return TransformerMemory(layers, self.mask_B11S.index_select(0, index), self.changes)


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
    """activation(x W1 + b1) W2 + b2 at each position by itself (eq. 2)."""

    def __init__(self, config: TransformerConfig) -> None:
        first = nn.Linear(config.embed_dim, config.feedforward_dim)
        activation = _ACTIVATIONS[config.activation]()
        super().__init__(first, activation, nn.Linear(config.feedforward_dim, config.embed_dim))


class Layer(nn.Module):
    """Parts with short cuts around them: x + part(norm(x)), or normalised afterwards, norm(x + part(x))."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.norm_first = config.norm == "pre"
        self.dropout = Dropout(config.dropout)

    def enter(self, norm: nn.LayerNorm, x_BTD: Tensor) -> Tensor:
        """What the part sees of x."""
        seen_BTD: Tensor = norm(x_BTD) if self.norm_first else x_BTD
        return seen_BTD

    def leave(self, norm: nn.LayerNorm, x_BTD: Tensor, found_BTD: Tensor) -> Tensor:
        """x with what the part found."""
        sum_BTD = x_BTD + self.dropout(found_BTD)
        left_BTD: Tensor = sum_BTD if self.norm_first else norm(sum_BTD)
        return left_BTD


class EncoderLayer(Layer):
    """Self-attention, then feed-forward."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(config)
        self.norm_attention = nn.LayerNorm(config.embed_dim)
        self.attention = SelfAttention(config.embed_dim, config.heads)
        self.norm_feedforward = nn.LayerNorm(config.embed_dim)
        self.feedforward = FeedForward(config)

    def forward(self, x_BSD: Tensor, mask_B11S: Tensor, kept_H11: Tensor | None = None) -> Tensor:
        seen_BSD = self.enter(self.norm_attention, x_BSD)
        found_BSD, _ = self.attention(seen_BSD, None, mask_B11S, kept_H11=kept_H11)
        x_BSD = self.leave(self.norm_attention, x_BSD, found_BSD)
        found_BSD = self.feedforward(self.enter(self.norm_feedforward, x_BSD))
        return self.leave(self.norm_feedforward, x_BSD, found_BSD)


class DecoderLayer(Layer):
    """As the encoder's, with a look at the source between the two."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(config)
        self.norm_attention = nn.LayerNorm(config.embed_dim)
        self.attention = SelfAttention(config.embed_dim, config.heads)
        self.norm_cross = nn.LayerNorm(config.embed_dim)
        self.cross = CrossAttention(config.embed_dim, config.heads)
        self.norm_feedforward = nn.LayerNorm(config.embed_dim)
        self.feedforward = FeedForward(config)

    def forward(
        self,
        x_BTD: Tensor,
        past: KeysValues | None,
        source: KeysValues,
        mask_B11S: Tensor,
        need_weights: bool,
        change: LayerChange = UNCHANGED,
    ) -> tuple[Tensor, KeysValues, Tensor | None]:
        """States, keys and values so far, weights (B, H, T, S). With a past, T must be 1."""
        start = 0 if past is None else past.keys_BHSA.shape[2]
        found_BTD, seen = self.attention(
            self.enter(self.norm_attention, x_BTD), past, None, past is None, change.kept_self_H11
        )
        x_BTD = self.leave(self.norm_attention, x_BTD, found_BTD)
        found_BTD, weights_BHTS = self.cross(
            self.enter(self.norm_cross, x_BTD), source, mask_B11S, need_weights, change, start
        )
        x_BTD = self.leave(self.norm_cross, x_BTD, found_BTD)
        found_BTD = self.feedforward(self.enter(self.norm_feedforward, x_BTD))
        return self.leave(self.norm_feedforward, x_BTD, found_BTD), seen, weights_BHTS


class TransformerSeq2Seq(Seq2SeqModel):
    """Target and output embeddings are one matrix, and those of the source unless it has pieces of its own
    (Press & Wolf 2017)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config: TransformerConfig = config
        self.attention_layers, self.attention_heads = config.decoder_layers, config.heads
        self.max_positions = config.max_positions
        self.embedding = nn.Embedding(config.vocab_size, config.embed_dim, padding_idx=0)
        self.positions = Positions(
            config.embed_dim, config.max_positions, config.position_layout, config.scale_embedding
        )
        self.dropout = Dropout(config.dropout)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.encoder_norm = self._last_norm()
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        self.decoder_norm = self._last_norm()
        self.source_embedding = None
        if config.source_vocab_size:
            self.source_embedding = nn.Embedding(config.source_vocab_size, config.embed_dim, padding_idx=0)
        self.output_bias = nn.Parameter(torch.zeros(config.vocab_size)) if config.output_bias else None

    def draw_weights(self) -> None:
        """Begin at random; a model that is restored has no need of it."""
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=self.config.embed_dim**-0.5)
            elif isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    @property
    def output_weight(self) -> Tensor:
        """Where there is a bias, it is the weight of one more feature, which is always 1."""
        if self.output_bias is None:
            return self.embedding.weight
        return torch.cat([self.embedding.weight, self.output_bias.unsqueeze(1)], dim=1)

    def logits(self, features_BTE: Tensor) -> Tensor:
        if self.output_bias is None:
            return super().logits(features_BTE)
        # the same without a copy of the whole matrix, which is large beside one sentence
        return features_BTE[..., :-1] @ self.embedding.weight.t() + self.output_bias

    def embed_source(self, source_ids_BS: Tensor) -> Tensor:
        embedded_BSE: Tensor = (self.source_embedding or self.embedding)(source_ids_BS)
        return embedded_BSE

    def read(self, embedded_BSE: Tensor, mask_BS: Tensor, change: Change | None = None) -> TransformerMemory:
        change, mask_B11S = change or Change(), mask_BS[:, None, None]
        if change:
            require_fit(change, mask_BS, self._attentions)
        x_BSD = self._place(embedded_BSE)
        for level, layer in enumerate(self.encoder):
            x_BSD = layer(x_BSD, mask_B11S, self._kept(change, "encoder", level))
        x_BSD = self.encoder_norm(x_BSD)
        layers = tuple(layer.cross.look_at(x_BSD) for layer in self._layers)
        return TransformerMemory(layers, mask_B11S, self._changes(change, mask_BS))

    def start(self, memory: TransformerMemory) -> TransformerState:
        return TransformerState(
            tuple(KeysValues(keys[:, :, :0], values[:, :, :0]) for keys, values in memory.layers)
        )

    def step(self, previous_ids_B: Tensor, state: TransformerState, memory: TransformerMemory) -> StepOutput:
        x_B1D = self._place(self.embedding(previous_ids_B.unsqueeze(1)), state.length)
        layers, weights = [], []
        parts = zip(self._layers, state.layers, memory.layers, memory.changes, strict=True)
        for layer, past, source, change in parts:
            x_B1D, seen, weights_BH1S = layer(x_B1D, past, source, memory.mask_B11S, True, change)
            layers.append(seen)
            weights.append(weights_BH1S)
        features_BE = self.decoder_norm(x_B1D).squeeze(1)
        logits_BV = features_BE @ self.embedding.weight.t()
        if self.output_bias is not None:
            logits_BV = logits_BV + self.output_bias
            features_BE = pad(features_BE, (0, 1), value=1.0)
        weights_BLHS = torch.stack(weights, dim=1).squeeze(3)
        return StepOutput(logits_BV, TransformerState(tuple(layers)), weights_BLHS, features_BE)

    def decode(
        self, memory: TransformerMemory, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        x_BTD, weights = self._place(self.embedding(target_in_BT)), []
        for layer, source, change in zip(self._layers, memory.layers, memory.changes, strict=True):
            x_BTD, _, weights_BHTS = layer(x_BTD, None, source, memory.mask_B11S, need_weights, change)
            weights.append(weights_BHTS)
        x_BTD = self.decoder_norm(x_BTD)
        if self.output_bias is not None:
            x_BTD = pad(x_BTD, (0, 1), value=1.0)
        return x_BTD, torch.stack(weights, dim=1) if need_weights else None

    def self_attention(
        self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor, change: Change | None = None
    ) -> SelfWeights:
        """Each layer is asked where it would look, and then taken as always."""
        embedded_BSE, mask_B11S = self.embed_source(source_ids_BS), mask_BS[:, None, None]
        memory = self.read(embedded_BSE, mask_BS, change)
        x_BSD, encoder, decoder = self._place(embedded_BSE), [], []
        for level, layer in enumerate(layer for layer in self.encoder if isinstance(layer, EncoderLayer)):
            seen_BSD = layer.enter(layer.norm_attention, x_BSD)
            encoder.append(layer.attention.weights(seen_BSD, mask_B11S))
            x_BSD = layer(x_BSD, mask_B11S, self._kept(change or Change(), "encoder", level))
        x_BTD = self._place(self.embedding(target_in_BT))
        past_TT = target_in_BT.new_ones(target_in_BT.shape[1], target_in_BT.shape[1], dtype=torch.bool).tril()
        for cell, source, part in zip(self._layers, memory.layers, memory.changes, strict=True):
            decoder.append(cell.attention.weights(cell.enter(cell.norm_attention, x_BTD), past_TT))
            x_BTD, _, _ = cell(x_BTD, None, source, mask_B11S, False, part)
        return SelfWeights(torch.stack(encoder, dim=1), torch.stack(decoder, dim=1))

    def _kept(self, change: Change, kind: str, level: int) -> Tensor | None:
        return kept_heads(change.heads_off, kind, level, self.config.heads, self.embedding.weight.device)

    def _changes(self, change: Change, mask_BS: Tensor) -> tuple[LayerChange, ...]:
        return tuple(
            LayerChange(
                rows_of_layer(change.edits, level, mask_BS),
                self._kept(change, "decoder", level),
                self._kept(change, "cross", level),
            )
            if change
            else UNCHANGED
            for level in range(self.config.decoder_layers)
        )

    @property
    def _attentions(self) -> dict[str, tuple[int, int]]:
        """Layers and heads of each kind."""
        config = self.config
        below, above = (config.encoder_layers, config.heads), (config.decoder_layers, config.heads)
        return {"encoder": below, "decoder": above, "cross": above}

    def _last_norm(self) -> nn.Module:
        """What stands behind the last layer; after a `post` norm nothing is left to normalise."""
        return nn.LayerNorm(self.config.embed_dim) if self.config.norm == "pre" else nn.Identity()

    def _place(self, embedded_BTD: Tensor, start: int = 0) -> Tensor:
        """Embeddings with their positions, the first of which is `start`."""
        placed_BTD: Tensor = self.dropout(self.positions(embedded_BTD, start))
        return placed_BTD

    @property
    def _layers(self) -> list[DecoderLayer]:
        return [layer for layer in self.decoder if isinstance(layer, DecoderLayer)]
