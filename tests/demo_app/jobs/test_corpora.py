"""Which pairs of a folder watch a training, and which judge what comes of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_app.jobs.corpora import MAX_WATCHED, general_pairs

WAYS = (("fr", "en"), ("en", "fr"))
NUMBERS = st.lists(st.integers(0, 30), max_size=40)


@dataclass(frozen=True)
class Short:
    """A model for which a number of five digits is too long."""

    directions: tuple[tuple[str, str], ...] = WAYS

    def fits(self, source: str, target: str) -> bool:
        return len(source) < len("phrase 10000")


def folder_of(folder: Path, **parts: list[int]) -> Path:
    for part, numbers in parts.items():
        rows = "".join(f"phrase {number}\tsentence {number}\n" for number in numbers)
        (folder / f"toy.fr-en.{part}.tsv").write_text(rows, encoding="utf-8")
    return folder


@given(NUMBERS, NUMBERS)
def test_dev_pairs_watch_and_all_others_judge(
    tmp_path_factory: pytest.TempPathFactory, dev: list[int], test: list[int]
) -> None:
    folder = folder_of(tmp_path_factory.mktemp("corpora"), dev=dev, test=test)
    watched, judged = general_pairs(folder, Short())
    for way in WAYS:
        watching, judging = (
            {one.source.split()[1] for one in part if one.direction == way} for part in (watched, judged)
        )
        assert not watching & judging and watching <= {str(number) for number in dev}
        assert watching | judging == {str(number) for number in [*dev, *test]}
        assert len(watching) <= len(judging)
    # A pair has one place, whichever way it is read.
    pairs = [{frozenset((one.source, one.target)) for one in part} for part in (watched, judged)]
    assert not pairs[0] & pairs[1]
    assert general_pairs(folder, Short()) == (watched, judged)


def test_no_more_watch_than_are_needed_and_what_is_too_long_is_left_out(tmp_path: Path) -> None:
    dev, test = [*range(2000), *range(10_000, 10_500)], [*range(1990, 3000), 20_000]
    watched, judged = general_pairs(folder_of(tmp_path, dev=dev, test=test), Short(WAYS[:1]))
    assert (len(watched), len(judged)) == (MAX_WATCHED, 2700)
    assert general_pairs(None, Short()) == ([], [])
