"""A recurrent decoder, GRU or LSTM, with or without attention, over either kind of encoder.

Letters: B batch, S source, T target, M memory width, D decoder width, E embedding width, L layers."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from core.changes import Change
from core.config import ConvolutionalConfig, RecurrentConfig
from core.nn.attention import CoverageAttention, build_attention, weighted_sum
from core.nn.dropout import Dropout
from core.nn.encoders import ConvolutionalEncoder, RecurrentEncoder
from core.nn.rows import Row, require_fit, rows_of_layer
from core.nn.seq2seq import Seq2SeqModel, StepOutput
from core.nn.stack import build_stack


@dataclass(frozen=True)
class RecurrentMemory:
    """Encoder states, what attention projected from them, and their summary."""

    keys_BSA: Tensor
    values_BSM: Tensor
    mask_BS: Tensor
    summary_BM: Tensor
    """The sentence as one vector: all that a model without attention sees."""
    edits: tuple[Row, ...] = ()
    """Rows that the attention is to have."""

    def select(self, index: Tensor) -> "RecurrentMemory":
        tensors = (self.keys_BSA, self.values_BSM, self.mask_BS, self.summary_BM)
        keys_BSA, values_BSM, mask_BS, summary_BM = (tensor.index_select(0, index) for tensor in tensors)
        return RecurrentMemory(keys_BSA, values_BSM, mask_BS, summary_BM, self.edits)


@dataclass(frozen=True)
class RecurrentState:
    """Hidden states of B prefixes, and what else the configuration asks a step to remember."""

    hidden_LBD: Tensor
    cell_LBD: Tensor | None
    """Cell states of an LSTM."""
    fed_BD: Tensor | None
    """The last attentional vector, when it is fed back."""
    coverage_BS: Tensor | None
    """Sum of the attention so far, when it enters the next."""
    length: int = 0
    """Pieces read so far."""

    def reorder(self, index: Tensor) -> "RecurrentState":
        return RecurrentState(
            self.hidden_LBD.index_select(1, index),
            None if self.cell_LBD is None else self.cell_LBD.index_select(1, index),
            None if self.fed_BD is None else self.fed_BD.index_select(0, index),
            None if self.coverage_BS is None else self.coverage_BS.index_select(0, index),
            self.length,
        )


class RecurrentSeq2Seq(Seq2SeqModel):
    """Encoder-decoder whose source, target and output embeddings are one matrix (Press & Wolf 2017).

    The decoder reads the previous piece, its new top state asks the attention (Luong et al. 2015), and
    state and context make the attentional vector that the output layer scores."""

    def __init__(self, config: RecurrentConfig | ConvolutionalConfig) -> None:
        super().__init__()
        self.config: RecurrentConfig | ConvolutionalConfig = config
        self.attention_layers = self.attention_heads = 0 if config.attention == "none" else 1
        width = config.decoder_dim
        self.embedding = nn.Embedding(config.vocab_size, config.embed_dim, padding_idx=0)
        self.encoder: RecurrentEncoder | ConvolutionalEncoder
        if isinstance(config, ConvolutionalConfig):
            self.encoder, self.max_positions = ConvolutionalEncoder(config), config.max_positions
        else:
            self.encoder, self.max_positions = RecurrentEncoder(config), None
        self.bridge = nn.Linear(config.memory_dim, width * config.decoder_layers)
        input_dim = config.embed_dim + (width if config.input_feeding else 0)
        self.decoder = build_stack(config, input_dim, width, config.decoder_layers)
        self.attention = build_attention(config)
        context_dim = config.memory_dim if self.attention is None else self.attention.value_dim
        if config.combine == "concat":
            self.combine = nn.Linear(width + context_dim, width)
        else:
            self.combine = nn.Linear(context_dim, width, bias=False)
        self.features = nn.Linear(width, config.embed_dim, bias=False)
        self.dropout = Dropout(config.dropout)

    def draw_weights(self) -> None:
        """Begin at random; a model that is restored has no need of it."""
        nn.init.normal_(self.embedding.weight, std=self.config.embed_dim**-0.5)
        for name, parameter in self.named_parameters():
            if "weight_hh" in name:
                for gate in torch.split(parameter.data, parameter.shape[1]):
                    nn.init.orthogonal_(gate)
            elif parameter.dim() == 2 and not name.startswith("embedding"):
                nn.init.xavier_uniform_(parameter)
            elif "bias" in name:
                nn.init.zeros_(parameter)

    @property
    def output_weight(self) -> Tensor:
        """(V, E): scores a feature vector against every piece."""
        return self.embedding.weight

    def embed_source(self, source_ids_BS: Tensor) -> Tensor:
        embedded_BSE: Tensor = self.embedding(source_ids_BS)
        return embedded_BSE

    def read(self, embedded_BSE: Tensor, mask_BS: Tensor, change: Change | None = None) -> RecurrentMemory:
        edits: tuple[Row, ...] = ()
        if change:
            require_fit(change, mask_BS, {"cross": (self.attention_layers, self.attention_heads)})
            edits = rows_of_layer(change.edits, 0, mask_BS)
        states_BSM, summary_BM = self.encoder(self.dropout(embedded_BSE), mask_BS)
        if self.attention is None:
            return RecurrentMemory(states_BSM, states_BSM, mask_BS, summary_BM)
        keys_BSA, values_BSM = self.attention.project(states_BSM)
        return RecurrentMemory(keys_BSA, values_BSM, mask_BS, summary_BM, edits)

    def start(self, memory: RecurrentMemory) -> RecurrentState:
        # the bridge, tanh(W h) (Bahdanau et al. 2015, appendix A.2.2): (B, M) -> (B, L x D)
        hidden_BX = torch.tanh(self.bridge(memory.summary_BM))
        hidden_BLD = hidden_BX.view(len(hidden_BX), self.config.decoder_layers, self.config.decoder_dim)
        hidden_LBD = hidden_BLD.transpose(0, 1).contiguous()
        return RecurrentState(
            hidden_LBD,
            torch.zeros_like(hidden_LBD) if self.config.cell == "lstm" else None,
            torch.zeros_like(hidden_LBD[0]) if self.config.input_feeding else None,
            torch.zeros_like(memory.mask_BS, dtype=torch.float32) if self.config.coverage else None,
        )

    def step(self, previous_ids_B: Tensor, state: RecurrentState, memory: RecurrentMemory) -> StepOutput:
        vector_B1D, state, weights_B1S = self._advance(
            self.dropout(self.embedding(previous_ids_B)).unsqueeze(1), state, memory
        )
        features_BE = self.features(self.dropout(vector_B1D.squeeze(1)))
        logits_BV = features_BE @ self.output_weight.t()
        weights_BLHS = None if weights_B1S is None else weights_B1S.unsqueeze(1)
        return StepOutput(logits_BV, state, weights_BLHS, features_BE)

    def decode(
        self, memory: RecurrentMemory, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        state, embedded_BTE = self.start(memory), self.dropout(self.embedding(target_in_BT))
        # What is fed back or covered is known only after the step before; otherwise all steps go at once.
        one_by_one = self.config.input_feeding or self.config.coverage
        parts = embedded_BTE.split(1, dim=1) if one_by_one else (embedded_BTE,)
        vectors, weights = [], []
        for part_BTE in parts:
            vectors_BTD, state, weights_BTS = self._advance(part_BTE, state, memory)
            vectors.append(vectors_BTD)
            if weights_BTS is not None and need_weights:
                weights.append(weights_BTS)
        features_BTE = self.features(self.dropout(torch.cat(vectors, 1)))
        return features_BTE, torch.cat(weights, 1)[:, None, None] if weights else None

    def _advance(
        self, embedded_BTE: Tensor, state: RecurrentState, memory: RecurrentMemory
    ) -> tuple[Tensor, RecurrentState, Tensor | None]:
        """Attentional vectors (B, T, D) of T known inputs; T must be 1 with input feeding or coverage."""
        if state.fed_BD is not None:
            embedded_BTE = torch.cat([embedded_BTE, state.fed_BD.unsqueeze(1)], dim=2)
        if state.cell_LBD is None:
            hidden_BTD, hidden_LBD = self.decoder(embedded_BTE, state.hidden_LBD.to(embedded_BTE.dtype))
            state = replace(state, hidden_LBD=hidden_LBD)
        else:
            carried = (state.hidden_LBD.to(embedded_BTE.dtype), state.cell_LBD.to(embedded_BTE.dtype))
            hidden_BTD, (hidden_LBD, cell_LBD) = self.decoder(embedded_BTE, carried)
            state = replace(state, hidden_LBD=hidden_LBD, cell_LBD=cell_LBD)
        context_BTM, weights_BTS = self._look(hidden_BTD, state, memory)
        if self.config.combine == "add":
            vector_BTD = torch.tanh(hidden_BTD + self.combine(context_BTM))
        else:
            vector_BTD = torch.tanh(self.combine(torch.cat([hidden_BTD, context_BTM], dim=2)))
        if state.fed_BD is not None:
            state = replace(state, fed_BD=vector_BTD[:, -1])
        if state.coverage_BS is not None and weights_BTS is not None:
            state = replace(state, coverage_BS=state.coverage_BS + weights_BTS[:, -1])
        return vector_BTD, replace(state, length=state.length + vector_BTD.shape[1]), weights_BTS

    def _look(
        self, hidden_BTD: Tensor, state: RecurrentState, memory: RecurrentMemory
    ) -> tuple[Tensor, Tensor | None]:
        """Context (B, T, M) of decoder states, and the weights (B, T, S) that made it."""
        if self.attention is None:
            return memory.summary_BM.unsqueeze(1).expand(-1, hidden_BTD.shape[1], -1), None
        if isinstance(self.attention, CoverageAttention) and state.coverage_BS is not None:
            scores_BTS = self.attention.covered_scores(hidden_BTD, memory.keys_BSA, state.coverage_BS)
        else:
            scores_BTS = self.attention.scores(hidden_BTD, memory.keys_BSA)
        return weighted_sum(scores_BTS, memory.mask_BS, memory.values_BSM, memory.edits, state.length)
