"""Files of pairs: what they may look like, and what is said of those that cannot be used."""

import gzip
import json
from pathlib import Path

import pytest

from core.errors import ConfigError, CorpusError
from core.text.corpus import Pair, clean_pairs, read_pairs
from core.training.data import learn_tokenizer, load_dev_sets, load_examples
from core.training.recipe import DataConfig
from tests.tiny import tiny_tokenizer

PAIRS = [Pair("Le phare éclaire la baie.", "The lighthouse lights the bay."), Pair("Il neige.", "It snows.")]
CONFIG = DataConfig(train=("a.fr-en.tsv",), dev=("a.fr-en.tsv",), directions=(("fr", "en"),), vocab_size=400)


def tsv(pairs: list[Pair]) -> bytes:
    return "".join(f"{first}\t{second}\tsomebody\r\n" for first, second in pairs).encode()


def jsonl(pairs: list[Pair], first: str, second: str) -> bytes:
    return "".join(json.dumps({second: pair.second, first: pair.first}) + "\n" for pair in pairs).encode()


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_every_format_gives_the_same_pairs(ending: str, tmp_path: Path) -> None:
    files = [
        write(tmp_path, f"a.fr-en.tsv{ending}", b"\n" + tsv(PAIRS) + b"\n"),
        write(tmp_path, f"a.fr-en.jsonl{ending}", jsonl(PAIRS, "fr", "en")),
        write(tmp_path, f"b.fr-en.jsonl{ending}", jsonl(PAIRS, "source", "target")),
    ]
    assert all(list(read_pairs(path)) == PAIRS for path in files)


def test_columns_come_in_the_order_asked_for(tmp_path: Path) -> None:
    swapped = [Pair(second, first) for first, second in PAIRS]
    assert list(read_pairs(write(tmp_path, "a.fr-en.tsv", tsv(PAIRS)), "en", "fr")) == swapped
    assert list(read_pairs(write(tmp_path, "a.fr-en.jsonl", jsonl(PAIRS, "fr", "en")), "en", "fr")) == swapped


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("a.fr-en.tsv", b"no tab here", "two texts must stand there with a tab"),
        ("a.fr-en.jsonl", b'{"fr": "a"}', "the key 'en' is missing"),
        ("a.fr-en.jsonl", b'{"fr": "a", "en": 3}', "texts must be strings"),
        ("a.fr-en.jsonl", b"{", "Expecting property name"),
        ("a.fr-en.jsonl", b'["a", "b"]', "is not a pair of sentences"),
        ("a.fr-en.jsonl", rb'{"fr": "\ud800", "en": "b"}', "half of a surrogate pair"),
    ],
)
def test_a_bad_line_is_told_by_its_number(name: str, line: bytes, said: str, tmp_path: Path) -> None:
    good = tsv(PAIRS) if name.endswith(".tsv") else jsonl(PAIRS, "fr", "en")
    with pytest.raises(CorpusError, match=rf"line 3, .*{said}"):
        list(read_pairs(write(tmp_path, name, good + line + b"\n")))


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.fr-en.tsv", tsv(PAIRS) * 500 + b"caf\xe9\tcoffee\n" + tsv(PAIRS), 1001),
        ("a.fr-en.tsv.gz", tsv(PAIRS) + b"caf\xe9\tcoffee\n", 3),
        ("a.fr-en.tsv", "a\tb\n".encode("utf-16"), 1),
    ],
)
def test_a_line_that_is_not_utf_8_is_told_by_its_number(
    name: str, content: bytes, line: int, tmp_path: Path
) -> None:
    with pytest.raises(CorpusError, match=f"{name}, line {line}, must be UTF-8 text"):
        list(read_pairs(write(tmp_path, name, content)))


def test_missing_and_damaged_files_are_refused(tmp_path: Path) -> None:
    cut = write(tmp_path, "cut.fr-en.tsv.gz", tsv(PAIRS * 50))
    cut.write_bytes(cut.read_bytes()[:-9])
    false = tmp_path / "false.fr-en.tsv.gz"
    false.write_bytes(b"not gzip")
    flipped = write(tmp_path, "flipped.fr-en.tsv.gz", tsv(PAIRS * 50))
    content = bytearray(flipped.read_bytes())
    content[10] ^= 0xFF  # the first byte of what is compressed: no header, no checksum
    flipped.write_bytes(content)
    for path in (cut, false, flipped, tmp_path / "absent.fr-en.tsv"):
        with pytest.raises(CorpusError, match=path.name):
            list(read_pairs(path))


def test_cleaning_leaves_out_what_teaches_nothing() -> None:
    useless = [
        *(PAIRS[0], Pair("", "only a target"), Pair("une source seule", " \t")),
        *(Pair("a\x00b", "nul"), Pair("cloche\x07", "bell"), Pair("un mot " * 9, "a word")),
    ]
    assert list(clean_pairs(iter([*PAIRS, *useless]))) == PAIRS


def test_pairs_with_a_blank_side_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    pairs = [Pair("", "A text."), Pair("Un texte.", "A text."), Pair("Un autre.", " ")]
    assert list(clean_pairs(iter(pairs))) == [pairs[1]]
    assert "left out 2 pairs with a blank side" in caplog.text


def test_chinese_is_as_long_as_the_letters_it_stands_for() -> None:
    good = Pair("你明天能来吗？", "Will you be able to come tomorrow?")
    bad = Pair("好。", "The lighthouse keeper has left the island for good.")
    assert list(clean_pairs(iter([good, bad]))) == [good]


def test_what_was_seen_is_forgotten_after_so_many_pairs() -> None:
    again = [*PAIRS, Pair("Une porte verte.", "A green door."), PAIRS[0]]
    assert list(clean_pairs(iter(again))) == again[:3]
    assert list(clean_pairs(iter(again), remembered=3)) == again
    assert list(clean_pairs(iter(again), remembered=4)) == again[:3]


def test_cleaning_again_changes_nothing() -> None:
    once = list(clean_pairs(iter([Pair(" l’été\u00a0", "the\tsummer"), *PAIRS])))
    assert list(clean_pairs(iter(once))) == once


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\tonly a target\n\tand another\n"])
def test_a_corpus_without_a_pair_is_refused(content: bytes, tmp_path: Path) -> None:
    write(tmp_path, "a.fr-en.tsv", content)
    with pytest.raises(CorpusError, match=r"at least one pair with text on both sides.*0 clean pairs"):
        load_examples(tmp_path, CONFIG.train, CONFIG, tiny_tokenizer())
    with pytest.raises(CorpusError, match=r"a\.fr-en\.tsv must hold at least one pair"):
        learn_tokenizer(tmp_path, CONFIG)
    assert load_dev_sets(tmp_path, CONFIG, tiny_tokenizer()) == []


def test_a_dev_pair_too_long_for_the_model_is_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    long = Pair("la porte verte " * 40, "a door")
    write(tmp_path, "a.fr-en.tsv", tsv([PAIRS[0], long, Pair(*reversed(long)), PAIRS[1]]))
    (found,) = load_dev_sets(tmp_path, CONFIG, tiny_tokenizer())
    assert (found.sources, found.references) == ([a for a, _ in PAIRS], [b for _, b in PAIRS])
    assert caplog.messages == ["left out 2 dev pairs of fr-en with a side over 80 pieces"]


def test_a_bad_line_of_the_training_text_is_told_by_its_number_while_the_vocabulary_is_learned(
    tmp_path: Path,
) -> None:
    write(tmp_path, "a.fr-en.tsv", tsv(PAIRS) + b"no tab here\n" + tsv(PAIRS))
    with pytest.raises(CorpusError, match=r"^a.fr-en.tsv, line 3, is not a pair of sentences: .* no tab"):
        learn_tokenizer(tmp_path, CONFIG)


def test_a_vocabulary_larger_than_the_text_supports_is_refused_with_the_largest_possible(
    tmp_path: Path,
) -> None:
    write(tmp_path, "a.fr-en.tsv", tsv(PAIRS))
    wanted = DataConfig(train=CONFIG.train, dev=CONFIG.dev, directions=CONFIG.directions, vocab_size=9000)
    with pytest.raises(ConfigError, match=r"9000 pieces .*: at most \d+ are possible; change `vocab_size`"):
        learn_tokenizer(tmp_path, wanted)
