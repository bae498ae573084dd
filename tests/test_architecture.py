"""The house rules that a machine can check: who may import whom, how long a file may be, what lies where."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.sources import (
    ROOT,
    Source,
    imported_modules,
    is_within,
    nodes,
    program,
    repository_files,
    sources,
)

PLAIN_CORE = (
    *("core.changes", "core.errors", "core.config"),
    *("core.options", "core.results", "core.analysis", "core.signature"),
)

MAY_IMPORT = {
    "core": ("core",),
    "core.text": ("core.text", "core.analysis", "core.errors"),
    "core.analysis": ("core.analysis", "core.changes", "core.results", "core.config", "core.errors"),
    "core.corpora": ("core.corpora", "core.text", "core.config", "core.errors"),
    "core.nn": ("core.nn", "core.changes", "core.config", "core.errors"),
    "core.decoding": ("core.decoding", "core.nn", *PLAIN_CORE),
    "core.interchange": ("core.interchange", "core.checkpoint", "core.nn", "core.text", *PLAIN_CORE),
    "core.evaluation": (
        *("core.evaluation", "core.decoding", "core.text", "core.translator", "core.device"),
        *PLAIN_CORE,
    ),
    "core.report": ("core.report", "core.evaluation", "core.analysis"),
    "app": ("demo_app.factory", "demo_app.settings", "core.errors"),
    "demo_app": (),
    "demo_app.__main__": ("demo_app.cli",),
    "demo_app.cli": (
        "demo_app.cli",
        "demo_app.settings",
        "demo_app.services",
        "demo_app.store",
        *PLAIN_CORE,
    ),
    "demo_app.settings": PLAIN_CORE,
    "demo_app.factory": ("demo_app", "core"),
    "demo_app.ui": (
        "demo_app.ui",
        "demo_app.viz",
        "demo_app.services",
        *("demo_app.store.records", "demo_app.store.project_records"),
        *("demo_app.store.review_records", "demo_app.store.judgement_records"),
        *("demo_app.store.job_records", "core.lineage"),
        *PLAIN_CORE,
    ),
    "demo_app.api": (
        *("demo_app.api", "demo_app.services", "demo_app.settings", "demo_app.store.records"),
        *("demo_app.store.project_records", "demo_app.store.judgement_records"),
        *("demo_app.store.review_records", "demo_app.store.job_records"),
        *("demo_app.web.guard", "demo_app.web.session", *PLAIN_CORE),
    ),
    "demo_app.web": (
        *("demo_app.web", "demo_app.services", "demo_app.store.records", "demo_app.store.users"),
        "demo_app.api.errors",
        *("demo_app.ui.strings", "demo_app.ui.language", "demo_app.ui.feedback", "demo_app.ui.theme"),
        *PLAIN_CORE,
    ),
    "demo_app.viz": ("demo_app.viz", "core.results", "core.analysis"),
    "demo_app.services": (
        *("demo_app.services", "demo_app.jobs", "demo_app.store", "demo_app.settings"),
        "core",
    ),
    "demo_app.jobs": ("demo_app.jobs", "demo_app.services.quality", "demo_app.store", "core"),
    "demo_app.store": ("demo_app.store", *PLAIN_CORE),
}
"""Longest matching key wins; the values are prefixes inside the program."""

LIVES_IN = {
    "gradio": ("demo_app.ui", "demo_app.factory"),
    "sqlalchemy": ("demo_app.store",),
    "alembic": ("demo_app.store",),
    "torch": ("core",),
    "sentencepiece": ("core.text",),
    "safetensors": ("core.checkpoint", "core.training", "core.interchange"),
    "huggingface_hub": ("core.interchange.hub",),
    "transformers": (),
    "argon2": ("demo_app.services.passwords",),
    "itsdangerous": ("demo_app.web.session",),
    "jinja2": ("demo_app.web.pages",),
    "pyarrow": ("demo_app.store.export_parquet",),
    "pydantic_settings": ("demo_app.settings",),
    "py3langid": ("demo_app.services.quality.languages",),
    "urllib.request": ("core.corpora.fetch",),
    "opencc": ("core.corpora",),
    "polib": ("core.corpora",),
}
"""Each library has one home, so that it can be replaced there."""

TOP_LEVEL = {
    *("app.py", "core", "demo_app", "assets", "tests", "docs", "benchmarks"),
    *("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt"),
    *(".ci", ".gitignore", ".gitattributes"),
}

RUN_AS_SCRIPTS = ("demo_app.store.migrations.env", "core.__main__", "demo_app.__main__")
"""Run by Alembic, or by `python -m`; nobody imports them."""
NO_PACKAGES = {"", "demo_app/store/migrations", "demo_app/store/migrations/versions"}
"""The top level, and scripts that Alembic finds by their path."""

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_PARAMETERS = 6
LONGER_ON_PURPOSE: frozenset[str] = frozenset()
"""`path` or `path:function`, each with its reason beside it. Empty is best."""


def allowed_imports(module: str) -> tuple[str, ...]:
    key = max((name for name in MAY_IMPORT if is_within(module, (name,))), key=len)
    return MAY_IMPORT[key]


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_command(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A command of a command line: decorated as one, or the function that a file of `cli/` is named after."""
    if source.path.endswith(f"/cli/{function.name}.py"):
        return True
    return any(
        isinstance(d, ast.Call) and ast.unparse(d.func).endswith(".command") for d in function.decorator_list
    )


def parameter_count(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Parameters to remember; those of a command are its flags, which nobody passes by position."""
    if is_command(source, function):
        return 0
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_modules_import_only_what_their_layer_may() -> None:
    assert {s.module: found for s in program() if (found := forbidden_imports(s))} == {}


def forbidden_imports(source: Source) -> set[str]:
    inside = {name for name in imported_modules(source) if is_within(name, ("app", "core", "demo_app"))}
    allowed = allowed_imports(source.module)
    return {name for name in inside if not is_within(name, allowed) and not is_parent(name, inside)}


def is_parent(name: str, names: set[str]) -> bool:
    """`from a.b import c` also names a.b; the longer name is the one to judge."""
    return any(other.startswith(name + ".") for other in names)


@pytest.mark.parametrize("library", LIVES_IN)
def test_a_library_is_used_only_in_its_home(library: str) -> None:
    users = {s.module for s in program() if any(is_within(n, (library,)) for n in imported_modules(s))}
    assert {user for user in users if not is_within(user, LIVES_IN[library])} == set()


def test_plain_parts_of_the_core_know_no_tensor() -> None:
    plain = [source for source in program() if is_within(source.module, PLAIN_CORE)]
    assert len(plain) >= len(PLAIN_CORE)
    assert [s.module for s in plain if any(is_within(n, ("torch",)) for n in imported_modules(s))] == []


def test_only_settings_read_the_environment() -> None:
    readers = {
        source.module
        for source in program()
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    }
    assert readers <= {"demo_app.settings"}


def test_imports_have_no_cycle() -> None:
    modules = {source.module for source in program()}
    graph = {s.module: (imported_modules(s) & modules) - {s.module} for s in program()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"These modules import each other: {' -> '.join(error.args[1])}")


def test_nothing_happens_at_import() -> None:
    modules = [source for source in program() if source.module not in RUN_AS_SCRIPTS]
    assert {s.module: lines for s in modules if (lines := lines_run_at_import(s))} == {}


def lines_run_at_import(source: Source) -> list[int]:
    calls = [n for n in source.tree.body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    blocks = [n for n in source.tree.body if isinstance(n, ast.For | ast.While | ast.With | ast.Try)]
    return [node.lineno for node in (*calls, *blocks)]


def test_no_global_statement_and_no_patching() -> None:
    for source in sources():
        assert not any(isinstance(node, ast.Global) for node in nodes(source)), source.path
        patching = ("unittest.mock", "mock", "pickle")
        assert not any(is_within(name, patching) for name in imported_modules(source)), source.path


def test_files_and_functions_stay_small() -> None:
    too_long = {name for source in sources() for name in too_long_in(source)}
    assert too_long - LONGER_ON_PURPOSE == set()


def too_long_in(source: Source) -> Iterator[str]:
    if len(source.text.splitlines()) > MAX_FILE_LINES:
        yield source.path
    for function in functions(source):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > MAX_FUNCTION_LINES or parameter_count(source, function) > MAX_PARAMETERS:
            yield f"{source.path}:{function.name}"


def test_the_top_level_holds_only_what_belongs_there() -> None:
    assert {path.split("/")[0] for path in repository_files()} - TOP_LEVEL == set()


def test_every_folder_with_code_is_a_package() -> None:
    folders = {source.path.rpartition("/")[0] for source in sources()} - NO_PACKAGES
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_the_allow_list_names_things_that_exist() -> None:
    assert [name for name in LONGER_ON_PURPOSE if not (ROOT / name.split(":")[0]).is_file()] == []
