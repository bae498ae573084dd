"""What may be asked for, and the sentence for what may not. Widgets do not enforce limits; this does.

Pure checks: they change nothing, so whoever asked still has their text."""

from collections.abc import Callable, Sequence

from core.errors import TextTooLongError
from core.text.normalize import require_text
from demo_app.settings import Settings

_PREVIEW_CHARS = 30


def check_text(text: str, settings: Settings) -> None:
    """Raise `TextTooLongError`, `EmptyTextError` or `ForbiddenCharacterError`; needs no model."""
    if len(text) > settings.max_text_chars:
        raise TextTooLongError(
            f"A text may have at most {settings.max_text_chars:,} characters, but this one has "
            f"{len(text):,}; divide it."
        )
    require_text(text)
    longest = max(text.split(), key=len)
    if len(longest) > settings.max_word_chars:
        raise TextTooLongError(
            f"A word may have at most {settings.max_word_chars:,} characters, but {_preview(longest)} has "
            f"{len(longest):,}; put spaces into it or leave it out."
        )


def check_file_bytes(length_bytes: int, settings: Settings) -> None:
    """Raise `TextTooLongError` for a file that is larger than may be sent to the server."""
    if length_bytes > settings.max_import_bytes:
        raise TextTooLongError(
            f"A file may have at most {settings.max_import_bytes:,} bytes, but this one has more; divide it, "
            "or import it on the command line."
        )


def check_segments(texts: Sequence[str], count_pieces: Callable[[str], int], settings: Settings) -> None:
    """Raise `TextTooLongError` for too many segments, or for one that is too long for the model."""
    if len(texts) > settings.max_segments:
        raise TextTooLongError(
            f"A text may have at most {settings.max_segments} sentences, but this one has {len(texts)}; "
            "divide it."
        )
    for text in texts:
        if (pieces := count_pieces(text)) > settings.max_segment_pieces:
            raise TextTooLongError(
                f"A sentence may have at most {settings.max_segment_pieces} subword pieces, but "
                f"{_preview(text)} has {pieces}; divide it with a full stop or a new line."
            )


def _preview(text: str) -> str:
    """The beginning, quoted."""
    return f"“{text[:_PREVIEW_CHARS]}…”" if len(text) > _PREVIEW_CHARS else f"“{text}”"
