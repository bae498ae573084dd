"""JoeyNMT's recurrent model with our weights, driven through JoeyNMT's own `predict`.

Nothing inside JoeyNMT is changed; its tokeniser is made to put the target-language tag in front."""

import logging
from collections.abc import Sequence
from types import SimpleNamespace

import torch
from joeynmt import prediction
from joeynmt.config import TestConfig
from joeynmt.datasets import StreamDataset
from joeynmt.model import Model, build_model
from joeynmt.tokenizers import BasicTokenizer, SentencePieceTokenizer
from joeynmt.vocabulary import Vocabulary
from torch import Tensor, nn

from core.checkpoint import Checkpoint
from core.config import ModelConfig, RecurrentConfig
from core.text.tokenizer import BOS_ID, EOS_ID, PAD_ID, UNK_ID, language_tag

SPECIALS = (UNK_ID, PAD_ID, BOS_ID, EOS_ID)  # JoeyNMT insists on this order; ours starts PAD, UNK
CPU = torch.device("cpu")

RENAMED = {
    "encoder.rnn.": "encoder.rnn.",
    "decoder.": "decoder.rnn.",
    "bridge.": "decoder.bridge_layer.",
    "combine.": "decoder.att_vector_layer.",
    "attention.key.": "decoder.attention.key_layer.",
    "attention.query.": "decoder.attention.query_layer.",
    "attention.energy.": "decoder.attention.energy_layer.",
}


class TaggedTokenizer(SentencePieceTokenizer):
    """Puts the target-language tag before the pieces, as our model expects."""

    tag: str

    def __call__(self, raw_input: str, is_train: bool = False) -> list[str]:
        return [self.tag, *super().__call__(raw_input, is_train)]

    def set_vocab(self, vocab: Vocabulary) -> None:
        """Leaves SentencePiece unrestricted: restricted to a vocabulary it no longer decodes byte pieces."""
        BasicTokenizer.set_vocab(self, vocab)


class JoeyTranslator:
    """Text in, text out, by JoeyNMT."""

    def __init__(self, checkpoint: Checkpoint, tokenizer_file: str, target: str, factored: bool) -> None:
        """`factored`: lend JoeyNMT our two-step output layer instead of the product of the two steps."""
        require_expressible(checkpoint.config)
        self.vocabulary = build_vocabulary(checkpoint)
        self.model = build_joey_model(checkpoint, self.vocabulary, factored)
        tokenizer = TaggedTokenizer(level="bpe", model_file=tokenizer_file)
        tokenizer.tag = language_tag(target)
        tokenizer.set_vocab(self.vocabulary)
        encoder = self.vocabulary.sentences_to_ids
        self.dataset = StreamDataset(
            path="",
            src_lang="source",
            trg_lang="target",
            has_prompt={"source": False, "target": False},
            tokenizer={"source": tokenizer, "target": tokenizer},
            sequence_encoder={"source": encoder, "target": encoder},
        )

    def translate(self, texts: Sequence[str], beam: int, max_length: int) -> list[tuple[str, int]]:
        """One batch through `predict`, as JoeyNMT's interactive mode does it."""
        self.dataset.reset_cache()
        for text in texts:
            self.dataset.set_item(text)
        _, _, found, pieces, _, _ = prediction.predict(
            model=self.model,
            data=self.dataset,
            device=CPU,
            n_gpu=0,
            normalization="none",
            args=search_options(len(texts), beam, max_length),
            autocast={"device_type": "cpu", "enabled": False},
        )
        return [(text, len(tokens)) for text, tokens in zip(found, pieces, strict=True)]

    def logits(self, source_ids_BS: Tensor, mask_BS: Tensor, target_in_BT: Tensor) -> Tensor:
        """(B, T, V) by teacher forcing in our ids and our order; rows must come longest source first."""
        swap = to_joey_ids(self.model.decoder.output_size)
        with torch.inference_mode():
            out, _, _, _ = self.model._encode_decode(
                src=swap[source_ids_BS],
                trg_input=swap[target_in_BT],
                src_mask=mask_BS.unsqueeze(1),
                src_length=mask_BS.sum(1),
            )
        return torch.as_tensor(out)[:, :, swap]


def search_options(batch: int, beam: int, max_length: int) -> TestConfig:
    """JoeyNMT's options, set to what ours do: no forced first piece, no <unk>, penalty exponent 1."""
    return TestConfig(
        load_model=None,
        batch_size=batch,
        batch_type="sentence",
        max_output_length=max_length,
        min_output_length=0,
        eval_metrics=[],
        sacrebleu_cfg=None,
        beam_size=beam,
        beam_alpha=1.0,
        n_best=1,
        return_attention=False,
        return_prob="none",
        generate_unk=False,
        repetition_penalty=-1,
        no_repeat_ngram_size=-1,
    )


def require_expressible(config: ModelConfig) -> None:
    """JoeyNMT's recurrent decoder is one fixed shape; anything else has no counterpart there."""
    fits = (
        isinstance(config, RecurrentConfig)
        and config.cell == "gru"
        and config.bidirectional
        and config.decoder_layers == 1
        and config.attention == "additive"
        and config.combine == "concat"
    )
    if not fits:
        raise SystemExit(
            f"JoeyNMT can only express a two-way GRU with additive attention, but this is {config}."
        )


def to_joey_ids(vocab_size: int) -> Tensor:
    """Our id -> JoeyNMT's, and back: PAD and UNK change places."""
    ids = torch.arange(vocab_size)
    ids[[PAD_ID, UNK_ID]] = ids[[UNK_ID, PAD_ID]]
    return ids


def build_vocabulary(checkpoint: Checkpoint) -> Vocabulary:
    """Our pieces under JoeyNMT's ids."""
    pieces = checkpoint.tokenizer.pieces(range(checkpoint.config.vocab_size))
    unk, pad, bos, eos = (pieces[index] for index in SPECIALS)
    symbols = SimpleNamespace(
        **{"unk_token": unk, "pad_token": pad, "bos_token": bos, "eos_token": eos, "sep_token": None},
        **{"unk_id": 0, "pad_id": 1, "bos_id": 2, "eos_id": 3, "sep_id": None, "lang_tags": []},
    )
    return Vocabulary(list(pieces[len(SPECIALS) :]), symbols)


def build_joey_model(checkpoint: Checkpoint, vocabulary: Vocabulary, factored: bool) -> Model:
    """JoeyNMT's network with our weights, in evaluation mode."""
    config = checkpoint.config
    embeddings = {"embedding_dim": config.embed_dim, "scale": False}
    model = build_model(
        {
            "tied_embeddings": True,
            "encoder": {
                **{"type": "recurrent", "rnn_type": "gru", "bidirectional": True, "embeddings": embeddings},
                **{"num_layers": config.encoder_layers, "hidden_size": config.encoder_dim},
            },
            "decoder": {
                **{"type": "recurrent", "rnn_type": "gru", "init_hidden": "bridge", "attention": "bahdanau"},
                **{"num_layers": 1, "hidden_size": config.decoder_dim, "embeddings": embeddings},
                "input_feeding": config.input_feeding,
            },
        },
        vocabulary,
        vocabulary,
    )
    model.load_state_dict(convert(checkpoint.weights))
    if factored:
        model.decoder.output_layer = factored_output(checkpoint)
    return model.eval().requires_grad_(False)


def convert(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Our names and shapes -> JoeyNMT's."""
    embedding = weights["embedding.weight"].float()[to_joey_ids(len(weights["embedding.weight"]))]
    converted = {
        "src_embed.lut.weight": embedding,
        "trg_embed.lut.weight": embedding,
        "decoder.output_layer.weight": embedding @ weights["features.weight"].float(),
    }
    for name, tensor in weights.items():
        prefix = next((prefix for prefix in RENAMED if name.startswith(prefix)), None)
        if prefix:
            converted[RENAMED[prefix] + name.removeprefix(prefix)] = tensor.float()
    return converted


def factored_output(checkpoint: Checkpoint) -> nn.Sequential:
    """Our output layer: down to the embedding's width, then against the embedding."""
    config, weights = checkpoint.config, checkpoint.weights
    layer = nn.Sequential(
        nn.Linear(config.decoder_dim, config.embed_dim, bias=False),
        nn.Linear(config.embed_dim, config.vocab_size, bias=False),
    )
    embedding = weights["embedding.weight"].float()[to_joey_ids(config.vocab_size)]
    layer.load_state_dict({"0.weight": weights["features.weight"].float(), "1.weight": embedding})
    return layer


def silence() -> None:
    """JoeyNMT reports every call; a benchmark must not pay for that."""
    logging.getLogger("joeynmt").setLevel(logging.ERROR)
    logging.disable(logging.INFO)
