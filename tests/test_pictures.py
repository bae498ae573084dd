"""The pages of the lab and the pictures of the documentation: all there, all shown, none heavy."""

import re
import tomllib

from tests.e2e.scenes import SCENES
from tests.sources import ROOT, repository_files

IMAGES = "docs/images/"
MOST_BYTES = 120_000
ALL_BYTES = 3_000_000


def pictures() -> list[str]:
    return [path for path in repository_files() if path.startswith(IMAGES)]


def shown() -> set[str]:
    """Every picture that some page shows, by its name."""
    pages = [ROOT / path for path in repository_files() if path.endswith(".md")]
    return {name for page in pages for name in re.findall(r"images/([\w.-]+)", page.read_text("utf-8"))}


def test_pictures_are_small_and_each_is_shown() -> None:
    sizes = {path: (ROOT / path).stat().st_size for path in pictures()}
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= ALL_BYTES
    assert [path for path in sizes if path.removeprefix(IMAGES) not in shown()] == []


def test_every_scene_is_shown_somewhere() -> None:
    kinds = [f"{size}{scheme}" for size in ("", "phone-") for scheme in ("light", "dark")]
    missing = [scene.name for scene in SCENES if not shown() & {f"{scene.name}-{kind}.png" for kind in kinds}]
    assert missing == []


def test_every_view_of_the_lab_is_on_its_page() -> None:
    found = re.search(r"^const VIEWS = \[(.*)\];", (ROOT / "assets/lab/tabs.js").read_text("utf-8"), re.M)
    assert found
    names = tomllib.loads((ROOT / "assets/strings/en.toml").read_text("utf-8"))["lab_tabs"]
    rows = re.findall(r"^\| \*\*(.*)\*\* \|.*\]\(lab/", (ROOT / "docs/lab.md").read_text("utf-8"), re.M)
    assert [view for view in re.findall(r'"(\w+)"', found[1]) if names[view] not in rows] == []
