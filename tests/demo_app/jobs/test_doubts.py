"""Each doubtful correction is told with its own id, texts and reasons."""

import json
from pathlib import Path

import pytest

from core.translator import Translator
from demo_app.jobs.doubts import find_doubts, read_corrections
from demo_app.settings import SHIPPED_MODELS
from tests.e2e.learning_rig import village

WRONG = (2, 11)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fourteen corrections in two files, two of them keyboard mash; nothing watches the training."""
    for half, name in enumerate(("feedback", "held_out")):
        with (tmp_path / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(7 * half, 7 * half + 7):
                source, target = village(number * 17)
                text = "zkxwv qqpl" if number in WRONG else target
                row = {"id": f"c{number}", "source": source, "target": text}
                file.write(json.dumps({**row, "source_language": "fr", "target_language": "en"}) + "\n")
    return tmp_path


def test_the_doubtful_ones_have_their_ids_texts_and_reasons(folder: Path) -> None:
    told: list[int] = []
    model = Translator.load(SHIPPED_MODELS / "fr-en", "cpu")
    found = find_doubts(read_corrections(folder), model, told.append)
    assert found["checked"] == sum(told) == 14
    rows = {row["id"]: row for row in found["rows"]}
    for number in WRONG:
        row = rows[f"c{number}"]
        assert (row["source"], row["target"]) == (village(number * 17)[0], "zkxwv qqpl")
        assert (row["source_language"], row["target_language"]) == ("fr", "en")
        assert any(one["severity"] == "severe" for one in row["findings"])
    assert not found["fits"]
    assert find_doubts([], model, told.append)["rows"] == []


def test_files_of_earlier_releases_have_no_ids(folder: Path) -> None:
    path = folder / "feedback.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = (json.dumps({key: value for key, value in row.items() if key != "id"}) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
    assert [one.id for one in read_corrections(folder)] == [""] * 7 + [
        f"c{number}" for number in range(7, 14)
    ]
