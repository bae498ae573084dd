"""Versions of one model on disk, and which of them is in use.

    FOLDER/aliases.json       production, candidate, predecessors, history; replaced whole
    FOLDER/<12 digits>/       a model folder with lineage.json and the report that it was judged by

The model that came with the program is a version too, read where it lies and never written. Safe for
several processes: who changes something holds `FOLDER/.lock`, who reads needs no lock. A kill at any moment
leaves the version before or the one after, and folders with a dot in front that `clean_up` sweeps."""

import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.checkpoint import Checkpoint, load_checkpoint, replace_folder
from core.errors import (
    CheckpointError,
    CheckpointNotFoundError,
    ConfigError,
    CorruptCheckpointError,
    StaleRevisionError,
)
from core.lineage import SHIPPED, Aliases, Event, Lineage, Version
from core.locks import locked
from core.nn.factory import restore_model
from core.training.files import saving, write_whole

LINEAGE_FILE, ALIASES_FILE = "lineage.json", "aliases.json"
_ID_DIGITS = 12


class Registry:
    """Every method raises the `CheckpointError` tree."""

    def __init__(self, folder: Path, base: Path) -> None:
        """`folder` is made when something is added; `base`: the shipped model's."""
        self.folder, self.base = folder, base

    def aliases(self) -> Aliases:
        """As they are now; before anything was promoted the shipped model is production."""
        path = self.folder / ALIASES_FILE
        try:
            return Aliases.from_dict(json.loads(path.read_bytes()))
        except FileNotFoundError:
            return Aliases()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CorruptCheckpointError(
                f"{path} must say which version is in use, but is unreadable ({error!r}); "
                "put a copy back, or delete it to go on with the shipped model."
            ) from error

    def history(self) -> tuple[Event, ...]:
        """What was added, promoted, rolled back and removed, oldest first."""
        return self.aliases().history

    def versions(self) -> tuple[Version, ...]:
        """All whole folders: the shipped one, then the others as they were made. Weights are not read."""
        found = (self._version(path.name) for path in self.folder.glob("[!.]*"))
        made = [(one.lineage.created_at, one.id, one) for one in found if one and one.lineage]
        return (
            Version(SHIPPED, self.base, None),
            *(version for _, _, version in sorted(made, key=lambda one: one[:2])),
        )

    def get(self, version_id: str) -> Version:
        """By id, or by `name@digest`; raises `CheckpointNotFoundError`."""
        wanted = version_id.rpartition("@")[2]
        version = Version(SHIPPED, self.base, None) if wanted == SHIPPED else self._version(wanted)
        if version is None:
            known = ", ".join(one.id for one in self.versions())
            raise CheckpointNotFoundError(
                f"There must be a version {version_id!r} of {self.base.name}, but there are only {known}."
            )
        return version

    def production(self) -> Version:
        """The version in use; raises `CheckpointNotFoundError` if its folder was taken away."""
        return self.get(self.aliases().production)

    def add(self, model: Path, lineage: Lineage, files: Mapping[str, bytes] | None = None) -> Version:
        """Copy a model folder in, verified, with `files` beside it; it becomes the candidate.

        The same weights twice are one version. It has the lineage and files of the last time: it is judged
        anew, by another general set or margin. What is in use, or was before that, keeps its own."""
        digest = verify(model, self._directions()).digest
        version_id = digest[:_ID_DIGITS]
        with locked(self.folder / ".lock"):
            aliases = self.aliases()
            served = version_id in (aliases.production, *aliases.predecessors)
            if not served or not self._is_sound(version_id):
                self._copy(model, version_id, lineage, files or {})
            if version_id not in (aliases.production, aliases.candidate):
                event = _event("added", version_id, aliases.production, lineage.created_at, {})
                self._write(replace(aliases, candidate=version_id), event)
            return self.get(version_id)

    def promote(
        self, version_id: str, at: str, facts: Mapping[str, Any] | None = None, before: str | None = None
    ) -> Version:
        """Make it production, once its folder was read and verified. `facts`: who and why, for the history.

        Raises `ConfigError` if it is production already, `StaleRevisionError` where production is not
        `before` any more."""
        with locked(self.folder / ".lock"):
            aliases, version = self.aliases(), self.get(version_id)
            _require_in_use(aliases, before)
            if version.id == aliases.production:
                raise ConfigError(
                    f"A version to promote must not be in use yet, but {version.id} is; choose another."
                )
            verify(version.folder, self._directions())
            changed = replace(
                aliases,
                production=version.id,
                candidate=None if aliases.candidate == version.id else aliases.candidate,
                predecessors=(*aliases.predecessors, aliases.production),
            )
            self._write(changed, _event("promoted", version.id, aliases.production, at, facts or {}))
            return version

    def rollback(
        self, at: str, facts: Mapping[str, Any] | None = None, version_id: str | None = None
    ) -> Version:
        """Make production's predecessor production again, one step; a damaged one is passed over.

        Raises `ConfigError` where there is nothing to go back to, `StaleRevisionError` where production is
        not `version_id` any more."""
        with locked(self.folder / ".lock"):
            aliases = self.aliases()
            _require_in_use(aliases, version_id)
            left, skipped = list(aliases.predecessors), []
            while left:
                version_id = left.pop()
                if self._is_sound(version_id):
                    break
                skipped.append(version_id)
            else:
                raise ConfigError(
                    "There must be a version to go back to, but "
                    + (
                        "none before this one can be read"
                        if skipped
                        else "nothing was promoted before this one"
                    )
                    + "; production stays as it is."
                )
            noted = {**(facts or {}), **({"skipped": skipped} if skipped else {})}
            changed = replace(aliases, production=version_id, predecessors=tuple(left))
            self._write(changed, _event("rolled_back", version_id, aliases.production, at, noted))
            return self.get(version_id)

    def clean_up(self, keep: int, at: str, spared: str = "") -> tuple[str, ...]:
        """Remove all but the newest `keep` versions; those in use stay whatever their age. Returns the ids.

        In use are production, its predecessor, the candidate, the shipped model, and `spared`."""
        if keep < 0:
            raise ConfigError(f"`keep` must be at least 0, but is {keep}.")
        with locked(self.folder / ".lock"):
            aliases = self.aliases()
            in_use = {*aliases.in_use, spared}
            idle = [one.id for one in self.versions() if one.id not in in_use]
            gone = tuple(idle[: max(0, len(idle) - keep)])
            if gone:
                left = tuple(one for one in aliases.predecessors if one not in gone)
                event = _event("removed", ",".join(gone), aliases.production, at, {})
                self._write(replace(aliases, predecessors=left), event)
            for version_id in gone:
                (self.folder / version_id).rename(self.folder / f".gone-{version_id}-{uuid.uuid4().hex[:8]}")
            for left_over in self.folder.glob(".*-*"):
                shutil.rmtree(left_over, ignore_errors=True)
            return gone

    def _version(self, version_id: str) -> Version | None:
        """What stands in the folder of this name; None unless it is whole as far as a look at it tells."""
        folder = self.folder / version_id
        if len(version_id) != _ID_DIGITS or not version_id.isalnum():
            return None
        try:
            return Version(version_id, folder, Lineage(**json.loads((folder / LINEAGE_FILE).read_bytes())))
        except (OSError, ValueError, TypeError):
            return None

    def _copy(self, model: Path, version_id: str, lineage: Lineage, files: Mapping[str, bytes]) -> None:
        try:
            content = {path.name: path.read_bytes() for path in model.iterdir() if path.is_file()}
        except OSError as error:
            raise CheckpointNotFoundError(
                f"{model} must stay readable while it is added, but is not ({error.strerror}); add it again."
            ) from error
        content |= {**files, LINEAGE_FILE: json.dumps(asdict(lineage), indent=2).encode() + b"\n"}
        replace_folder(self.folder / version_id, content)
        self._require(version_id)

    def _require(self, version_id: str) -> None:
        """What was copied is what was verified: the model folder may have changed in between."""
        found = verify(self.folder / version_id, self._directions()).digest[:_ID_DIGITS]
        if found != version_id:
            shutil.rmtree(self.folder / version_id, ignore_errors=True)
            raise CorruptCheckpointError("The model changed while it was added; add it again.")

    def _is_sound(self, version_id: str) -> bool:
        try:
            verify(self.get(version_id).folder, self._directions())
        except CheckpointError:
            return False
        return True

    def _directions(self) -> set[tuple[str, str]]:
        """What the shipped model translates, which every version must."""
        try:
            config = json.loads((self.base / "config.json").read_bytes())
            return {(source, target) for source, target in config["directions"]}
        except (OSError, ValueError, KeyError, TypeError):
            return set()  # A shipped model that is broken must not stop the others.

    def _write(self, aliases: Aliases, event: Event) -> None:
        content = replace(aliases, history=(*aliases.history, event)).to_dict()
        with saving("Which version is in use"):
            write_whole(self.folder / ALIASES_FILE, json.dumps(content, indent=1).encode() + b"\n")


def verify(folder: Path, directions: set[tuple[str, str]]) -> Checkpoint:
    """Read all of it, build the network and look at every weight; raises the `CheckpointError` tree."""
    checkpoint = load_checkpoint(folder)
    missing = directions - set(checkpoint.directions)
    if missing:
        lacks = ", ".join(f"{source}→{target}" for source, target in sorted(missing))
        raise CorruptCheckpointError(f"The model in {folder.name} must translate {lacks}, but does not.")
    special = [checkpoint.specialist.own] if checkpoint.specialist else []
    for weights in (checkpoint.weights, *special):
        restore_model(checkpoint.config, weights)
        if not all(bool(weight.isfinite().all()) for weight in weights.values()):
            raise CorruptCheckpointError(
                f"The weights in {folder.name} must be finite numbers, but some are not; train it again."
            )
    return checkpoint


def _require_in_use(aliases: Aliases, version_id: str | None) -> None:
    if version_id is not None and version_id.rpartition("@")[2] != aliases.production:
        raise StaleRevisionError(
            f"The version in use must still be {version_id!r}, but is {aliases.production}; look again. "
            "Nothing was changed."
        )


def _event(kind: str, version: str, before: str, at: str, facts: Mapping[str, Any]) -> Event:
    return Event(kind=kind, version=version, before=before, at=at, facts=dict(facts))
