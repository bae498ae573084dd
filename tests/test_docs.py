"""Documentation that can be wrong is tested: the tree, the commands, the settings, the links."""

import ast
import re
from dataclasses import fields
from typing import Any

import pytest
import typer.main

from benchmarks.figures import BLOCK, PAGES, with_figures
from core.cli.main import make_app
from core.config import CONFIGS
from core.training.finetune_config import FinetuneConfig
from core.training.recipe import DataConfig, TrainConfig
from demo_app.cli.main import make_cli
from demo_app.settings import PREFIX, Settings
from tests.sources import ROOT, parsed, repository_files

COMMANDS = ROOT / "docs" / "command-line.md"
SPOKEN_DEFAULTS = {
    "data_dir": "`~/.local/share/interlinear`",
    "database_url": "`sqlite:///DATA_DIR/interlinear.db`",
    "models_dir": "`assets/models`",
    "corpora_dir": "unset",
    "allowed_hosts": "unset",
    "default_model": "unset",
    "secret_key": "unset",
}
"""Defaults that depend on the machine, as the documentation says them."""
LISTED_BY_FILE = ("app.py", "core", "demo_app", "benchmarks")
LISTED_BY_ENTRY = ("assets", "docs", "tests")
"""In README's tree: each Python file of the first, each file or folder directly in the second."""


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def pages() -> list[str]:
    return [path for path in repository_files() if path.endswith(".md")]


def section(text: str, heading: str) -> str:
    """From a second-level heading to the next."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"docs/command-line.md has no section {heading!r}"
    return found.group(1)


def command_options() -> list[tuple[str, str]]:
    """(command line, option) of every command that the two packages have."""
    found: list[tuple[str, str]] = []
    for module, cli in (("core", make_app()), ("demo_app", make_cli())):
        group: Any = typer.main.get_command(cli)
        for name, command in group.commands.items():
            # A group of commands, as `user`, has one section.
            parts = [command, *getattr(command, "commands", {}).values()]
            options = [opt for part in parts for parameter in part.params for opt in parameter.opts]
            found.extend((f"python -m {module} {name}", opt) for opt in options if opt.startswith("--"))
    return found


def tree_paths() -> dict[str, str]:
    """Path -> description, from the block under README's heading `The tree`."""
    block = re.search(r"^## The tree\n.*?```text\n(.*?)```", read("README.md"), re.M | re.S)
    assert block, "README.md has no tree"
    paths: dict[str, str] = {}
    folders: list[str] = []
    for line in block.group(1).splitlines():
        entry, _, description = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 2
        folders[depth:] = [entry]
        paths["".join(folders).rstrip("/")] = description.strip()
    return paths


def test_the_tree_in_the_readme_is_the_tree_on_disk() -> None:
    listed, files = set(tree_paths()), repository_files()
    code = {path for path in files if path.endswith(".py") and path.split("/")[0] in LISTED_BY_FILE}
    entries = {"/".join(path.split("/")[:2]) for path in files if path.split("/")[0] in LISTED_BY_ENTRY}
    quiet = {path for path in code | entries if path.endswith("/__init__.py") or "/migrations/" in path}
    assert sorted((code | entries) - quiet - listed) == []
    assert [path for path in sorted(listed) if not (ROOT / path).exists()] == []


def test_every_line_of_the_tree_says_something() -> None:
    assert [path for path, description in tree_paths().items() if not description] == []


@pytest.mark.parametrize(("command", "option"), command_options())
def test_every_option_is_documented_with_its_command(command: str, option: str) -> None:
    assert f"`{option}`" in section(read("docs/command-line.md"), f"`{command}`")


def test_every_flag_of_the_server_is_documented() -> None:
    calls = [node for node in ast.walk(parsed(read("app.py"), "app.py")) if isinstance(node, ast.Call)]
    flags = [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    text = section(read("docs/command-line.md"), "`make run`, `app.py`")
    assert flags and [flag for flag in flags if f"`{flag}`" not in text] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_as_it_is(name: str) -> None:
    field = Settings.model_fields[name]
    default = SPOKEN_DEFAULTS.get(name, f"`{field.default}`")
    row = f"| `{PREFIX}{name.upper()}` | {field.description} | {default} |"
    assert row in section(read("docs/command-line.md"), "Settings").splitlines()


def test_every_part_of_a_recipe_is_documented() -> None:
    text = section(read("docs/train.md"), "2. A recipe")
    configs = (DataConfig, TrainConfig, *CONFIGS.values())
    names = [field.name for config in configs for field in fields(config)]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_option_of_fine_tuning_is_documented_as_it_is() -> None:
    rows = [line for line in section(read("docs/finetune.md"), "5. Options").splitlines() if "`" in line]
    text = "\n".join(rows)
    assert [field.name for field in fields(FinetuneConfig) if f"`{field.name}`" not in text] == []


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", read(page)):
        link = "".join(target)
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists():
            dead.append(link)
        elif anchor and anchor not in {
            slug(h) for h in re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.M)
        }:
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", pages())
def test_make_has_the_targets_that_pages_name(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))
    named = re.findall(r"`make ([a-z]+)|^ {4}make ([a-z]+)", read(page), re.M)
    assert {"".join(pair) for pair in named} - targets == set()


def test_both_readmes_name_the_same_commands() -> None:
    english, chinese = (set(re.findall(r"make [a-z]+", read(f"README{part}.md"))) for part in ("", ".zh-CN"))
    assert {"make run", "make test"} <= chinese <= english


@pytest.mark.parametrize("page", PAGES)
def test_figures_are_those_that_were_measured(page: str) -> None:
    text = read(page)
    assert BLOCK.search(text)
    assert with_figures(page, text) == text


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:work|root|Users|home/[a-z]+)/")
    text_files = [
        path for path in repository_files() if path.endswith((".py", ".md", ".toml", ".js", ".css", ".json"))
    ]
    assert [path for path in text_files if pattern.search(read(path))] == []
