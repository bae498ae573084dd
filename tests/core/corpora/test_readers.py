"""Archives of strangers: read by name, in memory, whatever they hold."""

import zipfile
from pathlib import Path

import pytest

from core.corpora.archive import read_members
from core.corpora.gettext import plain, read_gettext
from core.corpora.readers import read_anki, read_cmudict
from core.errors import ArchiveError
from core.text.corpus import Pair

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Return *x*. See :meth:`~io.open`."
msgstr "Renvoie *x*. Voir "
":meth:`~io.open`."

msgid "One sentence. And another."
msgstr "Une seule phrase, et la voici."

#, fuzzy
msgid "Not sure."
msgstr "Incertain."

msgid "Not done."
msgstr ""

msgid "print(1)"
msgstr "print(1)"

msgid "Release |version|."
msgstr "Version |version|."

msgid "An `unfinished role."
msgstr "Un `rôle inachevé."

msgid "a file"
msgid_plural "files"
msgstr[0] "un fichier"

#~ msgid "Gone."
#~ msgstr "Parti."
"""


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_lines_of_manythings_become_pairs_with_english_second(tmp_path: Path) -> None:
    text = "Go.\tVa !\tCC-BY 2.0 (France) #1\r\n\nHi.\tSalut.\n"
    path = zipped(tmp_path / "fra-eng.zip", {"_about.txt": "no\tpair", "fra.txt": text.encode("utf-8-sig")})
    assert list(read_anki(path)) == [Pair("Va !", "Go."), Pair("Salut.", "Hi.")]


def test_pronunciations_of_a_word_become_one_pair_each(tmp_path: Path) -> None:
    path = tmp_path / "cmudict.dict"
    path.write_text(
        ";;; a remark\n'tis T IH1 Z\nabs EY1 B\nabs(2) AE1 B Z # place\n3-d TH R IY1\n", encoding="utf-8"
    )
    assert list(read_cmudict(path)) == [Pair("'tis", "T IH1 Z"), Pair("abs", "EY1 B"), Pair("abs", "AE1 B Z")]


def test_finished_translations_become_pairs_of_sentences(tmp_path: Path) -> None:
    path = zipped(tmp_path / "docs.zip", {"docs-1/library/io.po": PO, "docs-1/README.md": "no"})
    assert list(read_gettext(path)) == [
        Pair("Renvoie x.", "Return x."),
        Pair("Voir io.open.", "See io.open."),
        Pair("Une seule phrase, et la voici.", "One sentence. And another."),
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("the :class:`!Calendar` of **this** *firstweekday*", "the Calendar of this firstweekday"),
        ("see :ref:`the text <its-place>` and :pep:`523`", "see the text and 523"),
        ("`a page <https://example.org/a_b>`_ and `another`__", "a page and another"),
        (
            "``*args*`` and ``**``, 2 * 3 * 4, f(*args, **kwargs)",
            "*args* and **, 2 * 3 * 4, f(*args, **kwargs)",
        ),
        ("for example::", "for example:"),
        ("例如：:", "例如："),
        (r"a :class:`str`\ s and 2 \* 3", "a strs and 2 * 3"),
        ("__init__ and C:\\temp", "__init__ and C:\\temp"),
    ],
)
def test_mark_up_is_taken_off_and_literals_are_left_alone(text: str, seen: str) -> None:
    assert plain(text) == seen


def test_members_that_point_outside_are_only_names(tmp_path: Path) -> None:
    path = zipped(tmp_path / "evil.zip", {"../../evil.po": PO, "/etc/evil.po": PO})
    assert len(list(read_gettext(path))) == 6
    assert [file.name for file in tmp_path.rglob("*")] == ["evil.zip"]


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"a.txt": b"0" * 3_000_000, "b.txt": b"0" * 3_000_000})
    assert path.stat().st_size < 10_000
    with pytest.raises(ArchiveError, match=r"bomb\.zip must hold at most 4,000,000 bytes unpacked"):
        list(read_members(path, "*.txt", 4_000_000))


@pytest.mark.parametrize(
    "damage", ["not a zip", "truncated", "a byte flipped", "not UTF-8", "no member", "no tab"]
)
def test_a_broken_archive_is_one_sentence(damage: str, tmp_path: Path) -> None:
    lines = "".join(f"{n} is a number.\t{n} est un nombre.\n" for n in range(900))
    members: dict[str, str | bytes] = {"fra.txt": lines}
    if damage == "not UTF-8":
        members = {"fra.txt": "Été\tSummer\n".encode("latin-1")}
    if damage in ("no member", "no tab"):
        members = {"_about.txt": lines} if damage == "no member" else {"fra.txt": "<html>blocked</html>"}
    path = zipped(tmp_path / "fra-eng.zip", members)
    content = bytearray(path.read_bytes())
    if damage == "not a zip":
        content = bytearray(b"<html>Not here</html>")
    if damage == "truncated":
        del content[len(content) // 2 :]
    if damage == "a byte flipped":
        content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"fra-eng\.zip.*(delete it and give|right archive|has no tab)"):
        list(read_anki(path))


def test_other_broken_files_are_told_by_their_place(tmp_path: Path) -> None:
    (tmp_path / "cmudict.dict").write_text("abs EY1 B\n<html>\n", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"cmudict\.dict, line 2, must be a word"):
        list(read_cmudict(tmp_path / "cmudict.dict"))
    path = zipped(tmp_path / "docs.zip", {"docs/io.po": 'msgid "never\nclosed'})
    with pytest.raises(ArchiveError, match=r"docs\.zip.*docs/io\.po.*delete it"):
        list(read_gettext(path))
    with pytest.raises(ArchiveError, match=r"none\.dict.*delete it"):
        list(read_cmudict(tmp_path / "none.dict"))
