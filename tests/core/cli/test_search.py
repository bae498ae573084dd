"""The flags of `translate`: each reaches the search, and those that contradict each other are told."""

from pathlib import Path
from typing import Any

import pytest

from core.checkpoint import save_checkpoint
from core.cli.asked import Asked
from core.cli.search import SearchFlags
from core.errors import ConfigError
from core.options import BeamOptions, Constraints, DecodeOptions, GreedyOptions, SamplingOptions
from tests.core.test_cli import FRENCH_ENGLISH, Terminal
from tests.tiny import tiny_checkpoint

UNSAID: dict[str, Any] = {
    **{"beam": 5, "greedy": False, "length_penalty": 1.0, "n_best": 1, "sample": False, "mbr": 0},
    **{"max_length": 0, "min_length": 0, "no_repeat_ngram": 0, "repetition_penalty": 1.0},
    **dict.fromkeys(("coverage_penalty", "groups", "diversity", "temperature", "top_k", "top_p", "seed")),
}
COMMON: dict[str, Any] = {
    "max_length": 9,
    "min_length": 2,
    "no_repeat_ngram": 3,
    "repetition_penalty": 1.5,
}
LINES = b"le phare\n\nla baie\n"


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ({}, BeamOptions()),
        ({"greedy": True}, GreedyOptions()),
        ({"greedy": True, **COMMON}, GreedyOptions(**COMMON)),
        (
            {"beam": 6, "groups": 3, "diversity": 2.0, "n_best": 4, "coverage_penalty": 0.3, **COMMON},
            BeamOptions(beam_size=6, groups=3, diversity=2.0, n_best=4, coverage_penalty=0.3, **COMMON),
        ),
        ({"sample": True}, SamplingOptions()),
        (
            {"sample": True, "n_best": 3, "temperature": 0.5, "top_k": 7, "top_p": 0.9, "seed": 11, **COMMON},
            SamplingOptions(samples=3, temperature=0.5, top_k=7, top_p=0.9, seed=11, **COMMON),
        ),
        ({"mbr": 50, "n_best": 2, "seed": 3}, SamplingOptions(samples=50, seed=3)),
    ],
)
def test_flags_become_options(said: dict[str, Any], options: DecodeOptions) -> None:
    assert SearchFlags(**{**UNSAID, **said}).options(needs_beam=False) == options


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"greedy": True, "sample": True}, "`--greedy` leaves nothing to chance"),
        ({"greedy": True, "mbr": 5}, "`--greedy` leaves nothing to chance"),
        ({"temperature": 0.5}, "`--temperature` belongs to sampling"),
        ({"top_k": 5}, "`--top-k` belongs to sampling"),
        ({"greedy": True, "seed": 1}, "`--seed` belongs to sampling"),
        ({"sample": True, "groups": 5}, "`--groups` belongs to beam search"),
        ({"greedy": True, "coverage_penalty": 0.1}, "`--coverage-penalty` belongs to beam search"),
        ({"diversity": 1.0}, "say how many with `--groups`"),
        ({"mbr": 3, "n_best": 4}, "`--n-best` must be at most `--mbr`"),
        ({"mbr": -1}, "`samples` must be between 1 and"),
        ({"greedy": True, "n_best": 2}, "`n_best` must be 1"),
        ({"sample": True, "top_p": 0.0}, "`top_p` must be between"),
    ],
)
def test_contradictions_are_told(said: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SearchFlags(**{**UNSAID, **said}).options(needs_beam=False)


@pytest.mark.parametrize("said", [{"greedy": True}, {"sample": True}, {"mbr": 3}])
def test_a_glossary_needs_a_beam(said: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="`--glossary` needs beam search"):
        SearchFlags(**{**UNSAID, **said}).options(needs_beam=True)


def test_each_line_is_asked_for_with_its_own(tmp_path: Path) -> None:
    glossary, prefixes = tmp_path / "glossary.tsv", tmp_path / "prefixes"
    glossary.write_text("phare\tlighthouse\n", encoding="utf-8")
    prefixes.write_text("The\n\n", encoding="utf-8")
    asked = Asked(glossary, prefixes, ["tower"])
    assert asked.of("le phare") == Constraints(prefix="The", required=("lighthouse",), forbidden=("tower",))
    assert asked.of("la baie") == Constraints(forbidden=("tower",))
    with pytest.raises(ConfigError, match="has fewer"):
        asked.of("une ligne de trop")
    with pytest.raises(ConfigError, match="cannot be read"):
        Asked(None, tmp_path / "none", [])


def test_nothing_asked_for_asks_for_nothing() -> None:
    assert Asked(None, None, []).of("le phare") == Constraints()


def test_all_of_it_reaches_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    save_checkpoint(tmp_path / "tiny", tiny_checkpoint())
    (tmp_path / "glossary.tsv").write_text("phare\tgreen door\n", encoding="utf-8")
    (tmp_path / "prefixes").write_text("Who\n\nShe keeps\n", encoding="utf-8")
    run = Terminal(monkeypatch, capsysbinary)

    def translate(*flags: str) -> list[str]:
        command = ("translate", "--model", tmp_path / "tiny", *FRENCH_ENGLISH, "--max-length", "12", *flags)
        status, out, _ = run(*command, stdin=LINES)
        assert status == 0
        return out.decode().removesuffix("\n").split("\n")

    files = ("--glossary", str(tmp_path / "glossary.tsv"), "--prefix-file", str(tmp_path / "prefixes"))
    first, blank, third = translate(*files, "--forbid", "the")
    assert first.startswith("Who") and "green door" in first
    assert (blank, third.startswith("She keeps")) == ("", True)
    alone = translate("--greedy")
    assert translate("--greedy", "--ensemble", str(tmp_path / "tiny")) == alone
    assert translate("--sample", "--top-k", "1") == alone
    assert translate("--mbr", "6", "--top-k", "1", "--seed", "8") == alone
    (tmp_path / "corrected.fr-en.tsv").write_text("le phare\tthe green door\n\n", encoding="utf-8")
    examples = ("--greedy", "--examples", str(tmp_path / "corrected.fr-en.tsv"))
    assert translate(*examples, "--examples-weight", "0") == alone
    assert translate(*examples, "--examples-weight", "1")[0] == "the green door"
    drawn = translate("--sample", "--n-best", "3", "--seed", "5")
    assert drawn == translate("--sample", "--n-best", "3", "--seed", "5")
    assert drawn[0].count("\t") == 2
