"""Phrases with the translations that they must have."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.text.glossary import Glossary

GLOSSARY = Glossary({"chat": "cat", "clé à molette": "wrench", "CPU": "processor", "猫": "tomcat"})


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Le chat dort.", ("cat",)),
        ("Chat et CHAT", ("cat",)),
        ("Le chaton dort.", ()),
        ("L'achat du siècle", ()),
        ("Ta clé à molette, pas le chat", ("cat", "wrench")),
        ("une clé", ()),
        ("黒猫です", ("tomcat",)),
        ("", ()),
    ],
)
def test_phrases_are_found_as_whole_words(text: str, phrases: tuple[str, ...]) -> None:
    assert GLOSSARY.phrases_for(text) == phrases


def test_a_file_is_read_with_its_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text("\ufeffchat\tcat\r\n\n  phare \t light house \n", encoding="utf-8")
    glossary = Glossary.load(path)
    assert glossary.phrases_for("le chat du phare") == ("cat", "light house")


@pytest.mark.parametrize("line", ["chat", "chat\t", "\tcat", "chat\tcat\tkitty"])
def test_a_line_of_another_form_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text(f"phare\tlighthouse\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="Line 2 of glossary.tsv"):
        Glossary.load(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.tsv").write_bytes("clé\tkey".encode("latin-1"))
    for name in ("none.tsv", "latin.tsv"):
        with pytest.raises(ConfigError, match=name):
            Glossary.load(tmp_path / name)
