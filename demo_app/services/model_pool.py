"""The models on disk, each loaded once and kept, and swapped while they serve. Knows no request and no
database."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

from core.errors import CheckpointError, CheckpointNotFoundError, NotFoundError
from demo_app.services.fallback import in_its_place, load_in_use
from demo_app.services.model_info import ModelInfo
from demo_app.services.served_model import ServedModel
from demo_app.services.versions import KnowsVersions, OneVersion, best_first

log = logging.getLogger(__name__)
_MAX_HELD_BACK = 64


class ModelPool:
    """Thread-safe; a model is loaded at its first use, by one thread while the others wait for it.

    A folder of `models_dir` with a `config.json` is a model. Where its version in use cannot be loaded, the
    last one before that can serves in its place. One of which none can is left out of `names`; naming it
    tries again, so that a repaired folder needs no restart. Either is told in `problems`.

    When another version becomes production, `swap` loads it beside the one that serves, and then requests
    get the new one. Who has the old one in hand finishes with it: it is forgotten, and its memory free, as
    soon as nobody holds it."""

    def __init__(
        self,
        models_dir: Path,
        load: Callable[[Path], ServedModel],
        default: str | None = None,
        versions: KnowsVersions | None = None,
    ) -> None:
        """`load` opens one folder or raises `CheckpointError`; `default`: used when no name is given."""
        self._models_dir = models_dir
        self._load = load
        self._default = default
        self._versions = versions or OneVersion(models_dir)
        self._folders_served: dict[str, Path] = {}
        self._earlier: WeakValueDictionary[str, ServedModel] = WeakValueDictionary()
        self._visited: ServedModel | None = None
        """The one earlier version that somebody asked for by its id last."""
        self._models: dict[str, ServedModel] = {}
        self._problems: dict[str, str] = {}
        self._held_back: dict[str, tuple[int, int]] = {}
        """Calls of `refresh` that pass by what failed, and how many after the next failure."""
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._state = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Models that serve as far as is known; the default one first, then those that measured best."""
        with self._state:
            usable = [one for one in self._folders() if one in self._models or one not in self._problems]
        return tuple(sorted(usable, key=lambda name: name != self._default))

    def problems(self) -> dict[str, str]:
        """The sentence for each damaged model, and for each that serves in place of a damaged version.
        Loads what was not loaded yet."""
        for name in self.names():
            self._try(name)
        with self._state:
            return {name: self._problems[name] for name in self._folders() if name in self._problems}

    def get(self, name: str | None = None, direction: tuple[str, str] | None = None) -> ServedModel:
        """The model of that name; without one, the first that serves the direction, or else the default one.

        Raises `CheckpointError` with the sentence to show."""
        if name is not None:
            return self._open(name)
        for candidate in self.names() if direction else ():
            if (model := self._try(candidate)) and direction in model.directions:
                return model
        if self._default is not None:
            return self._open(self._default)
        for candidate in self.names() or self._folders():
            if model := self._try(candidate):
                return model
        sentences = " ".join(self.problems().values()) or "Put a model folder there or set `models_dir`."
        raise CheckpointNotFoundError(
            f"At least one usable model must be in {str(self._models_dir)!r}, but there is none. {sentences}"
        )

    def by_id(self, model_id: str) -> ServedModel:
        """The very weights that a stored row names; raises `NotFoundError` when they are gone."""
        if model := self._at_hand(model_id) or self._visit(model_id):
            return model
        namesake = model_id.partition("@")[0]
        # The folder of that name first: then no other model is loaded just to read its digest.
        for name in sorted(self.names(), key=lambda name: (name not in self._models, name != namesake)):
            model = self._try(name)
            if model is not None and model.model_id == model_id:
                return model
        problem = self.problems().get(namesake, "")
        raise NotFoundError(
            f"The model {model_id!r} is needed for this, but it is no longer in {str(self._models_dir)!r}; "
            + (problem or "put its folder back, or translate the text again with another model.")
        )

    def info(self) -> tuple[ModelInfo, ...]:
        """All usable models, the default one first. Loads what was not loaded yet."""
        models = ((name, self._try(name)) for name in self.names())
        return tuple(_info(name, model) for name, model in models if model is not None)

    def swap(self, name: str) -> ServedModel:
        """Serve what is production now; raises `CheckpointError`, and goes on with what served before.

        A model that nobody used yet is loaded too."""
        with self._locks_of(name):
            folder = self._versions.production(name)  # not before: it may change while another swap is on
            with self._state:
                before = self._models.get(name)
                if before is not None and self._folders_served.get(name) == folder:
                    self._problems.pop(name, None)
                    return before
            model = self._load(folder)
            with self._state:
                if before is not None:
                    self._earlier[before.model_id] = before
                if self._visited is not None and self._visited.model_id == model.model_id:
                    self._visited = None
                self._keep(name, model, folder)
            return model

    def refresh(self) -> None:
        """Swap whatever another program promoted or rolled back; to be called every second or so.

        What cannot be swapped goes on as it was, is told in `problems`, and is left alone for 1, 2, 4
        and at last 64 calls."""
        with self._state:
            loaded = dict(self._folders_served)
        for name, folder in loaded.items():
            left, after = self._held_back.pop(name, (0, 1))
            if left:
                self._held_back[name] = left - 1, after
                continue
            try:
                if self._versions.production(name) != folder or name in self._problems:
                    self.swap(name)
            except Exception as error:  # whatever it is, it must not keep the other models
                if after == 1:
                    log.warning("The model %s goes on with the version that serves: %r", name, error)
                with self._state:
                    self._problems.setdefault(name, in_its_place(error, self._models[name]))
                self._held_back[name] = after, min(2 * after, _MAX_HELD_BACK)

    def _at_hand(self, model_id: str) -> ServedModel | None:
        """In memory already."""
        with self._state:
            known = [*self._models.values(), *([self._visited] if self._visited else [])]
            return next((model for model in known if model.model_id == model_id), self._earlier.get(model_id))

    def _visit(self, model_id: str) -> ServedModel | None:
        """Load a version that is not in use; the one that was visited before it is forgotten."""
        folder = self._versions.find(model_id)
        if folder is None or folder == self._production_or_none(model_id.partition("@")[0]):
            return None
        try:
            model = self._load(folder)
        except CheckpointError as error:
            log.warning("The version %s cannot be used: %s", model_id, error)
            return None
        with self._state:
            self._visited = model
        return model

    def _production_or_none(self, name: str) -> Path | None:
        try:
            return self._versions.production(name)
        except CheckpointError:
            return None

    def _locks_of(self, name: str) -> threading.Lock:
        with self._state:
            return self._locks[name]

    def _keep(self, name: str, model: ServedModel, folder: Path) -> None:
        self._models[name], self._folders_served[name] = model, folder
        self._problems.pop(name, None)

    def _try(self, name: str) -> ServedModel | None:
        try:
            return self._open(name)
        except CheckpointError:
            return None

    def _open(self, name: str) -> ServedModel:
        with self._state:
            lock = self._locks[name] if name in self._folders() else None
            model = self._models.get(name)
        if model is not None:
            return model
        if lock is None:
            known = ", ".join(self.names()) or "none"
            raise CheckpointNotFoundError(
                f"`model` must be one of the models here ({known}), but is {name!r}."
            )
        with lock:
            return self._models.get(name) or self._load_first(name)

    def _load_first(self, name: str) -> ServedModel:
        try:
            model, folder, trouble = load_in_use(self._versions, self._load, name)
        except CheckpointError as error:
            with self._state:
                self._problems[name] = str(error)
            raise
        with self._state:
            self._keep(name, model, folder)
            if trouble:
                self._problems[name] = trouble
        return model

    def _folders(self) -> tuple[str, ...]:
        """Names of the model folders, best first; none when `models_dir` is missing or cannot be read."""
        try:
            folders = [config.parent for config in self._models_dir.glob("*/config.json")]
            return tuple(folder.name for folder in best_first(folders))
        except OSError as error:
            log.warning("The folder of models %s cannot be read: %s", self._models_dir, error)
            return ()


def _info(name: str, model: ServedModel) -> ModelInfo:
    return ModelInfo(
        name=name,
        model_id=model.model_id,
        directions=model.directions,
        has_attention=model.has_attention,
        layers=model.layers,
        heads=model.heads,
        parameters=model.parameters,
        card=model.card,
        examples=tuple(
            (one["source"], one["target"], one["text"]) for one in model.measures.get("examples", [])
        ),
    )
