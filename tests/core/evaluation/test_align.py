"""Links by attention between tokens, and gold read from files."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.analysis.alignment import swapped
from core.analysis.attention_map import to_words
from core.errors import CorpusError, NoAttentionError, UnsupportedDirectionError
from core.evaluation.align import links_of, score_alignments, score_intersections, token_maps, token_pieces
from core.evaluation.gold import TokenPair, read_token_pairs
from core.text.tokenizer import train_tokenizer
from core.translator import Translator
from tests.tiny import CONFIG, tiny_translator

NONE: frozenset[tuple[int, int]] = frozenset()
PAIR = TokenPair(("le", "phare", "éclaire", "la", "baie"), ("our", "baker", "sells", "bread"), NONE, NONE)


@cache
def translator() -> Translator:
    return tiny_translator()


def write(folder: Path, text: str, name: str = "gold.fr-en.tsv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_maps_between_tokens_are_the_models_own_without_tag_and_end() -> None:
    tokens = token_maps(translator(), [PAIR], "fr", "en")[0]
    assert (tokens.source_units, tokens.target_units) == (PAIR.source, PAIR.target)
    ids = (
        translator().encode_source(" ".join(PAIR.source), "en"),
        translator().encode_target("our baker sells bread"),
    )
    words = to_words(translator().attend(*ids))
    assert words.source_units[1:-1] == PAIR.source
    assert tokens.weights_LHTS == pytest.approx(words.weights_LHTS[:, :, :-1, 1:-1], abs=1e-5)


def test_a_token_that_is_normalised_away_has_no_link() -> None:
    pair = TokenPair(("le", "\u200b", "phare"), ("our", "\u200b"), NONE, NONE)
    tokens = token_maps(translator(), [pair], "fr", "en")[0]
    assert tokens.weights_LHTS.shape == (1, 1, 2, 3)
    assert {target for _, target in links_of(tokens, None, None, 0.0)} == {0}
    assert not tokens.weights_LHTS[:, :, :, 1].any() and np.isfinite(tokens.weights_LHTS).all()


def test_pairs_come_back_in_their_order() -> None:
    short = TokenPair(("phare",), ("bread",), NONE, NONE)
    maps = token_maps(translator(), [short, PAIR, short], "fr", "en")
    assert [tokens.source_units for tokens in maps] == [short.source, PAIR.source, short.source]


def test_links_that_are_the_gold_ones_have_no_error() -> None:
    maps = token_maps(translator(), [PAIR], "fr", "en")
    gold = TokenPair(PAIR.source, PAIR.target, links_of(maps[0], None, None, 0.0), NONE)
    rows = score_alignments(maps, [gold], 0.0)
    assert [(row["layer"], row["aer"], row["precision"], row["recall"]) for row in rows] == [
        (None, 0, 100, 100)
    ]


def test_both_directions_link_what_each_of_them_links() -> None:
    back = TokenPair(PAIR.target, PAIR.source, NONE, NONE)
    forward, backward = (
        token_maps(translator(), [PAIR], "fr", "en"),
        token_maps(translator(), [back], "en", "fr"),
    )
    both = links_of(forward[0], None, None, 0.0) & swapped(links_of(backward[0], None, None, 0.0))
    gold = TokenPair(PAIR.source, PAIR.target, both, NONE)
    row = score_intersections(forward, backward, [gold])[0]
    assert (row["layer"], row["links"], row["aer"]) == (None, len(both), 0)
    assert 0 < len(both) < len(PAIR.target)


def test_tokens_of_a_script_without_spaces_are_read_without_them() -> None:
    texts = ("我们昨天去了图书馆。", "他的自行车是红色的。", "The library opens at 9.", "Our bicycle is red.")
    tokenizer = train_tokenizer(texts * 5, 375, ("en", "zh"))
    tokens = ("我们", "昨天", "去", "了", "图书馆", "。")
    ids, owners = token_pieces(tokenizer, tokens)
    assert tokenizer.decode(ids) == "".join(tokens)
    assert owners == sorted(owners) and set(owners) == set(range(len(tokens)))
    assert tokenizer.decode(token_pieces(tokenizer, ("Our", "red", "bicycle"))[0]) == "Our red bicycle"


def test_without_gold_links_or_attention_it_says_so() -> None:
    maps = token_maps(translator(), [PAIR], "fr", "en")
    bare = TokenPair(PAIR.source, PAIR.target, None, NONE)
    with pytest.raises(CorpusError, match="third column"):
        score_alignments(maps, [bare], 0.0)
    blind = tiny_translator(type(CONFIG)(**{**vars(CONFIG), "attention": "none"}))
    with pytest.raises(NoAttentionError, match="no attention"):
        token_maps(blind, [PAIR], "fr", "en")
    with pytest.raises(UnsupportedDirectionError):
        token_maps(translator(), [PAIR], "fr", "de")


def test_gold_is_read_in_the_direction_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "le phare\tthe light house\t0-0 1-1\t1-2\n\nun\tone\nun\tone\t0-0\t\n")
    first, second, third = read_token_pairs(path, "fr", "en")
    assert first == TokenPair(
        ("le", "phare"), ("the", "light", "house"), frozenset({(0, 0), (1, 1)}), frozenset({(1, 2)})
    )
    assert second.sure is None and third.sure == frozenset({(0, 0)})
    back = read_token_pairs(path, "en", "fr")[0]
    assert back.source == ("the", "light", "house") and back.possible == frozenset({(2, 1)})


@pytest.mark.parametrize(
    ("line", "said"),
    [("no tab", "two columns"), ("a\tb\t0+0", "must look like"), ("a\tb\t0-1", "beyond 1 and 1 tokens")],
)
def test_a_bad_line_is_told_by_its_number(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=f"line 2, is no aligned pair: .*{said}"):
        read_token_pairs(write(tmp_path, f"a\tb\t0-0\n{line}\n"), "fr", "en")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no pair"):
        read_token_pairs(write(tmp_path, "\n"), "fr", "en")
