"""Every form in which OPUS-MT publishes models is read; what is not one of them is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from typer.testing import CliRunner

from core.checkpoint import Checkpoint
from core.cli.main import make_app
from core.errors import CheckpointNotFoundError, ConfigError, CorruptCheckpointError
from core.interchange.marian import Origin, convert_marian, files_to_fetch
from core.interchange.marian_vocabulary import Route, read_routes
from core.options import BeamOptions
from core.translator import Translator
from tests.core.interchange.marian_folder import SOURCES, write_marian_folder

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_marian_folder(tmp_path / "marian")
    return tmp_path / "marian"


def convert(folder: Path, *routes: str) -> Checkpoint:
    return convert_marian(folder, "made", read_routes(routes), Origin("here"))


def rewrite(path: Path, **changes: Any) -> None:
    """Change some values of a JSON file; None takes one out."""
    values = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    kept = {name: value for name, value in values.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return set(first) == set(second) and all(torch.equal(first[name], second[name]) for name in first)


def test_a_checkpoint_of_torch_holds_the_same_weights(folder: Path) -> None:
    expected = convert(folder).weights
    weights = load_file(folder / "model.safetensors")
    shared = weights["model.shared.weight"]  # the hub's files name it four times
    names = ("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "lm_head.weight")
    torch.save(weights | dict.fromkeys(names, shared), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    assert same(convert(folder).weights, expected)


class Harmful:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_a_pickle_that_is_more_than_tensors_is_refused_and_does_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({"final_logits_bias": Harmful(tmp_path / "harm")}, folder / "pytorch_model.bin")
    with pytest.raises(CorruptCheckpointError, match=r"pytorch_model.bin must hold tensors and nothing else"):
        convert(folder)
    assert not (tmp_path / "harm").exists()
    (folder / "pytorch_model.bin").write_bytes(b"something else")
    with pytest.raises(CorruptCheckpointError, match="tensors and nothing else"):
        convert(folder)


def test_weights_keep_the_width_in_which_they_are_published(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    assert convert(folder).weights["embedding.weight"].dtype == torch.float32
    save_file({name: tensor.half() for name, tensor in weights.items()}, folder / "model.safetensors")
    assert {tensor.dtype for tensor in convert(folder).weights.values()} == {torch.float16}


def test_a_multilingual_model_is_told_its_target_language(tmp_path: Path) -> None:
    write_marian_folder(tmp_path / "marian", tags=("es", "cmn_Hans"))
    checkpoint = convert(tmp_path / "marian", "fr-es", "fr-zh=cmn_Hans")
    translator = Translator.from_checkpoint(checkpoint, CPU)
    assert checkpoint.directions == (("fr", "es"), ("fr", "zh"))
    sources = [translator.encode_source(SOURCES[0], language) for language in ("es", "zh")]
    tags = [translator.tokenizer.pieces(ids)[0] for ids in sources]
    assert tags == ["<2es>", "<2zh>"] and sources[0][1:] == sources[1][1:]
    target_ids = translator.encode_target("The cat")
    assert translator.score(sources[0], target_ids) != translator.score(sources[1], target_ids)


def test_without_directions_a_folder_is_asked_for_its_own(tmp_path: Path) -> None:
    write_marian_folder(tmp_path / "one")
    assert convert(tmp_path / "one").directions == (("fr", "en"),)
    write_marian_folder(tmp_path / "many", tags=("es", "pt_BR"))
    assert convert(tmp_path / "many").directions == (("fr", "es"), ("fr", "pt_BR"))
    (tmp_path / "one" / "tokenizer_config.json").unlink()
    with pytest.raises(ConfigError, match="does not tell its languages; write --direction"):
        convert(tmp_path / "one")
    assert convert(tmp_path / "one", "de-nl").directions == (("de", "nl"),)


def test_a_direction_without_its_tag_is_refused(tmp_path: Path) -> None:
    write_marian_folder(tmp_path / "marian", tags=("spa", "por"))
    with pytest.raises(ConfigError, match="spa, por, but .* fr-es asks for es; write --direction fr-es=TAG"):
        convert(tmp_path / "marian", "fr-es")


def test_directions_are_read_as_they_are_written() -> None:
    assert read_routes(["fr-en", "en-zh=cmn_Hans"]) == (
        Route("fr", "en", "en"),
        Route("en", "zh", "cmn_Hans"),
    )
    for wrong in ("fren", "fr-", "fr-en-de", "fr-en=", "-en"):
        with pytest.raises(ConfigError, match="`direction` must be like fr-en or en-zh=cmn_Hans"):
            read_routes([wrong])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "bart"}, "of the type marian, but its config.json says 'bart'"),
        ({"decoder_attention_heads": 4}, "the same attention_heads, but have 3 and 4"),
        ({"activation_function": "tanh"}, "`activation_function` must be one of swish, silu"),
        ({"decoder_start_token_id": 0}, "must be `pad_token_id`, but they are 0 and"),
        ({"d_model": None}, "that can be converted, but: 'd_model'"),
        ({"dropout": 2.0}, "that can be converted, but: `dropout` must be between 0 and 0.9"),
        ({"encoder_layers": 3}, "not whole: 'model.encoder.layers.2.self_attn.q_proj.weight'"),
        ({"encoder_ffn_dim": 20, "decoder_ffn_dim": 20}, "must be those of the transformer model"),
    ],
)
def test_what_is_no_such_model_is_refused(changes: dict[str, Any], words: str, folder: Path) -> None:
    rewrite(folder / "config.json", **changes)
    with pytest.raises(CorruptCheckpointError, match=words):
        convert(folder)


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("model.encoder.embed_positions.weight", (60, 24), "The encoder's positions must be sinusoids"),
        ("lm_head.weight", (53, 24), "The output layer must be the embedding of the target"),
    ],
)
def test_a_network_that_ours_cannot_be_is_refused(
    name: str, shape: tuple[int, int], words: str, folder: Path
) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file(weights | {name: torch.ones(shape)}, folder / "model.safetensors")
    with pytest.raises(CorruptCheckpointError, match=words):
        convert(folder)


@pytest.mark.parametrize(
    "name", ["config.json", "vocab.json", "source.spm", "target.spm", "model.safetensors"]
)
def test_a_missing_or_damaged_file_is_named(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"something else")
    with pytest.raises(CorruptCheckpointError, match=name):
        convert(folder)
    (folder / name).unlink()
    with pytest.raises(CheckpointNotFoundError, match=name):
        convert(folder)


def test_only_what_is_read_is_fetched() -> None:
    needed = ["config.json", "vocab.json", "source.spm", "target.spm"]
    published = [*needed, "tf_model.h5", "rust_model.ot", "pytorch_model.bin"]
    assert files_to_fetch(published) == (*needed, "pytorch_model.bin")
    assert files_to_fetch([*published, "README.md", "model.safetensors"]) == (
        *(*needed, "README.md"),
        "model.safetensors",
    )
    with pytest.raises(CheckpointNotFoundError, match="must hold vocab.json"):
        files_to_fetch(["config.json"])
    with pytest.raises(CheckpointNotFoundError, match="must hold model.safetensors"):
        files_to_fetch(needed)


def test_the_command_writes_a_folder_that_translates(folder: Path, tmp_path: Path) -> None:
    command = ["convert", "marian", str(folder), "--into", str(tmp_path / "mine"), "--direction", "fr-en"]
    done = CliRunner().invoke(make_app(), command, catch_exceptions=False)
    assert done.stdout.split() == [str(tmp_path / "mine")]
    translator = Translator.load(tmp_path / "mine", "cpu")
    expected = Translator.from_checkpoint(convert(folder), CPU)
    options = BeamOptions(n_best=5)
    found, other = (one.translate(SOURCES[7], "fr", "en", options) for one in (translator, expected))
    assert found.segments == other.segments and translator.name == "mine"
    assert "# mine" in translator.card
