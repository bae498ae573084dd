"""The repository as its own tests see it: files, module names, syntax trees. Imports none of the program."""

import ast
import gc
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("app.py", "core", "demo_app", "tests", "benchmarks")
PROGRAM = ("app", "core", "demo_app")


@dataclass(frozen=True)
class Source:
    """One Python file, parsed."""

    path: str
    """Relative to the repository, with forward slashes."""
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def repository_files() -> tuple[str, ...]:
    """Every file that is, or is about to be, under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return tuple(sorted(path for path in set(listed) if (ROOT / path).is_file()))


@cache
def sources() -> tuple[Source, ...]:
    """All Python files of the repository. The trees stay, a million and a half objects: the garbage collector
    would look through them again and again."""
    found = []
    with no_garbage_collector():
        for path in repository_files():
            if path.endswith(".py") and path.split("/")[0] in CODE:
                text = (ROOT / path).read_text(encoding="utf-8")
                found.append(Source(path, text, ast.parse(text, filename=path)))
        gc.freeze()
    return tuple(found)


@contextmanager
def no_garbage_collector() -> Iterator[None]:
    """What earlier tests left may print a traceback as it goes, for which Python 3.11 parses too, and its
    parser cannot be called from within itself (SystemError)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def parsed(text: str, path: str) -> ast.Module:
    """Its syntax tree."""
    with no_garbage_collector():
        return ast.parse(text, filename=path)


def program() -> tuple[Source, ...]:
    """The files that run when the program runs: no tests, no benchmarks."""
    return tuple(source for source in sources() if source.module.split(".")[0] in PROGRAM)


@cache
def nodes(source: Source) -> tuple[ast.AST, ...]:
    """Of its syntax tree; walking there takes longer than looking at them."""
    return tuple(ast.walk(source.tree))


@cache
def imported_modules(source: Source) -> frozenset[str]:
    """Dotted names imported anywhere, functions included; `from a import b` gives both a and a.b."""
    names: set[str] = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def is_within(name: str, prefixes: tuple[str, ...]) -> bool:
    """True when the dotted name is one of the prefixes or lies below one."""
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)
