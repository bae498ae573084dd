"""What a model looked at, as a small SVG that reads on light and on dark pages.

    python -m benchmarks.attention_picture --model runs/reverse/model --source given --target reversed \\
        --text "3 1 4 1 5" --out reverse.svg"""

import argparse
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from core.analysis.attention_map import select
from core.analysis.words import WORD_START, group_pieces, is_special, word_text
from core.options import BeamOptions
from core.results import AttentionMap
from core.translator import Translator

CELL_PX = 26
LETTER_PX = 8
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#334155}rect{fill:#4f46e5}.frame{fill:#64748b;fill-opacity:.08}"
    "@media(prefers-color-scheme:dark){text{fill:#e2e8f0}rect{fill:#a5b4fc}}"
)


def main() -> None:
    arguments = parse_arguments()
    translator = Translator.load(arguments.model, "cpu")
    options = BeamOptions(beam_size=5)
    found = translator.translate_segments([arguments.text], arguments.source, arguments.target, options)[0]
    attention = translator.attend(found.source_ids, found.best.ids)
    arguments.out.write_text(picture(attention), encoding="utf-8")
    print(found.best.text)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--source", required=True, help="code of the input")
    parser.add_argument("--target", required=True, help="code of the output")
    parser.add_argument("--text", required=True, help="what to read")
    parser.add_argument("--out", type=Path, required=True, help="SVG to write")
    return parser.parse_args()


def picture(attention: AttentionMap) -> str:
    """Rows are what was written, columns what was read; the stronger the colour, the more attention."""
    rows, columns = readable(attention.target_units), readable(attention.source_units)
    longest_row, longest_column = (max(len(label) for label, _ in side) for side in (rows, columns))
    upright = longest_column * LETTER_PX > CELL_PX
    left, top = 16 + LETTER_PX * longest_row, 12 + LETTER_PX * longest_column if upright else 28
    width, height = CELL_PX * len(columns), CELL_PX * len(rows)
    parts = [f'<rect class="frame" x="{left}" y="{top}" width="{width}" height="{height}" rx="4"/>']
    for number, (label, _) in enumerate(columns):
        x = left + CELL_PX * number + CELL_PX // 2
        at = f'transform="translate({x + 4},{top - 6}) rotate(-90)"' if upright else f'x="{x}" y="{top - 8}"'
        parts.append(f'<text {at} text-anchor="{"start" if upright else "middle"}">{escape(label)}</text>')
    for line, (label, targets) in enumerate(rows):
        y = top + CELL_PX * line
        parts.append(f'<text x="{left - 8}" y="{y + 18}" text-anchor="end">{escape(label)}</text>')
        for number, (_, sources) in enumerate(columns):
            weight = float(select(attention, None, None)[np.ix_(targets, sources)].sum(axis=1).mean())
            if weight >= 0.01:
                parts.append(cell(left + CELL_PX * number, y, weight))
    size = f'width="{left + width + 12}" height="{top + height + 12}"'
    style = f"<style>{STYLE}</style>"
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{style}', *parts, "</svg>", ""])


def cell(x: int, y: int, weight: float) -> str:
    side = CELL_PX - 2
    place = f'x="{x + 1}" y="{y + 1}" width="{side}" height="{side}"'
    return f'<rect {place} rx="4" fill-opacity="{weight:.2f}"/>'


def readable(units: Sequence[str]) -> list[tuple[str, list[int]]]:
    """(label, pieces) of each word, or of each piece where there is but one word; no tags, no EOS."""
    groups = [group for group in group_pieces(units) if not is_special(units[group.start])]
    if len(groups) == 1:
        groups = [range(place, place + 1) for place in groups[0] if units[place] != WORD_START]
    return [(word_text(units[group.start : group.stop]), list(group)) for group in groups]


if __name__ == "__main__":
    main()
