"""`python -m core data` from end to end, against a home on the loopback."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.data import MANIFEST
from core.corpora.manifest import read_manifest
from core.corpora.pinned import read_pinned
from core.corpora.split import content_sum, key
from core.text.corpus import Pair, read_pairs
from tests.core.corpora.home import Home
from tests.core.corpora.toy_corpora import fill, french_lines, write_manifest, zipped
from tests.core.test_cli import Terminal
from tests.full_disk import no_file_above

PARTS = ("train", "dev", "test")
Data = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def data(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Data:
    """Runs the command on the toy manifest; exit status, lines of standard output, standard error."""
    run = Terminal(monkeypatch, capsysbinary)
    fill(home)
    write_manifest(tmp_path, home)

    def command(*arguments: object) -> tuple[int, list[str], str]:
        status, out, error = run("data", *arguments, "--manifest", tmp_path / "corpora.toml")
        return status, out.decode().splitlines(), error

    return command


def pairs(folder: Path, name: str) -> dict[str, list[Pair]]:
    return {part: list(read_pairs(folder / f"{name}.{part}.tsv.gz")) for part in PARTS}


def test_a_family_is_fetched_and_made_without_a_leak(data: Data, tmp_path: Path) -> None:
    status, lines, _ = data("all", "--into", tmp_path / "made")
    assert (status, len(lines)) == (0, 9)
    french, chinese = pairs(tmp_path / "made", "toy.fr-en"), pairs(tmp_path / "made", "toy.zh-en")
    assert [len(french[part]) for part in PARTS] == [180, 5, 5]
    assert [len(chinese[part]) for part in PARTS] == [90, 5, 5]
    held = {
        key(text) for made in (french, chinese) for part in ("dev", "test") for p in made[part] for text in p
    }
    assert not [text for made in (french, chinese) for p in made["train"] for text in p if key(text) in held]
    assert Pair("第7个在这里。", "Number 7 is here.") in [p for part in PARTS for p in chinese[part]]


def test_the_record_says_where_everything_came_from(data: Data, home: Home, tmp_path: Path) -> None:
    _, lines, _ = data("toy.fr-en", "--into", tmp_path / "made")
    _, more, _ = data("spoken", "--into", tmp_path / "made")
    record = json.loads((tmp_path / "made" / "SOURCES.json").read_text(encoding="utf-8"))
    french = record["toy.fr-en"]
    assert list(record) == ["toy.fr-en", "spoken.word-phones"]
    assert french["archive_sha256"] == hashlib.sha256(home.files["fra-eng.zip"]).hexdigest()
    assert (french["url"], french["made_together"]) == (home.url("fra-eng.zip"), ["toy.fr-en"])
    assert french["left_out"] == {"shares a sentence with dev or test": 10}
    told = {Path(line.split("\t")[0]).name: line.split("\t")[1:] for line in (*lines, *more)}
    for name, file in (french["files"] | record["spoken.word-phones"]["files"]).items():
        made = list(read_pairs(tmp_path / "made" / name))
        assert (file["pairs"], file["sum"]) == (len(made), content_sum(made))
        assert told.pop(name) == [str(len(made)), content_sum(made)]
    assert told == {}


def test_the_same_archive_gives_the_same_bytes_and_is_fetched_once(
    data: Data, home: Home, tmp_path: Path
) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / "made").glob("*.gz")}

    data("toy", "--into", tmp_path / "made")
    before = files()
    assert {content[4:8] for content in before.values()} == {bytes(4)}, "no date of the making"
    data("toy", "--into", tmp_path / "made")
    assert (files(), len(home.ranges)) == (before, 2)


def test_a_corpus_that_grows_keeps_train_and_test_apart(data: Data, home: Home, tmp_path: Path) -> None:
    data("toy.fr-en", "--into", tmp_path / "old")
    home.files["fra-eng.zip"] = zipped("fra.txt", french_lines(400))
    data("toy.fr-en", "--into", tmp_path / "new")
    old, new = pairs(tmp_path / "old", "toy.fr-en"), pairs(tmp_path / "new", "toy.fr-en")
    assert len(new["train"]) > len(old["train"])
    assert not set(old["train"]) & {*new["dev"], *new["test"]}
    assert not set(old["test"]) & set(new["dev"]) and not set(old["dev"]) & set(new["test"])


def test_archives_in_a_folder_are_read_instead_of_the_network(data: Data, home: Home, tmp_path: Path) -> None:
    data("toy.fr-en", "--into", tmp_path / "made")
    asked = len(home.ranges)
    given = ("--from", tmp_path / "made" / "archives")
    assert data("toy.fr-en", "--into", tmp_path / "again", *given)[0] == 0
    assert pairs(tmp_path / "again", "toy.fr-en") == pairs(tmp_path / "made", "toy.fr-en")
    status, _, error = data("toy.zh-en", "--into", tmp_path / "again", *given)
    assert (status, len(home.ranges)) == (1, asked)
    assert "cmn-eng.zip must be there" in error and home.url("cmn-eng.zip") in error


def test_a_home_that_has_moved_on_is_told_with_both_sums(
    data: Data, home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, lines, _ = data("toy.fr-en", "--into", tmp_path / "made")
    sums = dict(zip(PARTS, (line.split("\t")[2] for line in lines), strict=True))
    expected = "[toy.fr-en.sums]\n" + "".join(f'{part} = "{sums[part]}"\n' for part in PARTS)
    write_manifest(tmp_path, home, fr=expected)
    data("toy.fr-en", "--into", tmp_path / "made")
    assert caplog.messages == []
    write_manifest(tmp_path, home, fr=expected.replace(sums["dev"], "0" * 64))
    status, _, _ = data("toy.fr-en", "--into", tmp_path / "made")
    (warning,) = caplog.messages
    assert status == 0 and "toy.fr-en.dev.tsv.gz" in warning
    assert sums["dev"] in warning and "0" * 64 in warning


def test_an_archive_with_another_checksum_is_refused(data: Data, home: Home, tmp_path: Path) -> None:
    write_manifest(tmp_path, home, fr=f'sha256 = "{"0" * 64}"')
    status, _, error = data("toy.fr-en", "--into", tmp_path / "made")
    assert (status, list((tmp_path / "made").glob("*.gz"))) == (1, [])
    assert "must have the SHA-256 0000" in error and not list((tmp_path / "made" / "archives").iterdir())
    (tmp_path / "fra-eng.zip").write_bytes(home.files["fra-eng.zip"])
    status, _, error = data("toy.fr-en", "--into", tmp_path / "made", "--from", tmp_path)
    assert status == 1 and "delete it" in error and (tmp_path / "fra-eng.zip").exists()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["tatoeba"], "'tatoeba'"),
        (["toy.fr-en", "toy.xx-en"], "'toy.xx-en'"),
        ([], "`--into`"),
    ],
)
def test_unknown_names_are_told_with_those_there_are(
    names: list[str], said: str, data: Data, tmp_path: Path
) -> None:
    status, _, error = data(*names, "--into", tmp_path / "made")
    assert status == 1 and said in error.splitlines()[-1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "answers 404"),
        (b"<html>Not here</html>", "cannot be read"),
        (zipped("fra.txt", "one column only\n"), "has no tab"),
        (zipped("fra.txt", "\t\n"), "holds none that can be used"),
        (zipped("fra.txt", french_lines(10))[:-400], "cannot be read"),
    ],
)
def test_a_bad_archive_writes_no_corpus(
    content: bytes | None, said: str, data: Data, home: Home, tmp_path: Path
) -> None:
    del home.files["fra-eng.zip"]
    home.files |= {} if content is None else {"fra-eng.zip": content}
    status, lines, error = data("toy", "--into", tmp_path / "made")
    assert (status, lines) == (1, [])
    assert error.splitlines()[-1].startswith("error: ") and said in error
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["archives"]


def test_a_full_disk_leaves_the_old_files_whole(data: Data, home: Home, tmp_path: Path) -> None:
    data("toy.fr-en", "--into", tmp_path / "made")
    before = {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir() if path.is_file()}
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "fra-eng.zip").write_bytes(zipped("fra.txt", french_lines(2000)))
    with no_file_above(5000):
        status, _, error = data("toy.fr-en", "--into", tmp_path / "made", "--from", tmp_path / "given")
    assert status == 1 and "could not be written" in error
    assert {
        path.name: path.read_bytes() for path in (tmp_path / "made").iterdir() if path.is_file()
    } == before


@pytest.mark.parametrize(("package", "corpus"), [("opencc", "toy.zh-en"), ("polib", "docs.fr-en")])
def test_a_missing_package_is_told_before_anything_is_fetched(
    package: str, corpus: str, data: Data, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = '[docs]\nformat = "gettext"\nlicence = "a"\nattribution = "b"\nheld = 1\n[docs.fr-en]\n'
    with (tmp_path / "corpora.toml").open("a", encoding="utf-8") as file:
        file.write(more + f'url = "{home.url("docs.zip")}"\narchive = "docs.zip"\n')
    monkeypatch.setitem(sys.modules, package, None)  # as Python marks what cannot be imported
    status, _, error = data(corpus, "--into", tmp_path / "made")
    assert (status, home.ranges) == (1, [])
    assert f"pip install {package}`" in error


def test_the_list_names_licence_and_home(data: Data, home: Home) -> None:
    assert data("--list")[1][0] == f"toy.fr-en\tCC0 1.0\t{home.url('fra-eng.zip')}"


def test_the_shipped_manifest_is_whole() -> None:
    corpora = {corpus.name: corpus for corpus in read_manifest(MANIFEST)}
    pinned = read_pinned(MANIFEST.parent / corpora["tatoeba.fr-en"].pinned)
    assert set(pinned) == {name for name, corpus in corpora.items() if corpus.pinned}
    assert set(pinned) == {name for name, corpus in corpora.items() if set(corpus.sums) == set(PARTS)}
    for name, parts in pinned.items():
        assert not parts["dev"] & parts["test"]
        assert all(0.99 * corpora[name].held <= len(marks) <= corpora[name].held for marks in parts.values())
