"""Examples with links: from given ones, and from corpora that nobody has linked."""

import random
from pathlib import Path

import pytest

from core.evaluation.gold import TokenPair
from core.training.linked import LinkedRow, link_corpora, link_tokens
from core.training.recipe import DataConfig
from tests.tiny import tiny_tokenizer

WORDS = ("green", "rain", "the", "in", "she", "has", "at", "of", "our", "two")
NONE: frozenset[tuple[int, int]] = frozenset()


def test_linked_tokens_are_linked_in_all_their_pieces() -> None:
    tokenizer = tiny_tokenizer()
    source, target = ("kitchen", "bicycles"), ("zebra",)
    sizes = [len(tokenizer.encode(word)) for word in (*source, *target)]
    pair = TokenPair(source, target, frozenset({(1, 0)}), NONE)
    (linked,) = link_tokens([pair, TokenPair(source, target, NONE, NONE)], tokenizer, "en")
    columns = range(1 + sizes[0], 1 + sizes[0] + sizes[1])
    assert linked.links == [(row, column) for row in range(sizes[2]) for column in columns]
    assert min(sizes) > 0 and len(linked.row.source) == sizes[0] + sizes[1]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[LinkedRow]:
    """Sentences beside themselves."""
    rng, folder = random.Random(3), tmp_path_factory.mktemp("corpora")
    drawn = [rng.sample(WORDS, rng.randint(2, 4)) for _ in range(400)]
    lines = (f"{' '.join(words)}\t{' '.join(words)}\n" for words in drawn)
    (folder / "same.fr-en.train.tsv").write_text("".join(lines), encoding="utf-8")
    data = DataConfig(
        train=("same.fr-en.train.tsv",),
        dev=("same.fr-en.dev.tsv",),
        directions=(("fr", "en"), ("en", "fr")),
    )
    return list(link_corpora(folder, data, tiny_tokenizer(), count=300))


def test_corpora_are_linked_in_every_direction_of_the_recipe(rows: list[LinkedRow]) -> None:
    tags = [linked.row.tag_ids for linked in rows]
    assert tags.count(tiny_tokenizer().tag_ids("en")) == tags.count(tiny_tokenizer().tag_ids("fr"))
    assert 200 < len(rows) <= 600


def test_links_point_at_pieces_of_the_source_as_the_model_reads_it(rows: list[LinkedRow]) -> None:
    """Behind the tag; where both sides are the same, a piece is linked to itself."""
    right = [
        row.source[column - len(row.tag_ids)] == row.target[place]
        for row, links in rows
        for place, column in links
    ]
    pieces = sum(len(row.target) for row, _ in rows)
    assert len(right) > 0.8 * pieces and sum(right) / len(right) > 0.9


def test_the_same_pairs_are_drawn_again(tmp_path: Path) -> None:
    lines = "".join(f"{word} {other}\t{other} {word}\n" for word in WORDS for other in WORDS)
    (tmp_path / "two.fr-en.train.tsv").write_text(lines, encoding="utf-8")
    data = DataConfig(train=("two.fr-en.train.tsv",), dev=("x.fr-en.dev.tsv",), directions=(("fr", "en"),))
    some, again, others = (
        [linked.row.source.tolist() for linked in link_corpora(tmp_path, data, tiny_tokenizer(), 20, seed)]
        for seed in (1, 1, 2)
    )
    assert some == again != others
