"""How the service answers many people at once: the same requests with and without micro-batching.

    python -m benchmarks.bench_service assets/models/fr-en --clients 1 50

Each client waits for its answer before it asks again. Answers are stored, as on the page."""

import argparse
import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import torch

from benchmarks.measure import environment, percentile, pin, print_table, write_results
from core.options import BeamOptions, Constraints, DecodeOptions, GreedyOptions
from core.results import SegmentTranslation
from core.translator import Translator
from demo_app.services.model_pool import ModelPool
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import open_store

COLUMNS = (
    *("search", "clients", "batching", "requests", "requests_per_s", "p50_ms", "p95_ms"),
    *("sentences_per_batch", "same_texts_as_alone"),
)
WITHOUT = {"max_batch": 1, "batch_wait_ms": 0.0}
WHO = ("Mon voisin", "La boulangère", "Le vieux capitaine", "Ma cousine", "Notre facteur")
DOES = ("a perdu", "cherche partout", "vient de vendre", "ne veut pas prêter", "a enfin retrouvé")
WHAT = ("ses clés.", "une lampe rouge.", "le bateau de son frère.", "trois livres sur les oiseaux.")


class CountedTranslator(Translator):
    """A translator that notes the size of each batch."""

    batch_sizes: list[int]

    def translate_segments(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        options: DecodeOptions,
        constraints: Sequence[Constraints] | None = None,
    ) -> list[SegmentTranslation]:
        self.batch_sizes.append(len(texts))
        return super().translate_segments(texts, source, target, options, constraints)


@dataclass(frozen=True)
class Load:
    """What is asked at once."""

    clients: int
    requests_each: int
    options: DecodeOptions

    def texts_of(self, client: int) -> list[str]:
        """Sentences of 5 to 9 words; no two clients have the same order."""
        sentences = [" ".join(words) for words in product(WHO, DOES, WHAT)]
        return [sentences[(client * 37 + turn * 11) % len(sentences)] for turn in range(self.requests_each)]


@dataclass(frozen=True)
class Answer:
    source_text: str
    target_text: str
    latency_ms: float


async def run_clients(service: TranslationService, load: Load) -> list[Answer]:
    """All clients together, each one request after the other."""

    async def client(number: int) -> list[Answer]:
        answers = []
        for text in load.texts_of(number):
            request = TranslateRequest(text=text, source="fr", target="en", options=load.options)
            started = time.perf_counter()
            record = await service.translate(request)
            answers.append(Answer(text, record.target_text, (time.perf_counter() - started) * 1e3))
        return answers

    found = await asyncio.gather(*map(client, range(load.clients)))
    return [answer for answers in found for answer in answers]


@contextmanager
def serving(model: CountedTranslator, **chosen: float) -> Iterator[TranslationService]:
    """The service as the page has it: its own database on disk, the model already loaded."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "models" / "it").mkdir(parents=True)
        (Path(folder) / "models" / "it" / "config.json").touch()
        settings = Settings.load(data_dir=folder, models_dir=Path(folder) / "models", **chosen)
        store = open_store(
            settings.database_url, clock=lambda: datetime.now(UTC), new_id=lambda: uuid.uuid4().hex
        )
        pool = ModelPool(settings.models_dir, lambda _: model)
        service = TranslationService(settings, pool, store.translations)
        try:
            yield service
        finally:
            service.close()
            store.close()


@dataclass
class Run:
    """One pass of a load."""

    seconds: float
    answers: list[Answer]
    batch_sizes: list[int]


def measure(model: CountedTranslator, load: Load, passes: int) -> list[dict[str, Any]]:
    """A row without batching and one with; passes alternate, so that a noisy machine is fair to both."""
    with serving(model, **WITHOUT) as without, serving(model) as batching:
        services = {"off": without, "on": batching}
        for service in services.values():
            _run(service, model, load)  # does not count: caches, allocator, first use of the database
        rounds = [{name: _run(one, model, load) for name, one in services.items()} for _ in range(passes)]
    expected = {answer.source_text: "" for one in rounds for answer in one["off"].answers}
    for text in expected:
        expected[text] = model.translate_segments([text], "fr", "en", load.options)[0].best.text
    return [summarise(name, load, [one[name] for one in rounds], expected) for name in services]


def summarise(name: str, load: Load, runs: Sequence[Run], expected: dict[str, str]) -> dict[str, Any]:
    """Medians over the passes, as one row."""
    requests = load.clients * load.requests_each
    latencies = [[answer.latency_ms for answer in run.answers] for run in runs]
    return {
        "batching": name,
        "clients": load.clients,
        "requests": requests,
        "requests_per_s": round(requests / statistics.median(run.seconds for run in runs), 1),
        "p50_ms": round(statistics.median(percentile(one, 0.5) for one in latencies), 1),
        "p95_ms": round(statistics.median(percentile(one, 0.95) for one in latencies), 1),
        "sentences_per_batch": round(statistics.mean(size for run in runs for size in run.batch_sizes), 1),
        "same_texts_as_alone": all(
            answer.target_text == expected[answer.source_text] for run in runs for answer in run.answers
        ),
    }


def _run(service: TranslationService, model: CountedTranslator, load: Load) -> Run:
    model.batch_sizes = []
    started = time.perf_counter()
    answers = asyncio.run(run_clients(service, load))
    return Run(time.perf_counter() - started, answers, model.batch_sizes[:])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", type=Path, nargs="?", default=Path("assets/models/fr-en"), help="model folder"
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50])
    parser.add_argument(
        "--requests", type=int, default=4, help="of each client (a lone one makes five times as many)"
    )
    parser.add_argument("--passes", type=int, default=3, help="the median counts")
    parser.add_argument("--cores", type=int, default=1)
    arguments = parser.parse_args()
    pinned = pin(arguments.cores)
    torch.set_num_threads(arguments.cores)
    model = CountedTranslator.load(arguments.model, "cpu")
    model.batch_sizes = []
    rows = []
    searches: dict[str, DecodeOptions] = {"greedy": GreedyOptions(), "beam 5": BeamOptions(beam_size=5)}
    for (search, options), clients in product(searches.items(), arguments.clients):
        load = Load(clients, arguments.requests * (5 if clients == 1 else 1), options)
        rows += [{"search": search, **row} for row in measure(model, load, arguments.passes)]
    print_table(rows, COLUMNS)
    facts = {"model_id": model.model_id, "cores": arguments.cores, "pinned_to": pinned}
    write_results("service", {**facts, "environment": environment(), "rows": rows})


if __name__ == "__main__":
    main()
