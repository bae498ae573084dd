"""Projects over a store, with translators that reverse words, or say what a test wants."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.options import DecodeOptions
from core.results import SegmentTranslation
from demo_app.services.corrections import CorrectionService
from demo_app.services.guarded_corrections import GuardedCorrections
from demo_app.services.model_pool import ModelPool
from demo_app.services.people import acting
from demo_app.services.pretranslation import Pretranslation
from demo_app.services.project_files import ProjectFiles
from demo_app.services.projects import ProjectService
from demo_app.services.quality.gate import Assesses
from demo_app.services.turns import TurnService
from demo_app.settings import Settings
from tests.demo_app.services.quality.samples import Passing
from tests.demo_app.store.samples import counting_ids, open_empty, ticking_clock
from tests.fakes_translator import FakeTranslator


class Shouting(FakeTranslator):
    """Disagrees with the other in every word."""

    def _translate(self, text: str, target: str, options: DecodeOptions) -> SegmentTranslation:
        return super()._translate(text.upper(), target, options)


class Watching:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.lines: dict[int, str] = {}
        self.done: list[tuple[int, int]] = []
        self.bytes: tuple[int, int] = (0, 0)

    def refused(self, line: int, words: str) -> None:
        self.lines[line] = words

    def read(self, done_bytes: int, total_bytes: int) -> None:
        self.bytes = done_bytes, total_bytes

    def translated(self, done: int, total: int) -> None:
        self.done.append((done, total))


class Rig:
    """Whoever acts is said by `acting_as`."""

    def __init__(self, folder: Path, gate: Assesses | None = None, **settings: Any) -> None:
        self.folder = folder
        self.models = {"fake": FakeTranslator(), "loud": Shouting("loud@abcdef012345")}
        for name in self.models:
            (folder / "models" / name).mkdir(parents=True)
            (folder / "models" / name / "config.json").write_text("{}")
        self.store = open_empty(folder / "x.db")
        self.settings = Settings(data_dir=folder, **settings)
        pool = ModelPool(folder / "models", lambda path: self.models[path.name], "fake")
        pretranslation = Pretranslation(self.store.database, self.store.translations)
        files = ProjectFiles(self.settings, self.store.projects, pretranslation)
        self.projects = ProjectService(self.store.projects, files, pool, self.store.users, acting)
        corrections = CorrectionService(
            self.settings,
            GuardedCorrections(self.store.database, ticking_clock(), counting_ids("c"), acting),
            self.store.translations,
            gate or Passing(),
        )
        self.turns = TurnService(self.projects, self.store.queue, corrections, acting)

    def file(self, name: str, rows: Sequence[str | dict[str, Any]]) -> Path:
        path = self.folder / name
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
        return path
