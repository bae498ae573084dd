"""JoeyNMT's networks in training, fed with our batches: its model, its loss, its order of things in a step.

`TrainManager` wants files and a configuration of its own; what it does in a step is done here by the same
calls (`Batch`, `sort_by_src_length`, `model(return_type="loss")`, `normalize`), in float32, for on a CPU it
allows nothing else."""

from typing import Any

import torch
from joeynmt.batch import Batch as JoeyBatch
from joeynmt.model import Model, build_model

from benchmarks.peers.joey_model import CPU, build_vocabulary, to_joey_ids
from core.checkpoint import Checkpoint
from core.config import ModelConfig, RecurrentConfig, TransformerConfig
from core.training.examples import Batch
from core.training.recipe import TrainConfig

UNK, PAD, BOS, EOS = range(4)
"""JoeyNMT's ids."""


class JoeyStepper:
    """One network and its optimiser."""

    def __init__(self, checkpoint: Checkpoint, config: ModelConfig, training: TrainConfig) -> None:
        vocabulary = build_vocabulary(checkpoint)
        self.model: Model = build_model(network(config), vocabulary, vocabulary)
        self.model.loss_function = ("crossentropy", training.label_smoothing)
        self.model.train()
        self.training = training
        self.swap = to_joey_ids(config.vocab_size)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=training.learning_rate)

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    def step(self, batch: Batch) -> float:
        """Learn from one batch; returns the loss per target piece, which is a divergence from
        smoothed targets and so lies below a cross-entropy."""
        joey = self._batch(batch)
        joey.sort_by_src_length()
        loss, _, _, _ = self.model(return_type="loss", **vars(joey))
        mean = joey.normalize(loss, normalization="tokens")
        mean.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.training.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return mean.item()

    def _batch(self, batch: Batch) -> JoeyBatch:
        """Our rows in JoeyNMT's ids; its targets start with BOS and end with EOS."""
        bos = torch.full((len(batch.target_out_BT), 1), BOS)
        targets = torch.cat([bos, self.swap[batch.target_out_BT]], dim=1)
        return JoeyBatch(
            src=self.swap[batch.source_ids_BS],
            src_length=batch.source_mask_BS.sum(1),
            src_prompt_mask=None,
            trg=targets,
            trg_prompt_mask=None,
            indices=torch.arange(len(targets)),
            device=CPU,
            pad_index=PAD,
            eos_index=EOS,
        )


def network(config: ModelConfig) -> dict[str, Any]:
    """JoeyNMT's description of the network that is nearest to ours."""
    if isinstance(config, TransformerConfig):
        return _transformer(config)
    if isinstance(config, RecurrentConfig):
        return _recurrent(config)
    raise SystemExit(f"JoeyNMT has no {config.architecture} network.")


def _recurrent(config: RecurrentConfig) -> dict[str, Any]:
    shared = {
        "embeddings": {"embedding_dim": config.embed_dim, "scale": False, "dropout": config.dropout},
        **{"type": "recurrent", "rnn_type": config.cell, "dropout": config.dropout},
    }
    return {
        "tied_embeddings": True,
        "encoder": {
            **shared,
            **{"num_layers": config.encoder_layers, "hidden_size": config.encoder_dim},
            "bidirectional": config.bidirectional,
        },
        "decoder": {
            **shared,
            **{"num_layers": config.decoder_layers, "hidden_size": config.decoder_dim},
            **{"init_hidden": "bridge", "attention": "bahdanau", "input_feeding": config.input_feeding},
            "hidden_dropout": config.dropout,
        },
    }


def _transformer(config: TransformerConfig) -> dict[str, Any]:
    shared = {
        "embeddings": {"embedding_dim": config.embed_dim, "scale": True, "dropout": config.dropout},
        **{"type": "transformer", "hidden_size": config.embed_dim, "ff_size": config.feedforward_dim},
        **{"num_heads": config.heads, "dropout": config.dropout, "layer_norm": "pre"},
    }
    return {
        **{"tied_embeddings": True, "tied_softmax": True},
        "encoder": {**shared, "num_layers": config.encoder_layers},
        "decoder": {**shared, "num_layers": config.decoder_layers},
    }
