"""Translation on a real network, small and untrained: what the fake stands for."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.results import SegmentTranslation
from core.translator import Translator
from demo_app.services.model_pool import ModelPool
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.records import SegmentRecord, TranslationRecord
from tests.tiny import tiny_translator

TEXTS = [
    "Le chat dort.",
    "Il pleut. Où vas-tu ?\nJe rentre.",
    "Oui !",
    "Une lampe rouge brille au bout du quai.",
]
OPTIONS: list[DecodeOptions] = [
    GreedyOptions(max_length=11),
    BeamOptions(beam_size=3, n_best=2, max_length=11),
]


@pytest.fixture(scope="module")
def model() -> Translator:
    return tiny_translator()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    ids = count()
    url = f"sqlite:///{tmp_path / 'test.db'}"
    opened = open_store(url, clock=lambda: datetime.now(UTC), new_id=lambda: f"id{next(ids)}")
    yield opened
    opened.close()


@pytest.fixture
def pool(tmp_path: Path, model: Translator) -> ModelPool:
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    (tmp_path / "models" / "tiny" / "config.json").write_text("{}")
    return ModelPool(tmp_path / "models", lambda _: model)


@pytest.fixture
def service(tmp_path: Path, pool: ModelPool, store: Store) -> Iterator[TranslationService]:
    settings = Settings.load(data_dir=tmp_path, models_dir=tmp_path / "models", max_batch=5)
    made = TranslationService(settings, pool, store.translations)
    yield made
    made.close()


def ask_all(
    service: TranslationService, model: Translator, options: list[DecodeOptions]
) -> list[TranslationRecord]:
    async def everyone() -> list[TranslationRecord]:
        source, target = model.directions[0]
        asked = [
            TranslateRequest(text=t, source=source, target=target, options=o) for t in TEXTS for o in options
        ]
        return await asyncio.gather(*map(service.translate, asked))

    return asyncio.run(everyone())


def test_in_company_the_model_says_what_it_says_alone(service: TranslationService, model: Translator) -> None:
    records = ask_all(service, model, OPTIONS)
    asked = [(text, options) for text in TEXTS for options in OPTIONS]
    for (text, options), record in zip(asked, records, strict=True):
        alone = model.translate(text, *model.directions[0], options)
        assert record.target_text == alone.text
        for got, expected in zip(record.segments, alone.segments, strict=True):
            assert_same(got, expected)


def assert_same(got: SegmentRecord, expected: SegmentTranslation) -> None:
    assert (got.source_ids, got.separator) == (expected.source_ids, expected.separator)
    for mine, theirs in zip(got.hypotheses, expected.hypotheses, strict=True):
        assert mine.ids == theirs.ids
        np.testing.assert_allclose(mine.token_log_probs, theirs.token_log_probs, atol=1e-4)
