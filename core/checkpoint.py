"""One model folder: weights, options, tokenizer, checksums, a card. Written whole or not at all."""

import hashlib
import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from core.config import CONFIGS, ModelConfig
from core.domain import Domain
from core.errors import (
    CheckpointError,
    CheckpointNotFoundError,
    CheckpointVersionError,
    ConfigError,
    CorruptCheckpointError,
)
from core.specialist import Specialist
from core.text.paired_tokenizer import PAIRED_FILES, PairedTokenizer
from core.text.tokenizer import JOINT_FILE, JointTokenizer, Tokenizer

FORMAT_VERSION = 4
"""1: recurrent models only. 2: `architecture` says which options `model` holds. 3: `tokenizer` says of which
files the vocabulary is made, and Transformers have more options. 4: there may be a specialist; a model
without one is written as 3, which earlier releases read."""
CARD_FILE = "MODEL_CARD.md"
COUNTS_FILE = "piece_counts.json"
MEASURES_FILE = "card.json"
SPECIALIST_FILE = "specialist.safetensors"
_WEIGHT, _DOMAIN = "weight.", "domain."
_SUMS_FILE = "SHA256SUMS"
_TOKENIZER_FILES = {"joint": (JOINT_FILE,), "paired": PAIRED_FILES}


@dataclass(frozen=True)
class Checkpoint:
    """A model at rest: weights on the CPU as they were stored, and all it takes to use them."""

    name: str
    config: ModelConfig
    directions: tuple[tuple[str, str], ...]
    weights: dict[str, Tensor]
    tokenizer: Tokenizer
    training: dict[str, Any]
    """How it came to be: recipe, seed, tokens seen, dev figures. Free of meaning to the loader."""
    card: str = ""
    measures: dict[str, Any] = field(default_factory=dict)
    """card.json: what was measured of the model, as `python -m core card` wrote it; empty before that."""
    piece_counts: tuple[int, ...] = ()
    """How often training saw each piece id, on either side; empty where that was not counted. They change
    nothing that a model writes: those counted after it was saved stand in no checksum, and its id stays."""
    aligner: tuple[int, int] | None = None
    """Layer and head of the cross-attention that links the piece read last (`core guide --later`), if any."""
    specialist: Specialist[dict[str, Tensor]] | None = None
    """Weights that answer what is like the corrections they were tuned on."""
    digest: str = ""
    """SHA-256 over the checksums of all files that have one, hex; empty before it was written."""

    @property
    def model_id(self) -> str:
        """`name@digest`, the digest cut to 12 digits."""
        return f"{self.name}@{self.digest[:12]}"

    def fits(self, source: str, target: str) -> bool:
        """Whether the model has a place for each piece of both texts and for what stands at their ends."""
        limit = getattr(self.config, "max_positions", None)
        sides = (self.tokenizer, source), (self.tokenizer.target, target)
        return limit is None or all(len(side.encode(text)) + 2 <= limit for side, text in sides)


def save_checkpoint(folder: Path, checkpoint: Checkpoint, dtype: torch.dtype = torch.float32) -> None:
    """Write the folder under a temporary name, sync it, rename it into place; an older one is replaced whole.

    `dtype` of the stored weights; a kill at any moment leaves the old folder or the new one, never a mix."""
    config = {
        "format_version": FORMAT_VERSION if checkpoint.specialist else FORMAT_VERSION - 1,
        "name": checkpoint.name,
        "architecture": checkpoint.config.architecture,
        "model": asdict(checkpoint.config),
        "tokenizer": "paired" if isinstance(checkpoint.tokenizer, PairedTokenizer) else "joint",
        "directions": [list(direction) for direction in checkpoint.directions],
        "training": checkpoint.training,
        **({"aligner": list(checkpoint.aligner)} if checkpoint.aligner else {}),
        **({"specialist": True} if checkpoint.specialist else {}),
    }
    files = {
        "config.json": json.dumps(config, indent=2, ensure_ascii=False).encode() + b"\n",
        "model.safetensors": save(_stored(checkpoint.weights, dtype)),
        **checkpoint.tokenizer.files,
    }
    if checkpoint.specialist:
        files[SPECIALIST_FILE] = _specialist_bytes(checkpoint.specialist, dtype)
    if checkpoint.piece_counts:
        files[COUNTS_FILE] = json.dumps(checkpoint.piece_counts).encode() + b"\n"
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    files[_SUMS_FILE] = sums.encode()
    if checkpoint.card:
        files[CARD_FILE] = checkpoint.card.encode()
    replace_folder(folder, files)


def _stored(weights: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    return {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in weights.items()}


def _specialist_bytes(specialist: Specialist[dict[str, Tensor]], dtype: torch.dtype) -> bytes:
    weights = {f"{_WEIGHT}{name}": one for name, one in _stored(specialist.own, dtype).items()}
    arrays = specialist.domain.to_arrays().items()
    return save({**weights, **{f"{_DOMAIN}{name}": torch.from_numpy(one) for name, one in arrays}})


def _specialist(content: bytes) -> Specialist[dict[str, Tensor]]:
    found = load(content)
    parts = (
        {name[len(of) :]: found[name] for name in found if name.startswith(of)} for of in (_WEIGHT, _DOMAIN)
    )
    weights, domain = parts
    return Specialist(weights, Domain.from_arrays({name: one.numpy() for name, one in domain.items()}))


def replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Atomically make `folder` hold exactly these files; raises `CheckpointError` when the disk will not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex[:8]
    fresh, old = (
        folder.with_name(f".{folder.name}.new-{mark}"),
        folder.with_name(f".{folder.name}.old-{mark}"),
    )
    try:
        fresh.mkdir()
        for name, content in files.items():
            with (fresh / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        raise CheckpointError(
            f"{folder} cannot be written ({error.strerror}), and is as it was; make room and try again."
        ) from error
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read and verify a folder; raises a leaf of `CheckpointError` that names the file at fault."""
    recover_folder(folder)
    files = {"config.json": _read(folder, "config.json")}
    config = _parse_config(folder, files["config.json"])
    tokenizer_files = _TOKENIZER_FILES[config["tokenizer"]]
    files |= {name: _read(folder, name) for name in ("model.safetensors", *tokenizer_files)}
    if config.get("specialist"):
        files[SPECIALIST_FILE] = _read(folder, SPECIALIST_FILE)
    if (folder / COUNTS_FILE).is_file():
        files[COUNTS_FILE] = _read(folder, COUNTS_FILE)
    sums = _read(folder, _SUMS_FILE)
    _verify(folder, files, sums)
    try:
        weights = load(files["model.safetensors"])
        specialist = _specialist(files[SPECIALIST_FILE]) if SPECIALIST_FILE in files else None
        model = ModelConfig.from_dict({"architecture": config["architecture"], **config["model"]})
        directions = tuple((source, target) for source, target in config["directions"])
        aligner = (int(config["aligner"][0]), int(config["aligner"][1])) if "aligner" in config else None
        counts = tuple(map(int, json.loads(files.get(COUNTS_FILE, b"[]"))))
        if counts and len(counts) != model.vocab_size:
            raise ValueError(f"{COUNTS_FILE} must have a number for each of its {model.vocab_size} pieces")
    except (SafetensorError, KeyError, ValueError, TypeError, ConfigError) as error:
        raise CorruptCheckpointError(f"The model in {folder.name} cannot be read: {error}.") from error
    card = folder / CARD_FILE
    return Checkpoint(
        name=config["name"],
        config=model,
        directions=directions,
        weights=weights,
        tokenizer=PairedTokenizer(files) if JOINT_FILE not in files else JointTokenizer(files[JOINT_FILE]),
        training=config["training"],
        card=card.read_text(encoding="utf-8") if card.is_file() else "",
        measures=_measures(folder / MEASURES_FILE),
        piece_counts=counts,
        aligner=aligner,
        specialist=specialist,
        digest=hashlib.sha256(sums).hexdigest(),
    )


def _measures(file: Path) -> dict[str, Any]:
    """A model is as good without them: what cannot be read is as if it was not there."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def digest_of(folder: Path) -> str:
    """The digest that a whole model in this folder has, without a look at its weights; empty of none."""
    try:
        return hashlib.sha256((folder / _SUMS_FILE).read_bytes()).hexdigest()
    except OSError:
        return ""


def recover_folder(folder: Path) -> None:
    """Put the old folder back if a kill fell between the two renames of `replace_folder`."""
    left_over = sorted(folder.parent.glob(f".{folder.name}.old-*")) if not folder.exists() else []
    if left_over:
        left_over[-1].rename(folder)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise CheckpointNotFoundError(
            f"A model folder must hold {name}, but {folder} does not ({error.strerror})."
        ) from error


def _parse_config(folder: Path, content: bytes) -> dict[str, Any]:
    """The version is looked at before the checksums: a newer format may keep other files."""
    try:
        config = json.loads(content)
        version = int(config["format_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptCheckpointError(
            f"config.json in {folder.name} is damaged; copy the model again."
        ) from error
    if version > FORMAT_VERSION:
        raise CheckpointVersionError(
            f"The model in {folder.name} has format {version}, but this release reads up to "
            f"{FORMAT_VERSION}; update the program."
        )
    if config.get("architecture") not in CONFIGS:
        raise CheckpointVersionError(
            f"The model in {folder.name} must be one of {', '.join(CONFIGS)}, but is "
            f"{config.get('architecture')!r}; update the program."
        )
    config.setdefault("tokenizer", "joint")
    if config["tokenizer"] not in _TOKENIZER_FILES:
        raise CheckpointVersionError(
            f"The tokenizer of {folder.name} must be one of {', '.join(_TOKENIZER_FILES)}, but is "
            f"{config['tokenizer']!r}; update the program."
        )
    return dict(config)


def _verify(folder: Path, files: dict[str, bytes], sums: bytes) -> None:
    lines = sums.decode("utf-8", "replace").splitlines()
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name, content in files.items():
        if name == COUNTS_FILE and name not in known:
            continue
        if known.get(name) != hashlib.sha256(content).hexdigest():
            raise CorruptCheckpointError(
                f"{name} in {folder.name} is damaged: it must have the checksum in {_SUMS_FILE}, but has "
                "not; copy the model again."
            )
