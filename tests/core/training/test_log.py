"""The log of a run survives kills and restarts."""

from pathlib import Path
from typing import Any

from core.training.log import MetricsLog, training_curve


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl")
    rows: list[dict[str, Any]] = [{"step": 1, "loss": 2.5}, {"step": 2, "note": "é\n"}]
    for row in rows:
        log.write(row)
    assert log.read() == rows


def test_a_line_cut_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl")
    log.write({"step": 1})
    with log.path.open("a") as file:
        file.write('{"step": 2, "lo')
    assert log.read() == [{"step": 1}]


def test_rewinding_forgets_what_will_be_written_again(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl")
    for step in range(5):
        log.write({"step": step})
    log.rewind(2)
    assert [row["step"] for row in log.read()] == [0, 1, 2]


def test_the_curve_shows_every_direction_and_both_losses() -> None:
    bleu = {"fr-en": 5.0, "en-fr": 6.0}
    rows: list[dict[str, Any]] = [{"step": 1, "loss": 3.0}, {"step": 2, "dev_loss": 2.0, "dev_bleu": bleu}]
    names = [trace.name for trace in training_curve(rows).data]
    assert names == ["training loss", "dev loss", "dev BLEU en-fr", "dev BLEU fr-en"]
