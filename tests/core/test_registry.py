"""Versions of a model: whatever happens, production can be loaded."""

import contextlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.checkpoint import load_checkpoint, save_checkpoint
from core.errors import CheckpointError, CheckpointNotFoundError, ConfigError, CorruptCheckpointError
from core.lineage import SHIPPED, Lineage, Version
from core.registry import Registry
from tests.full_disk import no_file_above
from tests.tiny import tiny_checkpoint


def make_model(folder: Path, number: float = 0) -> Path:
    """A model whose weights nobody else has."""
    checkpoint = tiny_checkpoint()
    weights = {name: tensor + number / 64 for name, tensor in checkpoint.weights.items()}
    save_checkpoint(folder, replace(checkpoint, weights=weights))
    return folder


def lineage(number: int = 0) -> Lineage:
    return Lineage(created_at=f"2026-11-21T10:{number // 60:02}:{number % 60:02}Z", base="tiny@0")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "versions", make_model(tmp_path / "shipped" / "tiny"))


@pytest.fixture
def add(registry: Registry, tmp_path: Path) -> Callable[[int], str]:
    """Makes a model of that number a version."""
    return lambda number: registry.add(make_model(tmp_path / "made", number), lineage(number)).id


def test_the_shipped_model_is_production_until_another_is_promoted(registry: Registry) -> None:
    assert (registry.production().folder, registry.production().lineage) == (registry.base, None)
    assert not registry.folder.exists()


def test_a_version_is_loaded_with_its_lineage_and_report(registry: Registry, tmp_path: Path) -> None:
    known = replace(lineage(), snapshot="abc", options={"epochs": 2}, seed=7, report="report.json")
    made = registry.add(make_model(tmp_path / "made", 1), known, {"report.json": b"{}"})
    assert load_checkpoint(made.folder).digest.startswith(made.id)
    assert (made.lineage, (made.folder / "report.json").read_bytes()) == (known, b"{}")
    assert registry.get(f"tiny@{made.id}") == registry.get(made.id) == registry.versions()[-1] == made


def test_promotion_and_rollback_go_one_step_each(registry: Registry, add: Callable[[int], str]) -> None:
    first, second = add(1), add(2)
    registry.promote(first, "t1", {"by": "u-1"})
    registry.promote(second, "t2")
    assert [registry.rollback("t3").id, registry.rollback("t4").id] == [first, SHIPPED]
    with pytest.raises(ConfigError, match="nothing was promoted"):
        registry.rollback("t5")
    told = [(event.kind, event.version, event.before, event.at) for event in registry.history()[2:]]
    assert told == [
        ("promoted", first, SHIPPED, "t1"),
        ("promoted", second, first, "t2"),
        ("rolled_back", first, second, "t3"),
        ("rolled_back", SHIPPED, first, "t4"),
    ]
    assert registry.history()[2].facts == {"by": "u-1"}


def test_the_newest_is_the_candidate_until_it_is_promoted(
    registry: Registry, add: Callable[[int], str]
) -> None:
    first, second = add(1), add(2)
    assert registry.aliases().candidate == second
    registry.promote(first, "t")
    assert registry.aliases().candidate == second
    registry.promote(second, "t")
    assert registry.aliases().candidate is None
    with pytest.raises(ConfigError, match="not be in use yet"):
        registry.promote(second, "t")


def test_the_same_weights_are_one_version(registry: Registry, add: Callable[[int], str]) -> None:
    assert add(1) == add(1)
    assert len(registry.versions()) == 2
    assert [event.kind for event in registry.history()] == ["added"]


def test_the_newest_report_counts_until_it_is_promoted(registry: Registry, tmp_path: Path) -> None:
    known, found = replace(lineage(), report="report.json"), []
    for number in range(4):
        made = registry.add(make_model(tmp_path / "made", 1), known, {"report.json": b"%d" % number})
        found.append((made.folder / "report.json").read_bytes())
        if number == 1:
            registry.promote(made.id, "t")
        if number == 2:
            registry.rollback("t")
    assert found == [b"0", b"1", b"1", b"3"]


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.model", "SHA256SUMS"])
def test_a_damaged_version_never_becomes_production(
    file: str, registry: Registry, add: Callable[[int], str]
) -> None:
    made = registry.folder / add(1) / file
    made.write_bytes(made.read_bytes()[:-9])
    with pytest.raises(CheckpointError, match="damaged|cannot be read|checksum"):
        registry.promote(made.parent.name, "t")
    assert registry.production().id == SHIPPED


def test_weights_that_are_no_numbers_are_refused(registry: Registry, tmp_path: Path) -> None:
    broken = tiny_checkpoint()
    name = next(iter(broken.weights))
    weights = {**broken.weights, name: torch.full_like(broken.weights[name], torch.nan)}
    save_checkpoint(tmp_path / "nan", replace(broken, weights=weights))
    with pytest.raises(CorruptCheckpointError, match="finite"):
        registry.add(tmp_path / "nan", lineage())
    assert registry.versions() == (registry.production(),)


def test_a_model_of_fewer_directions_is_refused(registry: Registry, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "half", replace(tiny_checkpoint(), directions=(("fr", "en"),)))
    with pytest.raises(CorruptCheckpointError, match="must translate en→fr"):
        registry.add(tmp_path / "half", lineage())


def test_rolling_back_passes_over_what_was_damaged(registry: Registry, add: Callable[[int], str]) -> None:
    first, second = add(1), add(2)
    registry.promote(first, "t")
    registry.promote(second, "t")
    (registry.folder / first / "model.safetensors").unlink()
    assert registry.rollback("t").id == SHIPPED
    assert registry.history()[-1].facts == {"skipped": [first]}


def test_adding_again_repairs_what_was_damaged(registry: Registry, add: Callable[[int], str]) -> None:
    made = add(1)
    (registry.folder / made / "model.safetensors").write_bytes(b"")
    assert add(1) == made
    assert registry.promote(made, "t").id == made


def test_cleaning_up_keeps_what_is_in_use_and_the_newest(
    registry: Registry, add: Callable[[int], str]
) -> None:
    ids = [add(number) for number in range(1, 7)]
    for promoted in ids[:3]:
        registry.promote(promoted, "t")
    assert registry.clean_up(1, "t") == (ids[0], ids[3])
    assert [one.id for one in registry.versions()] == [SHIPPED, ids[1], ids[2], ids[4], ids[5]]
    assert [registry.rollback("t").id for _ in range(2)] == [ids[1], SHIPPED]


@pytest.mark.parametrize("name", ["..", "../shipped", "", ".lock", "no such one", "0123456789ab"])
def test_a_name_reaches_nothing_but_versions(name: str, registry: Registry) -> None:
    with pytest.raises(CheckpointNotFoundError, match="there are only shipped"):
        registry.get(name)


def test_aliases_that_cannot_be_read_are_told_and_not_replaced(
    registry: Registry, add: Callable[[int], str]
) -> None:
    made, path = add(1), registry.folder / "aliases.json"
    path.write_text("{")
    with pytest.raises(CorruptCheckpointError, match="delete it to go on with the shipped"):
        registry.promote(made, "t")
    assert path.read_text() == "{"


def test_a_full_disk_is_told_and_changes_nothing(
    registry: Registry, add: Callable[[int], str], tmp_path: Path
) -> None:
    first, second = add(1), add(2)
    registry.promote(first, "t")
    before, known = registry.aliases(), registry.versions()
    new, old = make_model(tmp_path / "new", 3), make_model(tmp_path / "old", 1)
    (registry.folder / first / "model.safetensors").unlink()
    works: list[Callable[[], Version]] = [
        lambda: registry.add(new, lineage(3)),
        lambda: registry.add(old, lineage(1)),  # which would mend the one in use
        lambda: registry.promote(second, "t"),
        lambda: registry.rollback("t"),
    ]
    for work in works:
        with no_file_above(100), pytest.raises(CheckpointError, match="cannot be written|could not be saved"):
            work()
        assert (registry.aliases(), registry.versions()) == (before, known)
        assert [path.name for path in registry.folder.glob(".*")] == [".lock"]
    assert registry.add(old, lineage(1)).id == first
    assert registry.promote(second, "t").id == second


def shuttle(registry: Registry, turns: int, ids: tuple[str, str]) -> int:
    """Fork a process that promotes two versions in turn, and rolls back; returns its number."""
    if child := os.fork():
        return child
    for turn in range(turns):
        with contextlib.suppress(ConfigError):
            registry.promote(ids[turn % 2], "t") if turn % 3 else registry.rollback("t")
    os._exit(0)


def test_two_processes_and_a_kill_leave_one_true_history(
    registry: Registry, add: Callable[[int], str]
) -> None:
    ids = add(1), add(2)
    one, other = shuttle(registry, 8, ids), shuttle(registry, 100_000, ids[::-1])
    assert os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) == 0
    os.kill(other, signal.SIGKILL)
    os.waitpid(other, 0)
    events = [event for event in registry.history() if event.kind != "added"]
    assert len(events) > 2
    # Each change began from what the one before it left, so none was lost.
    assert [event.before for event in events] == [SHIPPED, *(event.version for event in events[:-1])]
    assert registry.production().id == events[-1].version
    load_checkpoint(registry.production().folder)


class RegistryMachine(RuleBasedStateMachine):
    """Any order of changes, with what a kill in the middle of each would leave."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.registry = Registry(self.home / "versions", make_model(self.home / "tiny"))
        self.number = 0

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    def any_id(self, place: int) -> str:
        versions = self.registry.versions()
        return versions[place % len(versions)].id

    @rule(recorded=st.booleans())
    def add(self, recorded: bool) -> None:
        """Not recorded: killed between the folder and the aliases."""
        self.number += 1
        path = self.registry.folder / "aliases.json"
        before = path.read_bytes() if path.exists() else None
        self.registry.add(make_model(self.home / "made", self.number), lineage(self.number))
        if not recorded and before is not None:
            path.write_bytes(before)

    @rule(place=st.integers(0, 20))
    def promote(self, place: int) -> None:
        wanted = self.any_id(place)
        if wanted != self.registry.aliases().production:
            assert self.registry.promote(wanted, "t").id == wanted

    @rule()
    def rollback(self) -> None:
        expected = self.registry.aliases().predecessor
        if expected is not None:
            assert self.registry.rollback("t").id == expected

    @rule(keep=st.integers(0, 2))
    def clean_up(self, keep: int) -> None:
        in_use = self.registry.aliases().in_use
        assert not in_use & set(self.registry.clean_up(keep, "t"))
        assert len(self.registry.versions()) <= keep + 4
        assert not list(self.registry.folder.glob(".*-*"))

    @rule(name=st.sampled_from(["config.json", "model.safetensors", "lineage.json"]))
    def killed_copy(self, name: str) -> None:
        """What `replace_folder` has written when it is killed."""
        half = self.registry.folder / ".0123456789ab.new-00000000"
        half.mkdir(parents=True, exist_ok=True)
        (half / name).write_bytes(b"{")
        (self.registry.folder / ".aliases.json.new").write_bytes(b'{"produ')

    @rule(place=st.integers(0, 20))
    def somebody_empties_a_folder_that_is_not_in_use(self, place: int) -> None:
        wanted = self.any_id(place)
        if wanted not in self.registry.aliases().in_use:
            (self.registry.folder / wanted / "model.safetensors").unlink(missing_ok=True)
            with pytest.raises(CheckpointError):
                self.registry.promote(wanted, "t")
            shutil.rmtree(self.registry.folder / wanted)

    @invariant()
    def production_can_be_loaded(self) -> None:
        load_checkpoint(self.registry.production().folder)
        aliases = self.registry.aliases()
        assert json.loads(json.dumps(aliases.to_dict()))["production"] == aliases.production


TestRegistry = RegistryMachine.TestCase
TestRegistry.settings = settings(max_examples=4, stateful_step_count=12)
