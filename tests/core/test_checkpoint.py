"""A model folder is whole, or it is refused by name; whatever happens while it is written."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

from core.checkpoint import Checkpoint, load_checkpoint, recover_folder, replace_folder, save_checkpoint
from core.config import ModelConfig
from core.errors import (
    CheckpointError,
    CheckpointNotFoundError,
    CheckpointVersionError,
    CorruptCheckpointError,
)
from core.nn.factory import restore_model
from core.text.paired_tokenizer import PAIRED_FILES
from core.translator import Translator
from tests.core.nn.configs import ONE_OF_EACH, name_of
from tests.full_disk import no_file_above
from tests.paired import paired_files, paired_tokenizer
from tests.sources import ROOT
from tests.tiny import CONFIG, tiny_checkpoint

FILES = ("config.json", "model.safetensors", "tokenizer.model")
SIZED = [replace(config, vocab_size=CONFIG.vocab_size) for config in ONE_OF_EACH]
SOURCE = torch.tensor([[5, 9, 300, 3]])
TARGET_IN = torch.tensor([[2, 77, 8]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_checkpoint(tmp_path / "model", tiny_checkpoint())
    return tmp_path / "model"


def logits_of(checkpoint: Checkpoint) -> torch.Tensor:
    model = restore_model(checkpoint.config, checkpoint.weights).eval()
    return torch.as_tensor(model(SOURCE, torch.ones_like(SOURCE, dtype=torch.bool), TARGET_IN).logits_BTV)


def rewrite_config(folder: Path, keep: dict[str, Any] | None = None, **changes: Any) -> None:
    """Change config.json, or what is to be kept of it, and its checksum, as another program would."""
    path, sums = folder / "config.json", folder / "SHA256SUMS"
    before = sha256(path.read_bytes()).hexdigest()
    path.write_text(json.dumps({**(keep or json.loads(path.read_text())), **changes}))
    sums.write_text(sums.read_text().replace(before, sha256(path.read_bytes()).hexdigest()))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("config", SIZED, ids=name_of)
def test_a_restored_model_learns_without_changing_what_it_was_restored_from(config: ModelConfig) -> None:
    checkpoint = tiny_checkpoint(config)
    before = {name: tensor.clone() for name, tensor in checkpoint.weights.items()}
    one, other = (restore_model(checkpoint.config, checkpoint.weights) for _ in range(2))
    with torch.no_grad():
        for parameter in one.parameters():
            assert parameter.requires_grad
            parameter.add_(1.0)
    for name, weight in before.items():
        assert torch.equal(checkpoint.weights[name], weight), name
        assert torch.equal(other.state_dict()[name], weight), name


@pytest.mark.parametrize("config", SIZED, ids=name_of)
def test_a_saved_model_says_exactly_what_it_said(config: ModelConfig, tmp_path: Path) -> None:
    saved = tiny_checkpoint(config)
    save_checkpoint(tmp_path / "model", saved)
    loaded = load_checkpoint(tmp_path / "model")
    assert (loaded.config, loaded.directions, loaded.training) == (config, saved.directions, saved.training)
    assert loaded.tokenizer.serialized == saved.tokenizer.serialized
    assert torch.equal(logits_of(loaded), logits_of(saved))


def test_counts_of_pieces_are_kept_and_checked_where_there_are_any(folder: Path, tmp_path: Path) -> None:
    assert "piece_counts.json" not in names_in(folder)
    assert load_checkpoint(folder).piece_counts == () and Translator.load(folder, "cpu").piece_counts is None
    counted = replace(tiny_checkpoint(), piece_counts=tuple(range(CONFIG.vocab_size)))
    save_checkpoint(folder, counted)
    assert load_checkpoint(folder).piece_counts == counted.piece_counts
    assert Translator.load(folder, "cpu").piece_counts == {i: i for i in range(CONFIG.vocab_size)}
    later = tmp_path / "later"
    save_checkpoint(later, tiny_checkpoint())
    digest = load_checkpoint(later).digest
    (later / "piece_counts.json").write_bytes((folder / "piece_counts.json").read_bytes())
    assert load_checkpoint(later).piece_counts == counted.piece_counts
    assert load_checkpoint(later).digest == digest
    for file in (later / "piece_counts.json", folder / "piece_counts.json"):
        file.write_text("[1, 2]")
    with pytest.raises(CorruptCheckpointError, match="a number for each"):
        load_checkpoint(later)
    with pytest.raises(CorruptCheckpointError, match="piece_counts.json in model is damaged"):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", PAIRED_FILES)
def test_every_file_of_a_paired_tokenizer_is_kept_and_checked(name: str, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "model", replace(tiny_checkpoint(), tokenizer=paired_tokenizer()))
    loaded = load_checkpoint(tmp_path / "model")
    assert loaded.tokenizer.files == paired_files() and loaded.tokenizer.target is not loaded.tokenizer
    content = bytearray((tmp_path / "model" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "model" / name).write_bytes(content)
    with pytest.raises(CorruptCheckpointError, match=name):
        load_checkpoint(tmp_path / "model")


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_is_refused(name: str, folder: Path) -> None:
    content = bytearray((folder / name).read_bytes())
    content[content.index(b"e") if name == "config.json" else len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(CorruptCheckpointError, match=name):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_refused(name: str, share: float, folder: Path) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(CorruptCheckpointError, match=name):
        load_checkpoint(folder)


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(CheckpointNotFoundError, match=name):
        load_checkpoint(folder)


def test_a_newer_format_asks_for_a_newer_program(folder: Path) -> None:
    rewrite_config(folder, format_version=99)
    with pytest.raises(CheckpointVersionError, match="format 99, but .* update the program"):
        load_checkpoint(folder)


def test_an_unknown_architecture_is_named_beside_the_known_ones(folder: Path) -> None:
    rewrite_config(folder, architecture="mamba")
    with pytest.raises(CheckpointVersionError, match="recurrent, convolutional, transformer, but is 'mamba'"):
        load_checkpoint(folder)


def test_an_unknown_tokenizer_asks_for_a_newer_program(folder: Path) -> None:
    rewrite_config(folder, tokenizer="bytes")
    with pytest.raises(CheckpointVersionError, match="joint, paired, but is 'bytes'; update the program"):
        load_checkpoint(folder)


def test_options_of_another_architecture_are_refused(folder: Path) -> None:
    rewrite_config(folder, architecture="transformer", model={"cell": "gru"})
    with pytest.raises(CorruptCheckpointError, match="`cell` is an option of recurrent models"):
        load_checkpoint(folder)


def test_weights_of_another_architecture_are_refused(folder: Path) -> None:
    rewrite_config(folder, architecture="transformer", model={"vocab_size": CONFIG.vocab_size})
    with pytest.raises(CorruptCheckpointError, match="must be those of the transformer model"):
        Translator.load(folder, "cpu")


def test_a_folder_of_the_first_format_is_read(folder: Path) -> None:
    model = json.loads((folder / "config.json").read_text())["model"]
    for name in ("architecture", "residual", "coverage"):
        del model[name]
    rewrite_config(folder, format_version=1, model=model)
    assert load_checkpoint(folder).config == CONFIG


def test_a_folder_of_the_second_format_is_read(tmp_path: Path) -> None:
    """As the shipped models are: without the options and the file list that came later."""
    saved = tiny_checkpoint(SIZED[-1])
    save_checkpoint(tmp_path / "model", saved)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    later = ("norm", "activation", "position_layout", "scale_embedding", "output_bias", "source_vocab_size")
    model = {name: value for name, value in config["model"].items() if name not in later}
    del config["tokenizer"]
    rewrite_config(tmp_path / "model", keep=config, format_version=2, model=model)
    loaded = load_checkpoint(tmp_path / "model")
    assert loaded.config == saved.config and torch.equal(logits_of(loaded), logits_of(saved))


def test_a_full_disk_leaves_the_old_model(folder: Path) -> None:
    other = tiny_checkpoint(SIZED[-1], name="other")
    with no_file_above(10_000), pytest.raises(CheckpointError, match="cannot be written .* as it was"):
        save_checkpoint(folder, other)
    assert load_checkpoint(folder).config == CONFIG
    assert names_in(folder.parent) == {"model"}


def test_a_kill_between_the_two_renames_brings_the_old_model_back(folder: Path) -> None:
    folder.rename(folder.with_name(".model.old-0000abcd"))
    assert load_checkpoint(folder).config == CONFIG


def test_a_replaced_folder_keeps_nothing_of_the_old_one(tmp_path: Path) -> None:
    replace_folder(tmp_path / "a", {"old": b"1", "both": b"1"})
    replace_folder(tmp_path / "a", {"new": b"2", "both": b"2"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {
        "new": b"2",
        "both": b"2",
    }
    assert names_in(tmp_path) == {"a"}


SAVE_FOR_EVER = """
import itertools, pathlib, sys
from core.checkpoint import replace_folder
for turn in itertools.count():
    mark = str(turn).encode() * 1000
    replace_folder(pathlib.Path(sys.argv[1]), {name: mark for name in "abcdef"})
    print(turn, flush=True)
"""


def test_a_killed_save_leaves_the_old_folder_or_the_new(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with subprocess.Popen(
        [sys.executable, "-c", SAVE_FOR_EVER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for _ in range(3):
            last = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        last = int([str(last), *child.stdout.read().split()][-1])
    recover_folder(folder)
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(contents) == set("abcdef")
    assert len(set(contents.values())) == 1
    assert contents["a"] in {str(turn).encode() * 1000 for turn in (last, last + 1)}
