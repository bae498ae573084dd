"""Colours, fonts and the page's own style sheet and scripts. All from the box: no font is fetched."""

from itertools import chain
from pathlib import Path

from gradio import themes
from gradio.themes.utils import colors, sizes

ASSETS = Path(__file__).resolve().parents[2] / "assets"
FAVICON = ASSETS / "favicon.svg"
_FOLDERS = ("components", "lab", "annotate", "projects", "review", "learning")
"""Of assets: what all tabs have, then what each has to itself."""
_SCRIPTS = ("keyboard.js", "hold.js", "lab/page.js", "annotate/page.js")
SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "PingFang SC", "Microsoft YaHei",
        "Noto Sans CJK SC", "sans-serif"]  # fmt: skip
MONO = ["ui-monospace", "SF Mono", "Cascadia Mono", "Noto Sans Mono", "monospace"]


def make_theme() -> themes.Base:
    """Indigo on slate; everything else is in assets/app.css."""
    theme = themes.Base(
        primary_hue=colors.indigo,
        secondary_hue=colors.slate,
        neutral_hue=colors.slate,
        radius_size=sizes.radius_lg,
        font=list(SANS),
        font_mono=list(MONO),
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="#0b1020",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#131a2e",
        border_color_primary="*neutral_200",
        border_color_primary_dark="#26304a",
        body_text_color="*neutral_800",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
    )


def page_head(language_tag: str) -> str:
    """The page's language, its scripts as a whole, and the colour of the browser's own bars.

    Gradio's template says `lang="en"` and has no place for another."""
    scripts = ((ASSETS / name).read_text(encoding="utf-8") for name in _SCRIPTS)
    language = f"document.documentElement.lang = '{language_tag}';"
    tags = "".join(f"<script>{script}</script>" for script in (language, *scripts))
    return f'<meta name="color-scheme" content="light dark">{tags}'


def style_sheets() -> list[Path]:
    """The page's own style, what is general first."""
    sheets = (sorted((ASSETS / folder).glob("*.css")) for folder in _FOLDERS)
    return [ASSETS / "app.css", *chain.from_iterable(sheets)]
