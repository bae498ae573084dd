"""Another version takes over while requests are under way: none fails, none is mixed, the old one goes."""

import asyncio
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import CorruptCheckpointError, NotFoundError
from core.options import DecodeOptions
from core.results import SegmentTranslation, Translation
from demo_app.services.model_pool import ModelPool
from demo_app.services.served_model import ServedModel
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.memory_records import Recollection
from demo_app.store.records import TranslationRecord
from demo_app.store.translations import to_record
from tests.demo_app.store.samples import counting_ids, ticking_clock
from tests.fakes_translator import FakeTranslator


class Shelf:
    """Versions of the model `m`, which are names of folders; production is one of them."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, "v1"
        self.loaded: list[str] = []
        self.damaged: set[str] = set()
        self.before: tuple[str, ...] = ()
        self.may_load = threading.Event()
        self.may_load.set()
        self.unreadable = ""
        """A model of which nobody can tell what is in use."""
        (root / "m").mkdir(parents=True)
        (root / "m" / "config.json").write_text("{}")

    def production(self, name: str) -> Path:
        if name == self.unreadable:
            raise CorruptCheckpointError("aliases.json is unreadable.")
        return self.root / self.now

    def earlier(self, name: str) -> list[Path]:
        return [self.root / version for version in self.before]

    def find(self, model_id: str) -> Path | None:
        name, _, version = model_id.partition("@")
        return self.root / version if name == "m" and version.startswith("v") else None

    def load(self, folder: Path) -> FakeTranslator:
        self.loaded.append(folder.name)
        assert self.may_load.wait(10)
        if folder.name in self.damaged:
            raise CorruptCheckpointError(f"{folder.name} is damaged.")
        return Named(folder.name)

    def until_loaded(self, version: str) -> None:
        """Until somebody begins to."""
        while version not in self.loaded:
            time.sleep(0.01)

    def pool(self) -> ModelPool:
        return ModelPool(self.root, self.load, versions=self)


class Named(FakeTranslator):
    """Waits for leave, where it is told to."""

    def __init__(self, version: str) -> None:
        super().__init__(f"m@{version}")
        self.may_go = threading.Event()
        self.may_go.set()
        self.began = threading.Event()

    def translate_segments(
        self, texts: Sequence[str], source: str, target: str, options: DecodeOptions
    ) -> list[SegmentTranslation]:
        self.began.set()
        assert self.may_go.wait(10)
        return super().translate_segments(texts, source, target, options)


class Kept:
    """A store that forgets."""

    def __init__(self) -> None:
        self.new_id, self.clock = counting_ids(), ticking_clock()

    def add(self, translation: Translation, recalled: Sequence[Recollection] = (), /) -> TranslationRecord:
        return to_record(translation, self.new_id(), self.clock())


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def service_over(pool: ModelPool) -> TranslationService:
    return TranslationService(Settings(batch_wait_ms=0), pool, Kept())


def ask(service: TranslationService, text: str = "un deux trois") -> TranslationRecord:
    return asyncio.run(service.translate(TranslateRequest(text=text, source="fr", target="en")))


def version_of(model: ServedModel) -> str:
    return model.model_id.partition("@")[2]


def test_after_a_swap_the_name_stands_for_the_new_version(shelf: Shelf) -> None:
    pool = shelf.pool()
    assert version_of(pool.get("m")) == "v1"
    shelf.now = "v2"
    assert version_of(pool.get("m")) == "v1"
    assert version_of(pool.swap("m")) == version_of(pool.get()) == "v2"
    assert shelf.loaded == ["v1", "v2"]


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_serving(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.get("m")
    shelf.now = "v2"
    shelf.damaged.add("v2")
    with pytest.raises(CorruptCheckpointError):
        pool.swap("m")
    assert version_of(pool.get("m")) == "v1"
    assert pool.names() == ("m",)


def test_of_two_swaps_at_once_the_second_serves_what_is_in_use_by_then(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.get("m")
    shelf.now = "v2"
    shelf.may_load.clear()
    with ThreadPoolExecutor(2) as threads:
        swaps = [threads.submit(pool.swap, "m")]
        shelf.until_loaded("v2")
        shelf.now = "v3"
        swaps.append(threads.submit(pool.swap, "m"))
        time.sleep(0.1)  # it waits for its turn
        shelf.now = "v2"  # rolled back
        shelf.may_load.set()
        assert [version_of(one.result()) for one in swaps] == ["v2", "v2"]
    assert version_of(pool.get("m")) == "v2"


def test_what_another_program_promoted_is_noticed(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.refresh()
    assert shelf.loaded == []
    pool.get("m")
    pool.refresh()
    shelf.now = "v2"
    pool.refresh()
    assert (version_of(pool.get("m")), shelf.loaded) == ("v2", ["v1", "v2"])


def test_a_model_whose_versions_cannot_be_read_does_not_keep_the_others(shelf: Shelf) -> None:
    (shelf.root / "a").mkdir()
    (shelf.root / "a" / "config.json").write_text("{}")
    pool = shelf.pool()
    for name in ("a", "m"):
        pool.get(name)
    shelf.unreadable, shelf.now = "a", "v2"
    pool.refresh()
    assert version_of(pool.get("m")) == "v2"
    shelf.unreadable = ""
    for _ in range(2):
        pool.refresh()
    assert version_of(pool.get("a")) == "v2"


def test_a_version_that_cannot_be_loaded_is_tried_less_and_less_often(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.get("m")
    shelf.now = "v2"
    shelf.damaged.add("v2")
    tries = []
    for _ in range(300):
        before = len(shelf.loaded)
        pool.refresh()
        tries.append(len(shelf.loaded) > before)
    assert [place for place, tried in enumerate(tries) if tried] == [0, 2, 5, 10, 19, 36, 69, 134, 199, 264]
    assert version_of(pool.get("m")) == "v1"
    shelf.damaged.clear()
    for _ in range(65):
        pool.refresh()
    assert version_of(pool.get("m")) == "v2"


@pytest.mark.parametrize("mended", ["v4", "v2"])
def test_where_the_version_in_use_is_broken_the_last_sound_one_before_it_serves(
    shelf: Shelf, mended: str
) -> None:
    shelf.now, shelf.before, shelf.damaged = "v4", ("v3", "v2", "v1"), {"v4", "v3"}
    pool = shelf.pool()
    assert (version_of(pool.get("m")), pool.names()) == ("v2", ("m",))
    pool.refresh()
    assert "v4 is damaged. m@v2 serves in its place" in pool.problems()["m"]
    shelf.damaged.clear()
    shelf.now = mended  # put back, or rolled back to
    for _ in range(2):
        pool.refresh()
    assert (version_of(pool.get("m")), pool.problems()) == (mended, {})


def test_what_is_broken_while_it_serves_goes_on_and_is_told(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.get("m")
    shelf.unreadable = "m"
    pool.refresh()
    assert (version_of(pool.get("m")), pool.names()) == ("v1", ("m",))
    assert "aliases.json is unreadable." in pool.problems()["m"]


def test_a_request_under_way_finishes_on_the_old_version(shelf: Shelf) -> None:
    pool = shelf.pool()
    service, old = service_over(pool), pool.get("m")
    assert isinstance(old, Named)
    old.may_go.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(ask, service)
        assert old.began.wait(10)
        waiting = threads.submit(ask, service, "quatre")  # planned on the old one, not yet begun
        shelf.now = "v2"
        pool.swap("m")
        old.may_go.set()
        assert first.result().model_id == "m@v1"
        assert waiting.result().model_id in ("m@v1", "m@v2")
    assert ask(service).model_id == "m@v2"
    service.close()


def test_no_request_fails_however_often_versions_change(shelf: Shelf) -> None:
    pool = shelf.pool()
    service = service_over(pool)
    stop = threading.Event()

    def keep_asking() -> int:
        answered = 0
        while not stop.is_set():
            record = ask(service)
            assert record.target_text
            answered += 1
        return answered

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(keep_asking) for _ in range(4)]
        for turn in range(30):
            shelf.now = f"v{turn % 3}"
            pool.swap("m")
        stop.set()
        assert sum(one.result() for one in asking) >= 4
    service.close()


def test_the_old_weights_are_free_when_nobody_holds_them(shelf: Shelf) -> None:
    pool = shelf.pool()
    service = service_over(pool)
    ask(service)
    old = weakref.ref(pool.get("m"))
    shelf.now = "v2"
    pool.swap("m")
    ask(service)
    assert old() is None
    service.close()


def test_an_earlier_version_is_found_by_its_id_and_one_is_kept(shelf: Shelf) -> None:
    pool = shelf.pool()
    pool.get("m")
    find: Callable[[str], str] = lambda version: version_of(pool.by_id(f"m@{version}"))  # noqa: E731
    assert [find("v7"), find("v7"), find("v8"), find("v1")] == ["v7", "v7", "v8", "v1"]
    assert shelf.loaded == ["v1", "v7", "v8"]
    shelf.damaged.add("v9")
    with pytest.raises(NotFoundError, match="m@v9"):
        find("v9")
