import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError, InputError, StoreUnavailableError
from demo_app.services.segments import ENDINGS, MAX_LINE_CHARS, Row, read_segments
from demo_app.services.tmx import read_tmx
from demo_app.store.project_records import NewItem
from tests.demo_app.store.files import file_of
from tests.demo_app.store.samples import correct, open_empty

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def rows(path: Path, direction: tuple[str, str] = ("fr", "en")) -> list[Row]:
    return list(read_segments(path, direction, lambda done, total: None))


def said(path: Path) -> list[tuple[int, str, list[str]]]:
    """Line, source and candidates of the good rows."""
    return [
        (line, item.source_text, [one.text for one in item.candidates])
        for line, item in rows(path)
        if isinstance(item, NewItem)
    ]


def bad(path: Path) -> dict[int, str]:
    """Line -> what is wrong with it."""
    return {line: str(item) for line, item in rows(path) if isinstance(item, InputError)}


def test_a_text_has_a_segment_a_line_and_blank_ones_are_none(write: Write) -> None:
    path = write("a.txt", "\ufeffOui.\r\n\r\n  Non.  \n\nPeut-être")
    assert said(path) == [(1, "Oui.", []), (3, "Non.", []), (5, "Peut-être", [])]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'Source,candidate_1,Machine,reference\n"Oui, ""vrai"".",Yes.,Yep.,Yes!\nNon.,,No.,\n'),
        (
            "a.tsv",
            'source\tcandidate_1\tmachine\tnote\tgold\nOui, "vrai".\tYes.\tYep.\tx\tYes!\nNon.\t\tNo.\t\t\n',
        ),
    ],
)
def test_tables_name_their_columns(write: Write, name: str, content: str) -> None:
    path = write(name, content)
    assert said(path) == [(2, 'Oui, "vrai".', ["Yes.", "Yep."]), (3, "Non.", ["No."])]
    golds = [item.gold for _, item in rows(path) if isinstance(item, NewItem)]
    assert golds == [{"text": "Yes!"}, None]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_files_of_spreadsheets_are_read_as_they_save_them(write: Write, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("-be") else ""
    table = 'source{0}candidate\r\n"L\'été{0} déjà."{0}Summer; already.\r\n'
    for name, sign in (("a.csv", ";"), ("b.csv", ",")):
        text = mark + table.format(sign).replace("Summer; already.", '"Summer; already."')
        path = write(name, text.encode(encoding))
        assert said(path) == [(2, f"L'été{sign} déjà.", ["Summer; already."])]
        assert not bad(path)
    path = write("c.tsv", f"{mark}source\tcandidate\nDéjà ?\tAlready?\n".encode(encoding))
    assert said(path) == [(2, "Déjà ?", ["Already?"])]
    assert said(write("d.txt", f"{mark}Déjà ?\nOui.\n".encode(encoding))) == [
        (1, "Déjà ?", []),
        (2, "Oui.", []),
    ]


def test_a_semicolon_in_a_text_divides_nothing(write: Write) -> None:
    assert said(write("a.csv", "Il pleut; il vente.\n")) == [(1, "Il pleut; il vente.", [])]
    named = write("b.csv", "source,candidate\nIl pleut; il vente.,It rains; it blows.\n")
    assert said(named) == [(2, "Il pleut; il vente.", ["It rains; it blows."])]


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.tsv", "a.jsonl"])
def test_of_another_encoding_only_the_rows_that_show_it_are_refused(write: Write, name: str) -> None:
    rows_ = ["Pas mal.", "Un été.", "Merci."]
    lines = [json.dumps({"source": row}, ensure_ascii=False) if name == "a.jsonl" else row for row in rows_]
    path = write(name, "\n".join(lines).encode("latin-1"))
    assert bad(path) == {2: "The row must be UTF-8, but has the byte E9; save the file as UTF-8."}
    assert [text for _, text, _ in said(path)] == ["Pas mal.", "Merci."]


def test_only_columns_of_texts_are_translations(write: Write) -> None:
    names = "source,candidate_a,machine_text,translation 2,translation_id,hypothesis_index,machine_seconds"
    path = write("a.csv", f"{names}\nOui.,Yes.,Yep.,Yeah.,5f0c,0,1.5\n")
    assert said(path) == [(2, "Oui.", ["Yes.", "Yep.", "Yeah."])]


def test_a_table_without_names_begins_with_the_source(write: Write) -> None:
    assert said(write("a.csv", "Oui.,Yes.,Yep.\nNon.\n")) == [(1, "Oui.", ["Yes.", "Yep."]), (2, "Non.", [])]


def test_json_lines_may_hold_candidates_and_gold(write: Write) -> None:
    lines = [
        {"source": "Oui.", "candidates": ["Yes.", "Yep."], "gold": {"score": 90}},
        {"text": "Non.", "reference": "No."},
    ]
    path = write("a.jsonl", "\n".join(map(json.dumps, lines)))
    assert said(path) == [(1, "Oui.", ["Yes.", "Yep."]), (2, "Non.", [])]
    assert [item.gold for _, item in rows(path) if isinstance(item, NewItem)] == [
        {"score": 90},
        {"text": "No."},
    ]


def test_json_lines_may_name_translations_as_columns_do(write: Write) -> None:
    line = {
        "source": "Oui.",
        "machine_text": "Yes.",
        "translation": "Yep.",
        "candidate_2": None,
        "score": 0.5,
    }
    path = write("a.jsonl", json.dumps({**line, "translation_id": "5f0c", "candidates": ["Yeah."]}))
    assert said(path) == [(1, "Oui.", ["Yeah.", "Yes.", "Yep."])]


def test_an_export_of_ours_is_read_back(tmp_path: Path) -> None:
    store = open_empty(tmp_path / "x.db")
    record = correct(store, "=It rains.", source="+1 « pluie »")
    store.close()
    assert said(file_of(tmp_path, "tmx", record)) == [(6, "+1 « pluie »", ["=It rains."])]
    assert said(file_of(tmp_path, "csv", record)) == [(2, "+1 « pluie »", [record.machine_text])]


TMX = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="FR-ca"><seg>Un <bpt i="1">&lt;b&gt;</bpt><hi>gros</hi><ept i="1">&lt;/b&gt;</ept>
 chat.</seg></tuv><tuv lang="en_GB"><seg>A fat cat.</seg></tuv><tuv xml:lang="de"><seg>Dick.</seg></tuv></tu>
<tu><tuv xml:lang="de"><seg>Nein.</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg> </seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Oui &amp; non.</seg></tuv></tu>
</body></tmx>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_translation_memory_gives_the_units_of_the_direction(write: Write, encoding: str) -> None:
    path = write("a.tmx", TMX.encode(encoding))
    assert said(path) == [(4, "Un gros\n chat.", ["A fat cat."]), (8, "Oui & non.", [])]
    assert {line: "one text in fr" in words for line, words in bad(path).items()} == {6: True, 7: False}


@pytest.mark.parametrize("name", ["GB2312", "GBK", "gb18030", "Shift_JIS", "Big5", "EUC-KR", "windows-1252"])
def test_a_translation_memory_is_read_in_the_encoding_that_it_names(write: Write, name: str) -> None:
    text = {"Shift_JIS": "日本語", "EUC-KR": "한국어", "windows-1252": "Zoë"}.get(name, "中文")
    unit = f'<tu><tuv xml:lang="fr"><seg>{text}</seg></tuv></tu>\n'
    many = f'<?xml version="1.0" encoding="{name}"?>\n<tmx>{unit * 2000}</tmx>'.encode(name)
    path = write("a.tmx", many)
    assert [words for _, words, _ in said(path)] == [text] * 2000 and bad(path) == {}
    path = write("b.tmx", many[: many.index(b"</tu>") + 5] + b"\xff\xff\x81" + many)
    assert len(said(path)) <= 1 and len(bad(path)) == 1


@pytest.mark.parametrize("name", ["klingon", "hex", "undefined"])
@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_an_encoding_that_nobody_knows_is_told(write: Write, name: str, encoding: str) -> None:
    path = write("a.tmx", f'<?xml version="1.0" encoding="{name}"?>\n<tmx></tmx>'.encode(encoding))
    (words,) = bad(path).values()
    assert said(path) == [] and "encoding that it names" in words


BOMB = """<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<tmx><tu><tuv xml:lang="fr"><seg>&b;</seg></tuv></tu></tmx>"""
OUTSIDE = BOMB.replace('"ha"', 'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_of_a_file_are_refused(write: Write, content: str) -> None:
    path = write("a.tmx", content)
    assert said(path) == [] and "must not define entities" in bad(path)[1]


def test_where_xml_breaks_off_what_came_before_is_kept(write: Write) -> None:
    path = write("a.tmx", TMX[: TMX.index('<tu><tuv xml:lang="de">') + 30])
    assert len(said(path)) == 1 and "must be XML" in bad(path)[6]


def test_a_long_memory_is_read_without_being_held() -> None:
    unit = b'<tu><tuv xml:lang="fr"><seg>Oui.</seg></tuv></tu>\n'

    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.reads = 0

        def read(self, size: int = -1) -> bytes:
            self.reads += 1
            return b"<tmx>" if self.reads == 1 else unit * (size // len(unit))

    file = Endless()
    units = read_tmx(file, "fr", "en")  # type: ignore[arg-type]
    for _ in range(3000):
        next(units)
    assert file.reads <= 5


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"Oui.\nO\xfci.\nNon.", {2: "the byte FC"}),
        ("a.txt", "Oui.\nO\0i.\nNon.", {2: "U+0000"}),
        ("a.txt", "Oui.\n" + "x" * (2 * MAX_LINE_CHARS) + "\nNon.", {2: "at most 1,000,000"}),
        ("a.csv", "source,candidate\nOui.,Yes.\nNon\nNon.,No.", {3: "must have 2 columns"}),
        ("a.csv", 'source\nOui.\n"a"b\nNon.', {3: "must be CSV"}),
        ("a.csv", "Oui.\n" + "x" * (2 * MAX_LINE_CHARS) + "\nNon.", {2: "field limit"}),
        ("a.csv", "source,candidate\nOui.,Yes.\n,No\nNon.,x\n", {3: ""}),
        ("a.tsv", "Oui." + "\nn" + "\tx" * 9 + "\nNon.", {2: "at most 8 candidates"}),
        ("a.jsonl", '{"source": "Oui."}\n{"source": \n{"text": "Non."}', {2: "must be JSON"}),
        ("a.jsonl", '{"source": "Oui."}\n[1]\n{"text": "Non."}', {2: "JSON object"}),
        ("a.jsonl", '{"source": "Oui."}\n{"source": 3}\n{"text": "Non."}', {2: "a text `source`"}),
        ("a.jsonl", '{"source": "Oui."}\n{"source": "a", "gold": 3}\n{"text": "Non."}', {2: "`gold` must"}),
        ("a.jsonl", '{"source": "Oui."}\n{"source": "a", "candidates": "b"}\n{"text": "Non."}', {2: "list"}),
        (
            "a.jsonl",
            '{"source": "Oui."}\n{"source": "a", "machine": ["b"]}\n{"text": "Non."}',
            {2: "`machine`"},
        ),
        ("a.jsonl", '{"source": "Oui."}\n{"source": "a", "gold": {"x": NaN}}\n{"text": "Non."}', {2: "NaN"}),
        (
            "a.jsonl",
            '{"source": "Oui."}\n{"source": "a", "gold": {"x": 1e999}}\n{"text": "Non."}',
            {2: "finite"},
        ),
        (
            "a.jsonl",
            '{"source": "Oui."}\n{"source": "a", "gold": {"x": "\\ud800"}}\n{"text": "Non."}',
            {2: "U+D800"},
        ),
    ],
)
def test_bad_rows_are_told_by_their_line_and_good_ones_kept(
    write: Write, name: str, content: str | bytes, words: dict[int, str]
) -> None:
    path = write(name, content)
    assert [text for _, text, _ in said(path)] == ["Oui.", "Non."]
    told = bad(path)
    assert told.keys() == words.keys()
    assert [line for line in words if words[line] not in told[line]] == []


def test_a_quote_left_open_spoils_no_more_than_a_cell_may_hold(write: Write) -> None:
    lines = ["source", "Oui.", '"open', *["Une phrase comme les autres."] * 20_000]
    path = write("a.csv", "\n".join(lines))
    assert len(bad(path)) == 1 and len(said(path)) > 10_000


@given(content=st.binary(max_size=200), ending=st.sampled_from(ENDINGS))
def test_no_bytes_break_a_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(content)
    for line, item in rows(path):
        assert line >= 1 and isinstance(item, NewItem | InputError)


def test_progress_is_told_up_to_the_whole_file(write: Write) -> None:
    path, told = write("a.txt", "Oui.\n" * 5000), list[tuple[int, int]]()
    list(read_segments(path, ("fr", "en"), lambda done, total: told.append((done, total))))
    done = [each for each, _ in told]
    assert done == sorted(done) and 0 < done[0] < done[-1] == told[0][1] == 25_000


def test_what_is_no_file_of_segments_is_told(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ending"):
        rows(write("a.docx", ""))
    with pytest.raises(StoreUnavailableError, match="must be readable"):
        rows(tmp_path / "none.txt")
