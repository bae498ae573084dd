"""What counts as a fault of an output, what does not, and that the lines in the box cover what they claim."""

import json
from pathlib import Path

import pytest

from core.checkpoint import save_checkpoint
from core.errors import ConfigError, CorpusError
from core.evaluation.robustness import (
    TypedLine,
    check_line,
    has_loop,
    measure_robustness,
    read_typed_lines,
)
from core.options import GreedyOptions
from tests.core.test_cli import Terminal
from tests.sources import ROOT
from tests.tiny import tiny_checkpoint, tiny_translator

SHIPPED = ROOT / "assets" / "robustness.tsv"
LINES = (
    TypedLine("plain", "fr", "en", "le phare"),
    TypedLine("emoji", "en", "fr", "the ferry ⛴️"),
    TypedLine("plain", "en", "zh", "the island"),
)


def faults(source: str, output: str) -> tuple[str, ...]:
    return check_line(TypedLine("any", "en", "fr", source), output).faults


@pytest.mark.parametrize(
    ("source", "output", "expected"),
    [
        ("Hello there", "Bonjour", ()),
        ("Hello there", " ", ("empty",)),
        ("It costs 1,250.50 euros.", "Cela coûte 1 250,50 euros.", ()),
        ("It costs 1,250.50 euros.", "Cela coûte 1250,5 euros.", ("dropped 50",)),
        ("On 21 or 27 August", "Le 21 août", ("dropped 27",)),
        ("7 of 7", "7", ("dropped 7",)),
        ("Room 308", "Chambre 30 8", ("dropped 308",)),
        ("Call 06 12 34 56 78", "Appelle le 06 12 34 56 78", ()),
        ("１２ o'clock", "12 h", ()),
        ("See https://a.example/b?c=1.", "Voir https://a.example/b?c=1 !", ()),
        ("See https://a.example/b.", "Voir https://a.example/ b", ("dropped https://a.example/b",)),
        ("请看https://a.example/b。", "Look at https://a.example/b.", ()),
        ("Ask a.b@c.example, please", "Demande à a.b@c.example", ()),
        ("Ask a.b@c.example, please", "Demande à a.c@c.example", ("dropped a.b@c.example",)),
        ("See www.a.example", "Voir le site", ("dropped www.a.example",)),
        ("Or maps.example.org/lyon", "Ou maps.example.org/Lyon", ("dropped maps.example.org/lyon",)),
    ],
)
def test_a_fault_is_what_a_reader_would_miss(source: str, output: str, expected: tuple[str, ...]) -> None:
    assert faults(source, output) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c d a b c d a b c d", True),
        ("a b c d a b c d x", False),
        ("so so so so so so", True),
        ("so so so so so", False),
        ("我喜欢你我喜欢你我喜欢你", True),
        ("我喜欢你，我喜欢他", False),
        ("", False),
    ],
)
def test_a_loop_is_four_words_or_characters_three_times(text: str, expected: bool) -> None:
    assert has_loop(text) is expected
    assert faults("Well", text) == (("empty",) if not text else ("loop",) if expected else ())


def test_a_loop_that_was_typed_is_no_fault() -> None:
    assert faults("ha ha ha ha ha ha ha", "ha ha ha ha ha ha ha") == ()


def test_lost_emoji_are_told_but_no_fault() -> None:
    result = check_line(TypedLine("emoji", "en", "fr", "Yes 🎉🎉👍🏽"), "Oui 🎉👍")
    assert result.faults == ()
    assert result.lost_emoji == ("🎉",)


def test_a_report_counts_each_line_of_the_models_directions_once() -> None:
    report = measure_robustness(tiny_translator(), LINES, GreedyOptions(max_length=8))
    assert (report.all.lines, report.left_out) == (2, 1)
    assert [(share.kind, share.lines) for share in report.kinds] == [("plain", 1), ("emoji", 1)]
    assert report.all.passed + len(report.failing) == 2
    assert report.emoji_percent == 0.0
    values = json.loads(json.dumps(report.to_dict()))
    assert values["lines"] == 2 and values["percent"] == round(report.all.percent, 1)
    assert len(values["failing"]) == len(report.failing)


def test_a_model_that_knows_no_line_is_told() -> None:
    with pytest.raises(ConfigError, match="At least one line must be in a direction of the model tiny"):
        measure_robustness(tiny_translator(), LINES[2:])


@pytest.mark.parametrize("row", ["names\tfr\ten", "names\tfr\ten\t \n", "names fr en le phare"])
def test_a_line_that_is_none_is_named_by_its_number(row: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.tsv"
    path.write_text(f"names\tfr\ten\tle phare\n{row}\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"lines\.tsv, line 2, must be kind, source, target and text"):
        read_typed_lines(path)


def test_the_lines_in_the_box_cover_every_kind_and_direction() -> None:
    lines = read_typed_lines(SHIPPED)
    assert len(lines) == len(set(lines)) >= 240
    directions = {(line.source, line.target) for line in lines}
    other = ("fr", "de", "es", "zh")
    assert directions == {(code, "en") for code in other} | {("en", code) for code in other}
    for kind in {line.kind for line in lines}:
        missing = directions - {(line.source, line.target) for line in lines if line.kind == kind}
        # Chinese has no capitals
        assert missing <= ({("zh", "en")} if kind in ("lower case", "all caps") else set())


def test_the_lines_in_the_box_have_no_fault_themselves() -> None:
    for line in read_typed_lines(SHIPPED):
        assert faults(line.text, line.text) == ()
        assert not has_loop(line.text)


def test_the_command_prints_shares_and_the_lines_that_fail(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    run = Terminal(monkeypatch, capsysbinary)
    save_checkpoint(tmp_path / "tiny", tiny_checkpoint())
    path = tmp_path / "lines.tsv"
    path.write_text("numbers\tfr\ten\tLe phare a 99 marches.\n", encoding="utf-8")
    command = ("robustness", "--model", tmp_path / "tiny", "--texts", path, "--greedy")
    status, out, _ = run(*command)
    assert status == 0
    assert "numbers                 0 of    1     0.0 %" in out.decode() and "dropped 99" in out.decode()
    assert json.loads(run(*command, "--json")[1])["failing"][0]["text"] == "Le phare a 99 marches."
