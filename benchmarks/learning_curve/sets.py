"""What a trial learns from and is measured by. Files in, sentences out; the same seed, the same ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.learning_curve.plan import (
    DOMAINS,
    GENERAL_SENTENCES,
    NEXT_SENTENCES,
    TEST_SENTENCES,
    WATCHED_SENTENCES,
    Domain,
)
from core.checkpoint import Checkpoint, load_checkpoint
from core.corpora.split import normalised
from core.evaluation.candidate import Sentence
from core.evaluation.card import held_out_files
from core.text.corpus import languages_of, read_pairs
from core.training.feedback import Direction, FeedbackExample
from core.training.finetune_replay import replay_pairs
from core.training.own_recipe import own_recipe
from demo_app.jobs.corpora import MAX_REPLAY
from demo_app.services.training_data import DEV_SHARE, MIN_DEV


@dataclass(frozen=True)
class Setting:
    """Where a curve is drawn: which model learns which domain, in which direction."""

    model: Path
    data: Path
    """Folder of the corpora: those of the model's recipe, and the domain's."""
    domain: str
    direction: Direction
    on_dev: bool = False
    """Measured by dev files, by which options are chosen, in place of test files."""

    @property
    def name(self) -> str:
        return f"{self.model.name}.{self.domain}.{'-'.join(self.direction)}"


@dataclass(frozen=True)
class Corrections:
    """What people corrected up to now, and what they would correct next."""

    learned: list[FeedbackExample]
    dev: list[FeedbackExample]
    """Taken out of them, as the app does: a tenth, where that is 20 or more."""
    next: list[Sentence]


def read_corrections(setting: Setting, count: int, seed: int, has_dev: bool) -> Corrections:
    """The first of a random order of the domain's sentences; raises `SystemExit` where there are too few."""
    domain = DOMAINS[setting.domain]
    pool = _pool(setting, domain)
    random.Random(seed).shuffle(pool)
    if len(pool) < count + NEXT_SENTENCES:
        raise SystemExit(f"{setting.domain} has {len(pool)} sentences: too few for {count} corrections.")
    given, coming = pool[:count], pool[count : count + NEXT_SENTENCES]
    cut = round(DEV_SHARE * count) if has_dev else 0
    cut = cut if cut >= MIN_DEV else 0
    return Corrections(given[cut:], given[:cut], _sentences(coming))


def read_test(setting: Setting) -> list[Sentence]:
    """Of the domain."""
    domain = DOMAINS[setting.domain]
    path = _file(setting, domain.dev if setting.on_dev else domain.test)
    pairs = islice(read_pairs(path, *setting.direction), TEST_SENTENCES)
    return [Sentence(*setting.direction, source, (target,)) for source, target in pairs]


def read_general(setting: Setting) -> list[Sentence]:
    """Sentences of the test files of the model's own recipe, in equal parts of its directions; of its dev
    files, those that do not watch."""
    checkpoint = load_checkpoint(setting.model)
    names = own_recipe(checkpoint).data.dev
    files = held_out_files(setting.data, names)
    skipped, each = 0, GENERAL_SENTENCES // len(checkpoint.directions)
    if setting.on_dev:
        files, skipped = [setting.data / name for name in names], WATCHED_SENTENCES
    return [
        Sentence(*way, source, (target,))
        for way in checkpoint.directions
        for path in files
        if set(languages_of(path)) == set(way)
        for source, target in islice(read_pairs(path, *way), skipped, skipped + each)
    ]


def read_watched(setting: Setting, checkpoint: Checkpoint) -> list[FeedbackExample]:
    """Dev sentences of the recipe."""
    files = [setting.data / name for name in own_recipe(checkpoint).data.dev]
    return [
        FeedbackExample(*pair, way)
        for way in checkpoint.directions
        for path in files
        if set(languages_of(path)) == set(way)
        for pair in islice(read_pairs(path, *way), WATCHED_SENTENCES)
    ]


def read_replay(
    setting: Setting, checkpoint: Checkpoint, watched: Sequence[FeedbackExample], seed: int
) -> list[FeedbackExample]:
    """Pairs that the model learned from, without those that watch."""
    files = [setting.data / name for name in own_recipe(checkpoint).data.train]
    judged = {(one.source, one.direction) for one in watched}
    found = replay_pairs(files, checkpoint.directions, MAX_REPLAY, seed)
    return [one for one in found if (one.source, one.direction) not in judged]


def _pool(setting: Setting, domain: Domain) -> list[FeedbackExample]:
    """Each source once, and none that the domain is tested with."""
    seen = {normalised(one.source) for one in read_test(setting)}
    pool = []
    for source, target in read_pairs(_file(setting, domain.train), *setting.direction):
        if (key := normalised(source)) not in seen:
            seen.add(key)
            pool.append(FeedbackExample(source, target, setting.direction))
    return pool


def _file(setting: Setting, name: str) -> Path:
    """Whichever way round the file's name has the languages."""
    source, target = setting.direction
    paths = [setting.data / name.format(pair=pair) for pair in (f"{source}-{target}", f"{target}-{source}")]
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise SystemExit(f"There must be a file {paths[0]} or {paths[1].name}, but there is none.")
    return found


def _sentences(examples: Sequence[FeedbackExample]) -> list[Sentence]:
    return [Sentence(*one.direction, one.source, (one.target,)) for one in examples]
