"""The style sheets go to the page all together, so none may mean something else by a class of another."""

import re
from collections import defaultdict

from tests.sources import ROOT, repository_files

HEAD = re.compile(r"([^{}]+)\{")
CHOICE = re.compile(r":(?:is|where|not)\([^)]*\)")
CLASS = re.compile(r"\.il-[\w-]+")


def sheets_by_class() -> dict[str, set[str]]:
    """Where each class has a rule of its own, whatever it stands in."""
    found = defaultdict(set)
    for path in repository_files():
        if path.startswith("assets/") and path.endswith(".css"):
            text = re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
            for head in HEAD.findall(text):
                for selector in CHOICE.sub("", head).split(","):
                    if CLASS.fullmatch(selector.strip()):
                        found[selector.strip()].add(path)
    return found


def test_a_class_has_its_rule_in_one_style_sheet() -> None:
    found = sheets_by_class()
    assert len(found) > 100
    assert {name: sheets for name, sheets in found.items() if len(sheets) > 1} == {}
