"""Where a visitor may be sent after logging in: pages of this program, and nowhere else."""

from demo_app.ui.language import LANGUAGES

_PAGES = (*(language.folder for language in LANGUAGES), "me", "mine")
MAX_CHARS = 2000


def is_place(place: str) -> bool:
    """Whether it is one of our pages, relative to the program's address, with any query."""
    return len(place) <= MAX_CHARS and place.isprintable() and place.partition("?")[0] in _PAGES


def place_of(asked: str, otherwise: str) -> str:
    """The place asked for, if it is one; `.` stands for the first page."""
    return (asked if is_place(asked) else otherwise) or "."
