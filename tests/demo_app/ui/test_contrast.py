"""Every colour of text can be read on every ground it stands on: at least 4.5 to 1 (WCAG 2.2, level AA)."""

import re

import pytest

from demo_app.ui.theme import ASSETS

ENOUGH = 4.5
PAGE = {":root": "#f8fafc", ".dark": "#0b1020"}
"""Where there is no card (demo_app/ui/theme.py)."""
TEXTS = ("ink", "faint", "accent", "amber", "added", "removed")

Colour = tuple[float, ...]


def read_colour(text: str) -> Colour:
    return tuple(int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))


def mixed(upper: Colour, lower: Colour, share: float) -> Colour:
    return tuple(a * share + b * (1 - share) for a, b in zip(upper, lower, strict=True))


def luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def colours(scheme: str) -> tuple[dict[str, Colour], dict[str, Colour]]:
    """Colours of text, and the grounds: card, sunken, page, and what is chosen on a card or on the page."""
    css = (ASSETS / "app.css").read_text(encoding="utf-8")
    block = re.search(re.escape(scheme) + r" \{(.*?)\n\}", css, re.S)
    assert block
    found = {name: read_colour(c) for name, c in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1])}
    soft = re.search(r"--accent-soft: color-mix\(in srgb, (#[0-9a-f]{6}) (\d+)%", block[1])
    assert soft
    grounds = {"card": found["card"], "sunken": found["sunken"], "page": read_colour(PAGE[scheme])}
    tint, share = read_colour(soft[1]), int(soft[2]) / 100
    chosen = {f"chosen {name}": mixed(tint, grounds[name], share) for name in ("card", "page")}
    return {name: found[name] for name in TEXTS}, grounds | chosen


@pytest.mark.parametrize("scheme", PAGE)
@pytest.mark.parametrize("name", TEXTS)
def test_text_is_readable_on_every_ground(scheme: str, name: str) -> None:
    texts, grounds = colours(scheme)
    ratios = {ground: round(contrast(texts[name], colour), 2) for ground, colour in grounds.items()}
    assert {ground: ratio for ground, ratio in ratios.items() if ratio < ENOUGH} == {}


@pytest.mark.parametrize("scheme", PAGE)
@pytest.mark.parametrize("name", ["added", "amber", "removed"])
def test_notices_and_inserted_words_are_readable_on_their_own_tint(scheme: str, name: str) -> None:
    texts, grounds = colours(scheme)
    tint = mixed(texts[name], grounds["card"], 0.12)
    assert min(contrast(texts[text], tint) for text in (name, "ink", "faint", "accent")) >= ENOUGH
