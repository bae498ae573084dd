"""What a model makes of lines as people type them: does it answer, without loops, and drop nothing."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.analysis.edits import counted_words
from core.analysis.scripts import characters
from core.errors import ConfigError, CorpusError
from core.options import BeamOptions, DecodeOptions, options_to_dict
from core.text.corpus import open_text
from core.translator import Translator

_LOOP_WORDS, _LOOP_TIMES = 4, 3
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[a-z0-9.-]+\.[a-z]{2,}|(?<![\w.@-])[a-z0-9-]+(?:\.[a-z]{2,})+/[!-~]*",
    re.ASCII | re.IGNORECASE,
)
_AROUND_ADDRESS = ".,;:!?'\"()[]<>*"
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ .,']\d{3})+)(?!\d)")
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55]")


@dataclass(frozen=True)
class TypedLine:
    """One line to try, and what about it is out of the ordinary."""

    kind: str
    source: str
    target: str
    text: str


@dataclass(frozen=True)
class LineResult:
    """One line, what became of it, and what is wrong with that."""

    line: TypedLine
    output: str
    faults: tuple[str, ...]
    """`empty`, `loop`, `dropped X` for a number or address X; empty when the line passes."""
    lost_emoji: tuple[str, ...]
    """Not a fault, but told."""


@dataclass(frozen=True)
class KindShare:
    """Lines of one kind."""

    kind: str
    lines: int
    passed: int

    @property
    def percent(self) -> float:
        return 100 * self.passed / self.lines


@dataclass(frozen=True)
class RobustnessReport:
    """All lines of the directions that a model knows."""

    model_id: str
    options: DecodeOptions
    results: tuple[LineResult, ...]
    """At least one."""
    left_out: int
    """Lines in directions that the model does not know."""

    @property
    def kinds(self) -> tuple[KindShare, ...]:
        """In the order in which they first come."""
        return tuple(
            self._share(kind, [result for result in self.results if result.line.kind == kind])
            for kind in dict.fromkeys(result.line.kind for result in self.results)
        )

    @property
    def all(self) -> KindShare:
        return self._share("all", self.results)

    @property
    def failing(self) -> tuple[LineResult, ...]:
        return tuple(result for result in self.results if result.faults)

    @property
    def emoji_percent(self) -> float | None:
        """Share of the lines with emoji whose output has all of them; None when no line has any."""
        having = [result for result in self.results if emoji(result.line.text)]
        return 100 * sum(not result.lost_emoji for result in having) / len(having) if having else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values: shares in percent, rounded to 0.1, and every line that fails."""
        kept = self.emoji_percent
        return {
            "model_id": self.model_id,
            "options": options_to_dict(self.options),
            "lines": self.all.lines,
            "left_out": self.left_out,
            "percent": round(self.all.percent, 1),
            "emoji_percent": None if kept is None else round(kept, 1),
            "kinds": [{**asdict(share), "percent": round(share.percent, 1)} for share in self.kinds],
            "failing": [
                {**asdict(result.line), "output": result.output, "faults": list(result.faults)}
                for result in self.failing
            ],
        }

    @staticmethod
    def _share(kind: str, results: Sequence[LineResult]) -> KindShare:
        return KindShare(kind, len(results), sum(not result.faults for result in results))


def read_typed_lines(path: Path) -> tuple[TypedLine, ...]:
    """From a TSV of kind, source language, target language, text; raises `CorpusError` for any other line."""
    lines = []
    with open_text(path) as file:
        for number, row in enumerate(file, start=1):
            cells = row.rstrip("\r\n").split("\t")
            if len(cells) != 4 or not all(cell.strip() for cell in cells):
                raise CorpusError(
                    f"{path.name}, line {number}, must be kind, source, target and text with tabs between, "
                    f"but has {len(cells)} parts or a blank one; correct or delete the line."
                )
            lines.append(TypedLine(*cells))
    return tuple(lines)


def measure_robustness(
    translator: Translator, lines: Sequence[TypedLine], options: DecodeOptions | None = None
) -> RobustnessReport:
    """Each line translated as the page would, sentence by sentence, and checked; beam search by default.

    Raises `ConfigError` when no line is in a direction of the model."""
    options = options or BeamOptions()
    known = [line for line in lines if (line.source, line.target) in translator.directions]
    if not known:
        raise ConfigError(
            f"At least one line must be in a direction of the model {translator.name}, but none is; "
            "give other lines or another model."
        )
    results = tuple(
        check_line(line, translator.translate(line.text, line.source, line.target, options).text)
        for line in known
    )
    return RobustnessReport(translator.model_id, options, results, len(lines) - len(known))


def check_line(line: TypedLine, output: str) -> LineResult:
    """What is wrong with an output. A loop that the person typed is none."""
    faults = [] if output.strip() else ["empty"]
    if has_loop(output) and not has_loop(line.text):
        faults.append("loop")
    kept = addresses(output)
    dropped = [*dropped_numbers(line.text, output), *(one for one in addresses(line.text) if one not in kept)]
    faults.extend(f"dropped {what}" for what in dropped)
    return LineResult(line, output, tuple(faults), tuple((emoji(line.text) - emoji(output)).elements()))


def has_loop(text: str) -> bool:
    """Whether four words in a row, characters in scripts without spaces, stand there three times or more."""
    words = counted_words(text)
    grams = Counter(zip(*(words[start:] for start in range(_LOOP_WORDS)), strict=False))
    return max(grams.values(), default=0) >= _LOOP_TIMES


def dropped_numbers(source: str, output: str) -> list[str]:
    """Runs of digits of the source that the output has not, however either groups its thousands.

    `1,250.5` has the runs 1250 and 5; so have `1 250,5` and `1250.5`."""
    missing = [Counter(runs(source)) - Counter(runs(output)) for runs in (_grouped_runs, _runs)]
    return list(min(missing, key=lambda counter: counter.total()).elements())


def addresses(text: str) -> list[str]:
    """URLs and e-mail addresses, without what punctuates them."""
    return [found.strip(_AROUND_ADDRESS) for found in _ADDRESS.findall(text)]


def emoji(text: str) -> Counter[str]:
    """How often each emoji stands there, whatever its skin or form."""
    return Counter(one[0] for one in characters(text) if _PICTURE.match(one))


def _grouped_runs(text: str) -> list[str]:
    """Digits by number, with its thousands together."""
    return _runs(_GROUPED.sub(lambda found: re.sub(r"\D", "", found.group()), _plain(text)))


def _runs(text: str) -> list[str]:
    return re.findall(r"\d+", _plain(text))


def _plain(text: str) -> str:
    """Full-width digits and unusual spaces as plain ones."""
    return re.sub(r"\s", " ", unicodedata.normalize("NFKC", text).replace("’", "'"))
