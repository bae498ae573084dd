"""Recurrent encoder and decoder: GRU or LSTM, any depth, with or without attention.

Letters: B batch, S source, T target, M memory width, D decoder width, E embedding width, L layers."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.config import RecurrentConfig
from core.nn.attention import build_attention, weighted_sum
from core.nn.seq2seq import Seq2SeqModel, StepOutput

_CELLS: dict[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}


@dataclass(frozen=True)
class RecurrentMemory:
    """Encoder states, what attention projected from them, and their summary."""

    keys_BSA: Tensor
    values_BSM: Tensor
    mask_BS: Tensor
    summary_BM: Tensor
    """Last state of each direction of the top layer: all that a model without attention sees."""

    def select(self, index: Tensor) -> "RecurrentMemory":
        rows = [tensor.index_select(0, index) for tensor in vars(self).values()]
        return RecurrentMemory(*rows)


@dataclass(frozen=True)
class RecurrentState:
    """Hidden (and cell) states of B prefixes, and the last attentional vector when it is fed back."""

    hidden_LBD: Tensor
    cell_LBD: Tensor | None
    fed_BD: Tensor | None

    def reorder(self, index: Tensor) -> "RecurrentState":
        return RecurrentState(
            self.hidden_LBD.index_select(1, index),
            None if self.cell_LBD is None else self.cell_LBD.index_select(1, index),
            None if self.fed_BD is None else self.fed_BD.index_select(0, index),
        )


class RecurrentEncoder(nn.Module):
    """Stacked GRU or LSTM, one- or two-way."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.rnn = _CELLS[config.cell](
            config.embed_dim,
            config.encoder_dim,
            num_layers=config.encoder_layers,
            bidirectional=config.bidirectional,
            dropout=config.dropout if config.encoder_layers > 1 else 0.0,
            batch_first=True,
        )
        self.directions = 2 if config.bidirectional else 1

    def forward(self, embedded_BSE: Tensor, mask_BS: Tensor) -> tuple[Tensor, Tensor]:
        """States (B, S, M), zero at padding, and the summary (B, M)."""
        if bool(mask_BS.all()):
            states_BSM, last = self.rnn(embedded_BSE)
        else:  # packed, or padding would reach the backward direction
            lengths = mask_BS.sum(1).cpu()
            packed = pack_padded_sequence(embedded_BSE, lengths, batch_first=True, enforce_sorted=False)
            packed_states, last = self.rnn(packed)
            width = mask_BS.shape[1]
            states_BSM, _ = pad_packed_sequence(packed_states, batch_first=True, total_length=width)
        hidden = last[0] if isinstance(last, tuple) else last
        return states_BSM, torch.cat(list(hidden[-self.directions :]), dim=1)


class RecurrentSeq2Seq(Seq2SeqModel):
    """Encoder-decoder whose source, target and output embeddings are one matrix (Press & Wolf 2017).

    The decoder reads the previous piece, its new top state asks the attention (Luong et al. 2015), and
    state and context make the attentional vector that the output layer scores."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config: RecurrentConfig = config
        self.attention_layers = self.attention_heads = 0 if config.attention == "none" else 1
        self.max_positions = None
        width, cell = config.decoder_dim, _CELLS[config.cell]
        self.embedding = nn.Embedding(config.vocab_size, config.embed_dim, padding_idx=0)
        self.encoder = RecurrentEncoder(config)
        self.bridge = nn.Linear(config.memory_dim, width * config.decoder_layers)
        self.decoder = cell(
            config.embed_dim + (width if config.input_feeding else 0),
            width,
            num_layers=config.decoder_layers,
            dropout=config.dropout if config.decoder_layers > 1 else 0.0,
            batch_first=True,
        )
        self.attention = build_attention(config.attention, width, config.memory_dim)
        context_dim = config.memory_dim if self.attention is None else self.attention.value_dim
        if config.combine == "concat":
            self.combine = nn.Linear(width + context_dim, width)
        else:
            self.combine = nn.Linear(context_dim, width, bias=False)
        self.features = nn.Linear(width, config.embed_dim, bias=False)
        self.dropout = nn.Dropout(config.dropout)
        self._initialise()

    def _initialise(self) -> None:
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

    def encode(self, source_ids_BS: Tensor, mask_BS: Tensor) -> RecurrentMemory:
        states_BSM, summary_BM = self.encoder(self.dropout(self.embedding(source_ids_BS)), mask_BS)
        if self.attention is None:
            return RecurrentMemory(states_BSM, states_BSM, mask_BS, summary_BM)
        keys_BSA, values_BSM = self.attention.project(states_BSM)
        return RecurrentMemory(keys_BSA, values_BSM, mask_BS, summary_BM)

    def start(self, memory: RecurrentMemory) -> RecurrentState:
        hidden_BX = torch.tanh(self.bridge(memory.summary_BM))
        hidden_BLD = hidden_BX.view(len(hidden_BX), self.config.decoder_layers, self.config.decoder_dim)
        hidden_LBD = hidden_BLD.transpose(0, 1).contiguous()
        return RecurrentState(
            hidden_LBD,
            torch.zeros_like(hidden_LBD) if self.config.cell == "lstm" else None,
            torch.zeros_like(hidden_LBD[0]) if self.config.input_feeding else None,
        )

    def step(self, previous_ids_B: Tensor, state: RecurrentState, memory: RecurrentMemory) -> StepOutput:
        vector_B1D, state, weights_B1S = self._advance(
            self.embedding(previous_ids_B).unsqueeze(1), state, memory
        )
        logits_BV = self.features(vector_B1D.squeeze(1)) @ self.output_weight.t()
        return StepOutput(logits_BV, state, None if weights_B1S is None else weights_B1S.unsqueeze(1))

    def decode(
        self, memory: RecurrentMemory, target_in_BT: Tensor, need_weights: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        state, embedded_BTE = self.start(memory), self.dropout(self.embedding(target_in_BT))
        # With input feeding a step needs the vector of the step before; otherwise all go at once.
        parts = embedded_BTE.split(1, dim=1) if self.config.input_feeding else (embedded_BTE,)
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
        """Attentional vectors (B, T, D) of T known inputs; T must be 1 with input feeding."""
        if state.fed_BD is not None:
            embedded_BTE = torch.cat([embedded_BTE, state.fed_BD.unsqueeze(1)], dim=2)
        if state.cell_LBD is None:
            hidden_BTD, hidden_LBD = self.decoder(embedded_BTE, state.hidden_LBD.to(embedded_BTE.dtype))
            state = replace(state, hidden_LBD=hidden_LBD)
        else:
            carried = (state.hidden_LBD.to(embedded_BTE.dtype), state.cell_LBD.to(embedded_BTE.dtype))
            hidden_BTD, (hidden_LBD, cell_LBD) = self.decoder(embedded_BTE, carried)
            state = replace(state, hidden_LBD=hidden_LBD, cell_LBD=cell_LBD)
        vector_BTD, weights_BTS = self._look(hidden_BTD, memory)
        if state.fed_BD is not None:
            state = replace(state, fed_BD=vector_BTD[:, -1])
        return vector_BTD, state, weights_BTS

    def _look(self, hidden_BTD: Tensor, memory: RecurrentMemory) -> tuple[Tensor, Tensor | None]:
        """Combine decoder states with what they attend to."""
        if self.attention is None:
            context, weights_BTS = memory.summary_BM.unsqueeze(1).expand(-1, hidden_BTD.shape[1], -1), None
        else:
            scores_BTS = self.attention.scores(hidden_BTD, memory.keys_BSA)
            context, weights_BTS = weighted_sum(scores_BTS, memory.mask_BS, memory.values_BSM)
        if self.config.combine == "add":
            return torch.tanh(hidden_BTD + self.combine(context)), weights_BTS
        return torch.tanh(self.combine(torch.cat([hidden_BTD, context], dim=2))), weights_BTS
