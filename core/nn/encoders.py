"""Two ways to read a source for a recurrent decoder: recurrently, or by convolutions.

Letters: B batch, S source, E embedding width, M memory width."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import glu
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.config import ConvolutionalConfig, RecurrentConfig
from core.nn.dropout import Dropout
from core.nn.positions import Positions
from core.nn.stack import build_stack


class RecurrentEncoder(nn.Module):
    """Stacked GRU or LSTM, one- or two-way."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.rnn = build_stack(
            config, config.embed_dim, config.encoder_dim, config.encoder_layers, config.bidirectional
        )
        self.directions = 2 if config.bidirectional else 1

    def forward(self, embedded_BSE: Tensor, mask_BS: Tensor) -> tuple[Tensor, Tensor]:
        """States (B, S, M), zero at padding, and the last state of each direction of the top layer (B, M)."""
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


class ConvolutionalEncoder(nn.Module):
    """Gated convolutions over embeddings and positions (Gehring et al. 2017, section 3.2): all pieces of a
    sentence at once, each layer seeing `kernel_width` - 1 pieces further."""

    def __init__(self, config: ConvolutionalConfig) -> None:
        super().__init__()
        width, kernel = config.encoder_dim, config.kernel_width
        self.positions = Positions(config.embed_dim, config.max_positions)
        self.enter = nn.Linear(config.embed_dim, width)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, 2 * width, kernel, padding=kernel // 2) for _ in range(config.encoder_layers)
        )
        self.dropout = Dropout(config.dropout)
        for layer in self.layers:
            # A gate quarters the variance and dropout raises it again (section 3.5 of the same paper).
            keep = 1.0 - config.dropout
            nn.init.normal_(layer.get_parameter("weight"), std=math.sqrt(4.0 * keep / (kernel * width)))

    def forward(self, embedded_BSE: Tensor, mask_BS: Tensor) -> tuple[Tensor, Tensor]:
        """States (B, S, M), zero at padding, and their mean over the real pieces (B, M)."""
        real_BS1 = mask_BS.unsqueeze(2).to(embedded_BSE.dtype)
        x_BSM = self.enter(self.positions(embedded_BSE)) * real_BS1
        for layer in self.layers:
            # (B, S, M) -> (B, M, S) -> (B, 2M, S) -> (B, M, S) -> (B, S, M)
            gated_BMS = glu(layer(self.dropout(x_BSM).transpose(1, 2)), dim=1)
            x_BSM = (x_BSM + gated_BMS.transpose(1, 2)) * math.sqrt(0.5) * real_BS1
        return x_BSM, x_BSM.sum(1) / real_BS1.sum(1)
