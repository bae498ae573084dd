"""Every word of the page that a person reads, in one language. Knows no component and no handler.

The words are in assets/strings, a TOML file a language. A `Labels` table goes to a component's script as it
stands: a new string is a line in each file. In the others, read by name in Python, also a field here."""

import tomllib
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from core.errors import ConfigError
from demo_app.ui.theme import ASSETS

FOLDER = ASSETS / "strings"
REFERENCE = "en"
"""The language whose file says which keys a `Labels` table has."""

Labels = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class PageStrings:
    """The frame, and what every tab may have to say."""

    title: str
    tab_translate: str
    tab_annotate: str
    tab_dataset: str
    tab_projects: str
    tab_review: str
    tab_models: str
    tab_about: str
    undo: str
    nothing_to_undo: str
    no_model: str
    damaged_model: str
    unexpected: str


@dataclass(frozen=True, kw_only=True)
class TranslateStrings:
    """Where a text is typed, and the headings around its translation."""

    source: str
    placeholder: str
    translate: str
    clear: str
    readings: str
    nothing_shown: str


@dataclass(frozen=True, kw_only=True)
class CorrectStrings:
    """The card of the correction, and what becomes of it."""

    title: str
    text: str
    placeholder: str
    save: str
    right: str
    saved: str
    saved_again: str
    saved_right: str
    set_aside: str
    undone: str
    not_changed: str
    changed: str
    moved_on: str
    already_saved: str


@dataclass(frozen=True, kw_only=True)
class LabStrings:
    """The card of a person's own translation."""

    own_text: str
    own_placeholder: str
    own_go: str
    own_note: str


@dataclass(frozen=True, kw_only=True)
class AnnotateStrings:
    """What becomes of answers in a project."""

    saved: str
    saved_right: str
    saved_judgement: str
    set_aside: str
    revised: str
    undone: str
    changed_back: str
    skipped: str
    flagged: str
    unflagged: str
    right: str
    hter: str
    rated: str
    better: str
    tied: str
    not_listed: str


@dataclass(frozen=True, kw_only=True)
class DatasetStrings:
    """The list of corrections."""

    exported: str
    exported_snapshot: str
    exported_ratings: str
    frozen: str
    frozen_beside: str
    total: str
    mean_hter: str
    set_aside: str
    no_match: str
    summary: str
    deleted: str
    restored: str


@dataclass(frozen=True, kw_only=True)
class EditorStrings:
    """One correction, opened."""

    title: str
    text: str
    save: str
    delete: str
    release: str
    close: str
    saved: str
    saved_aside: str
    released: str
    stale: str
    unsaved: str
    not_open: str


@dataclass(frozen=True, kw_only=True)
class AboutStrings:
    """Markdown of the About tab."""

    intro: str
    model: str
    no_card: str


@dataclass(frozen=True, kw_only=True)
class Strings:
    """All tables of one language."""

    language: str
    """`en` or `zh`: the name of the file."""
    page: PageStrings
    brand: Labels
    account: Labels
    """The bar that says who is logged in."""
    login: Labels
    logout: Labels
    me: Labels
    """A person's own account."""
    work: Labels
    """A person's own corrections."""
    help: Labels
    keys: Labels
    """What each keystroke does, in the order shown; `+` joins keys, a space stands between alternatives."""
    languages: Labels
    """Names of the languages that models translate; a code that is not here is shown as it is."""
    route: Labels
    decoding: Labels
    typing: Labels
    past: Labels
    """What one translated before, in the browser."""
    translate: TranslateStrings
    memory: Labels
    copy: Labels
    gloss: Labels
    sentences: Labels
    facts: Labels
    """What is known about a translation, each with its explanation."""
    nbest: Labels
    correct: CorrectStrings
    diff: Labels
    drafts: Labels
    lab: LabStrings
    lab_keep: Labels
    """The switch by which a person gives the words that they choose."""
    lab_tabs: Labels
    lab_compare_bar: Labels
    lab_runs: Labels
    """Names of the columns of a comparison."""
    lab_bar: Labels
    lab_pictures: Labels
    lab_heatmap: Labels
    lab_heads: Labels
    lab_ribbon: Labels
    lab_tree: Labels
    lab_compare: Labels
    lab_matter: Labels
    annotate: AnnotateStrings
    annotate_projects: Labels
    annotate_desk: Labels
    annotate_answers: Labels
    annotate_why: Labels
    """Why an item comes when it comes, by the rule or figure that says so."""
    annotate_keys: Labels
    """As `keys`, for this tab."""
    dataset: DatasetStrings
    export: Labels
    """Each format has its name and a hint."""
    editor: EditorStrings
    filters: Labels
    verdicts: Labels
    statuses: Labels
    """What the list can be narrowed to; without any it shows what may be trained on."""
    checks: Labels
    """A sentence for each check of the quality gate."""
    records: Labels
    pager: Labels
    history: Labels
    tasks: Labels
    """What a project asks of each text."""
    projects: Labels
    """What is told of projects, and of their figures."""
    projects_list: Labels
    projects_form: Labels
    projects_sheet: Labels
    projects_import: Labels
    projects_figures: Labels
    review: Labels
    """What becomes of a decision, and words of the queue and the versions."""
    review_queue: Labels
    review_item: Labels
    review_keys: Labels
    review_reasons: Labels
    """Why a text is rejected, to choose from."""
    models: Labels
    """What is told of versions and trainings."""
    models_jobs: Labels
    models_versions: Labels
    models_form: Labels
    """Each option has its name and a hint."""
    models_job: Labels
    models_report: Labels
    about: AboutStrings
    errors: Labels
    """A sentence for each class of core/errors.py that has one; empty where messages are in this language."""


def load_strings(language: str) -> Strings:
    """Read assets/strings/<language>.toml; raises `ConfigError` on a missing or an unknown table or key."""
    return strings_from(language, read_tables(language), read_tables(REFERENCE))


def strings_from(language: str, tables: dict[str, Any], reference: dict[str, Any]) -> Strings:
    """The tables, checked; `reference` says which keys a `Labels` table must have."""
    kinds = get_type_hints(Strings)
    wanted = [field.name for field in fields(Strings) if field.name != "language"]
    _require_same(language, "", tables, wanted)
    values: dict[str, Any] = {}
    for name in wanted:
        kind, table = kinds[name], tables[name]
        if kind == Labels:
            _require_same(language, name, table, table if name == "errors" else reference[name])
            values[name] = table
        else:
            _require_same(language, name, table, [field.name for field in fields(kind)])
            values[name] = kind(**table)
    return Strings(language=language, **values)


def read_tables(language: str) -> dict[str, Any]:
    """assets/strings/<language>.toml as it stands."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def _require_same(language: str, table: str, got: Any, wanted: Any) -> None:
    missing, unknown = sorted(set(wanted) - set(got)), sorted(set(got) - set(wanted))
    if missing or unknown:
        raise ConfigError(
            f"{f'[{table}] in ' if table else ''}assets/strings/{language}.toml must have the names that "
            f"demo_app/ui/strings.py and {REFERENCE}.toml have, but lacks {missing} and has also {unknown}."
        )
