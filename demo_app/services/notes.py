"""What people may tell each other about a text: comments of annotators, reasons of reviewers."""

from core.errors import TextTooLongError
from core.text.normalize import require_text

MAX_NOTE_CHARS = 1000


def check_note(text: str) -> None:
    """Raise the `InputError` tree unless the text may be stored as one; nothing at all may be."""
    if len(text) > MAX_NOTE_CHARS:
        raise TextTooLongError(
            f"A comment or reason may have at most {MAX_NOTE_CHARS:,} characters, but this one has "
            f"{len(text):,}; shorten it."
        )
    if text:
        require_text(text)
