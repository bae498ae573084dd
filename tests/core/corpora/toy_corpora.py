"""A family of small corpora with their manifest, as a home would serve them."""

import io
import zipfile
from pathlib import Path

from tests.core.corpora.home import Home

MANIFEST = """
[toy]
format = "anki"
licence = "CC0 1.0"
attribution = "Nobody in particular."
held = 5

[toy.fr-en]
url = "{home}fra-eng.zip"
archive = "fra-eng.zip"
{fr}

[toy.zh-en]
url = "{home}cmn-eng.zip"
archive = "cmn-eng.zip"
simplified = true
{zh}

[spoken]
format = "cmudict"
split = "words"
licence = "BSD"
attribution = "Somebody."
held = 2

[spoken.word-phones]
url = "{home}spoken.dict"
archive = "spoken.dict"
"""


def french_lines(count: int) -> str:
    """`count` sentences, each with two translations."""
    return "".join(
        f"Number {n} is here.\tLe {n} est {where}.\tsomebody\n"
        for n in range(count)
        for where in ("ici", "là")
    )


def zipped(name: str, text: str) -> bytes:
    """A zip as manythings.org makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_about.txt", "about")
        archive.writestr(name, text)
    return buffer.getvalue()


def fill(home: Home, count: int = 100) -> None:
    """Put all archives up; the Chinese one is in traditional characters."""
    chinese = "".join(f"Number {n} is here.\t第{n}個在這裡。\tsomebody\n" for n in range(count))
    home.files = {
        "fra-eng.zip": zipped("fra.txt", french_lines(count)),
        "cmn-eng.zip": zipped("cmn.txt", chinese),
        "spoken.dict": "".join(f"word{'x' * n} AH1 {'N ' * n}B\n" for n in range(20)).encode(),
    }


def write_manifest(folder: Path, home: Home, fr: str = "", zh: str = "") -> Path:
    """`fr`, `zh`: more lines of those corpora."""
    path = folder / "corpora.toml"
    path.write_text(MANIFEST.format(home=home.url(""), fr=fr, zh=zh), encoding="utf-8")
    return path
