"""The services of the lab on real tiny models and a real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from core.config import ConvolutionalConfig, ModelConfig, TransformerConfig
from core.options import BeamOptions, DecodeOptions
from core.translator import Translator
from demo_app.factory import Opener
from demo_app.services.comparisons import ComparisonService
from demo_app.services.model_pool import ModelPool
from demo_app.services.readings import Place, Reading, ReadingService
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import open_store
from demo_app.store.records import TranslationRecord
from tests.demo_app.store.samples import empty_at
from tests.tiny import CONFIG, tiny_translator

BEAM = BeamOptions(beam_size=3, n_best=3, max_length=11)
TEXT = "Les enfants ramassent des châtaignes."
TRANSFORMER = TransformerConfig(
    vocab_size=400, embed_dim=12, heads=3, encoder_layers=2, decoder_layers=2, feedforward_dim=19
)
ARCHITECTURES: dict[str, ModelConfig] = {
    "additive": CONFIG,
    "dot": replace(CONFIG, attention="dot", decoder_dim=22),
    "general": replace(CONFIG, attention="general"),
    "scaled": replace(CONFIG, attention="scaled"),
    "none": replace(CONFIG, attention="none"),
    "convolutional": ConvolutionalConfig(vocab_size=400, embed_dim=13, encoder_dim=11, decoder_dim=17),
    "transformer": TRANSFORMER,
}


class Rig:
    """Named models, each loaded as a folder would be; the first is the default one."""

    def __init__(self, folder: Path, models: dict[str, Translator]) -> None:
        ids = count()
        self.models = {name: _named(model, name) for name, model in models.items()}
        for name in models:
            (folder / "models" / name).mkdir(parents=True)
            (folder / "models" / name / "config.json").write_text("{}")
        self.settings = Settings(
            data_dir=folder, models_dir=folder / "models", default_model=next(iter(models))
        )
        self.store = open_store(
            empty_at(folder / "test.db"),
            clock=lambda: datetime.now(UTC),
            new_id=lambda: f"id{next(ids)}",
        )
        self.pool = ModelPool(
            self.settings.models_dir, lambda path: self.models[path.name], self.settings.default_model
        )
        kept = self.store.translations
        self.translation = TranslationService(self.settings, self.pool, kept)
        self.readings = ReadingService(self.settings, self.pool, kept, Opener())
        self.comparisons = ComparisonService(self.pool, kept, self.readings, Opener())

    @property
    def model(self) -> Translator:
        """The default one."""
        return next(iter(self.models.values()))

    def translated(self, text: str = TEXT, options: DecodeOptions = BEAM, **asked: Any) -> TranslationRecord:
        """A stored translation, made as the page makes it."""
        request = TranslateRequest(
            **{"text": text, "source": "fr", "target": "en", "options": options, **asked}
        )
        return asyncio.run(self.translation.translate(request))

    def place(self, text: str = TEXT, options: DecodeOptions = BEAM) -> Place:
        """The first sentence of a translation made now."""
        return Place(translation_id=self.translated(text, options).id, segment=0)

    def best(self, place: Place) -> Reading:
        """What the model says of the first of the n-best list."""
        return self.readings.read(place, self.readings.hypothesis(place, 0))

    def close(self) -> None:
        self.translation.close()
        self.store.close()


def tiny(name: str) -> Translator:
    """A model of a kind of `ARCHITECTURES`, with random weights."""
    return tiny_translator(ARCHITECTURES[name])


def _named(model: Translator, name: str) -> Translator:
    model.name, model.model_id = name, f"{name}@0123456789ab"
    return model
