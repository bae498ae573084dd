"""The list of corpora: mistakes in it are told where they stand."""

from pathlib import Path

import pytest

from core.corpora.manifest import choose, read_manifest
from core.corpora.pinned import read_pinned
from core.errors import ConfigError

SHARED = '[toy]\nformat = "anki"\nlicence = "CC0"\nattribution = "Nobody."\nheld = 5\n'
FRENCH = '[toy.fr-en]\nurl = "https://example.org/f.zip"\narchive = "f.zip"\n'
GERMAN = '[toy.de-en]\nurl = "https://example.org/d.zip"\narchive = "d.zip"\nheld = 7\n'
WORDS = SHARED.replace("toy", "spoken") + FRENCH.replace("toy.fr-en", "spoken.word-phones")


def manifest(folder: Path, text: str) -> Path:
    path = folder / "corpora.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_corpora_have_what_their_family_says_and_may_say_otherwise(tmp_path: Path) -> None:
    french, german = read_manifest(manifest(tmp_path, SHARED + FRENCH + GERMAN))
    assert (french.name, french.licence, french.held, german.held) == ("toy.fr-en", "CC0", 5, 7)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["all"], ["toy.fr-en", "toy.de-en", "spoken.word-phones"]),
        (["spoken", "toy.de-en", "toy.de-en"], ["toy.de-en", "spoken.word-phones"]),
        (["toy"], ["toy.fr-en", "toy.de-en"]),
    ],
)
def test_names_choose_corpora_families_or_all_each_once(
    names: list[str], found: list[str], tmp_path: Path
) -> None:
    corpora = read_manifest(manifest(tmp_path, SHARED + FRENCH + GERMAN + WORDS))
    assert [corpus.name for corpus in choose(corpora, names)] == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[toy", "cannot be read"),
        (SHARED + FRENCH + 'licenc = "CC0"', "did you mean `licence`"),
        (SHARED + FRENCH + 'held = "many"', "`held` must be a whole number"),
        (SHARED + FRENCH + "held = 0", "`held` must be between 1"),
        (SHARED + FRENCH + 'format = "xml"', "`format` must be one of anki"),
        (SHARED + FRENCH + 'sums = "abc"', "`sums` of toy.fr-en must be a table"),
        (SHARED + FRENCH.replace("https:", "file:"), "`url` of toy.fr-en must start with https"),
        (SHARED + FRENCH.replace('"f.zip"', '"../f.zip"'), "`archive` of toy.fr-en must be a plain"),
        (FRENCH, "must have `format`"),
    ],
)
def test_a_mistake_is_told_by_its_name(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said):
        read_manifest(manifest(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read"):
        read_manifest(tmp_path / "none.toml")


@pytest.mark.parametrize("line", ["toy.fr-en dev", "toy.fr-en dev !!!!", "toy.fr-en dev AAAA é"])
def test_a_damaged_list_of_pinned_pairs_is_told(line: str, tmp_path: Path) -> None:
    (tmp_path / "pinned.txt").write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"pinned pairs .*pinned\.txt cannot be read"):
        read_pinned(tmp_path / "pinned.txt")
