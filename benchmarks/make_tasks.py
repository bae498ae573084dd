"""Corpora for tasks that are not translation: digits to reverse and to sort, misspelt sentences to repair.

    python -m benchmarks.make_tasks --out tasks --english "corpora/tatoeba.fr-en.{part}.tsv.gz"

Writes `digits.given-reversed`, `digits.given-sorted` and, with `--english`, `spelling.typed-meant`, each with
train, dev and test parts. The same seed writes the same files; no row of dev or test is in train."""

import argparse
import gzip
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from core.text.corpus import languages_of, read_pairs
from core.text.normalize import normalize

Rows = dict[str, list[str]]
PARTS = {"test": 1000, "dev": 500}
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
TYPO_CHANCE = 0.25
"""Of each word of at least three letters."""


def main() -> None:
    arguments = parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    digits = digit_rows(arguments.pairs, arguments.seed)
    for task, change in {"reversed": reversed_digits, "sorted": sorted_digits}.items():
        for part, rows in digits.items():
            write(arguments.out / f"digits.given-{task}.{part}.tsv.gz", ((row, change(row)) for row in rows))
    if arguments.english:
        for part, rows in english_rows(arguments.english).items():
            rng = random.Random(f"{arguments.seed} {part}")
            pairs = ((misspelt(row, rng), row) for row in rows)
            write(arguments.out / f"spelling.typed-meant.{part}.tsv.gz", pairs)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--pairs", type=int, default=30_000, help="rows of digits to train on")
    parser.add_argument("--english", help="corpus with an English side; {part} stands for train, dev, test")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def digit_rows(pairs: int, seed: int, longest: int = 12) -> Rows:
    """Different rows of 4 to `longest` digits with spaces between, cut into parts."""
    rng = random.Random(seed)
    rows: dict[str, None] = {}
    while len(rows) < pairs + sum(PARTS.values()):
        rows[" ".join(rng.choices("0123456789", k=rng.randint(4, longest)))] = None
    left, parts = list(rows), {}
    for part, count in PARTS.items():
        parts[part], left = left[:count], left[count:]
    return {**parts, "train": left}


def reversed_digits(row: str) -> str:
    return row[::-1]


def sorted_digits(row: str) -> str:
    return " ".join(sorted(row.split()))


def english_rows(pattern: str) -> Rows:
    """Different English sentences of each part; those of dev and test are taken out of train."""
    rows: Rows = {}
    seen: set[str] = set()
    for part in ("test", "dev", "train"):
        path = Path(pattern.format(part=part))
        side = languages_of(path).index("en")
        different = dict.fromkeys(normalize(pair[side]) for pair in read_pairs(path))
        rows[part] = [text for text in different if text.lower() not in seen]
        seen.update(text.lower() for text in rows[part])
    return rows


def misspelt(text: str, rng: random.Random) -> str:
    """The text with a typo in about every fourth word: the space bar is never missed."""
    return " ".join(
        typo(word, rng) if len(word) > 2 and rng.random() < TYPO_CHANCE else word for word in text.split()
    )


def typo(word: str, rng: random.Random) -> str:
    """One letter too few, twice, exchanged with the next, or its neighbour on the keyboard instead."""
    places = [place for place, letter in enumerate(word[:-1]) if letter.isalpha()]
    if not places:
        return word
    place = rng.choice(places)
    change = rng.choice(CHANGES)
    return word[:place] + change(word[place], word[place + 1], rng) + word[place + 2 :]


CHANGES: tuple[Callable[[str, str, random.Random], str], ...] = (
    lambda letter, following, rng: following,
    lambda letter, following, rng: letter + letter + following,
    lambda letter, following, rng: following + letter,
    lambda letter, following, rng: neighbour(letter, rng) + following,
)
"""A letter and the one after it -> what is typed for both."""


def neighbour(letter: str, rng: random.Random) -> str:
    """A key beside that of the letter; the letter itself where it has none."""
    for row in KEYBOARD:
        if (place := row.find(letter.lower())) >= 0:
            return rng.choice(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
    return letter


def write(path: Path, pairs: Iterable[tuple[str, str]]) -> None:
    """Columns given and wanted, as TSV; the same bytes for the same pairs."""
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file:
        for given, wanted in pairs:
            file.write(f"{given}\t{wanted}\n".encode())


if __name__ == "__main__":
    main()
