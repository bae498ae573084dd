"""Does memory grow with the corpus? Made-up pairs go to parts on disk, and from there to batches.

    python -m benchmarks.bench_stream --pairs 10000000 --shard-pairs 200000

No network learns anything here: what is measured is the way from pairs to batches."""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import environment, print_table, write_results
from core.checkpoint import load_checkpoint
from core.text.corpus import Pair, clean_pairs
from core.text.tokenizer import Tokenizer
from core.training.data import Columns
from core.training.plan import BatchPlan
from core.training.recipe import DataConfig
from core.training.shards import encode_streams, open_shards, write_shards

COLUMNS = ("phase", "pairs", "seconds", "pairs_per_s", "resident_mb", "mapped_mb")
ROWS = 12  # of each phase
WORDS = tuple(
    "ferry island baker bread kitchen door bicycle cellar rain morning lighthouse bay night clock".split()
)


def made_up_pairs(count: int, seed: int) -> Iterator[Pair]:
    """Pairs of 4 to 14 words with a number that keeps them apart."""
    rng = random.Random(seed)
    for number in range(count):
        words = rng.choices(WORDS, k=rng.randint(4, 14))
        yield Pair(f"{' '.join(words)} {number}", f"{number} {' '.join(reversed(words))}")


def memory_mb() -> tuple[float, float]:
    """What the process holds itself, and what of files it has mapped (the kernel takes that back at will)."""
    status = Path("/proc/self/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    own, files = (int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return round(own, 1), round(files, 1)


class Meter:
    """A row of the table every so many pairs."""

    def __init__(self, phase: str, total: int) -> None:
        self.phase, self.every, self.pairs = phase, max(1, total // ROWS), 0
        self.rows: list[dict[str, Any]] = []
        self.started = time.perf_counter()

    def add(self, pairs: int) -> None:
        """Count them; note the memory when the next mark is passed."""
        before, self.pairs = self.pairs, self.pairs + pairs
        if before // self.every != self.pairs // self.every:
            seconds = time.perf_counter() - self.started
            own, files = memory_mb()
            self.rows.append(
                {
                    "phase": self.phase,
                    "pairs": self.pairs,
                    "seconds": round(seconds, 1),
                    "pairs_per_s": round(self.pairs / seconds),
                    "resident_mb": own,
                    "mapped_mb": files,
                }
            )


def encode(folder: Path, count: int, data: DataConfig, tokenizer: Tokenizer) -> tuple[Meter, list[Any]]:
    """All pairs to parts on disk."""
    meter = Meter("encode", count)

    def parts() -> Iterator[Any]:
        pairs = clean_pairs(made_up_pairs(count, seed=1), data.shard_pairs)
        for part in encode_streams([(Columns("fr", "en"), pairs)], data, tokenizer):
            meter.add(len(part[1]))
            yield part

    return meter, write_shards(folder, parts(), data.shard_pairs)


def stream(plan: BatchPlan, count: int) -> Meter:
    """One epoch of batches."""
    meter = Meter("stream", count)
    for step in range(plan.steps_per_epoch):
        for examples, index in plan.at(step):
            meter.add(len(examples.batch(index).source_ids_BS))
    return meter


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--shard-pairs", type=int, default=100_000)
    parser.add_argument(
        "--model", type=Path, default=Path("assets/models/fr-en"), help="lends its vocabulary"
    )
    arguments = parser.parse_args()
    tokenizer = load_checkpoint(arguments.model).tokenizer
    data = DataConfig(
        train=("made-up.fr-en.tsv",),
        dev=("made-up.fr-en.tsv",),
        directions=(("fr", "en"),),
        shard_pairs=arguments.shard_pairs,
    )
    with tempfile.TemporaryDirectory() as folder:
        meter, spans = encode(Path(folder), arguments.pairs, data, tokenizer)
        shards = open_shards(Path(folder), spans, data, tokenizer)
        plan = BatchPlan(shards, max_tokens=25_000, group=1, seed=1)
        rows = meter.rows + stream(plan, arguments.pairs).rows
    print_table(rows, COLUMNS)
    write_results("stream", {"rows": rows, "environment": environment()})


if __name__ == "__main__":
    main()
