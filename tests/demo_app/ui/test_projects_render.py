"""What figures mean in words, and who is called what."""

from datetime import UTC, datetime
from typing import Any

import pytest

from demo_app.services.agreement import AgreementFigures, figures_of
from demo_app.services.course import Given, course_of
from demo_app.services.trust import trusts_of
from demo_app.ui.projects_render import agreement_rows, alpha_means, charts, figures_value, pseudonym
from demo_app.ui.strings import load_strings
from tests.demo_app.services.answered import corrected, scored

ENGLISH = load_strings("en")
AT = datetime(2026, 3, 1, tzinfo=UTC)


def names(user_id: str) -> str:
    return pseudonym(ENGLISH, user_id)


@pytest.mark.parametrize(
    ("alpha", "key"),
    [
        (1.0, "good"),
        (0.8, "good"),
        (0.79, "fair"),
        (0.667, "fair"),
        (0.66, "poor"),
        (0.0, "chance"),
        (-0.4, "chance"),
    ],
)
def test_alpha_has_a_meaning(alpha: float, key: str) -> None:
    assert alpha_means(alpha) == f"alpha_{key}" and ENGLISH.projects[f"alpha_{key}"]


def test_only_figures_that_the_task_has_are_told() -> None:
    edits = figures_of("post_edit", corrected({"a": "It rains.", "b": "It rained."}))
    assert [row["name"] for row in agreement_rows(ENGLISH, edits)] == [
        ENGLISH.projects["chrf"],
        ENGLISH.projects["ter"],
    ]
    ratings = figures_of("rating", scored({"a": 90, "b": 80}, {"a": 10, "b": 30}))
    rows = agreement_rows(ENGLISH, ratings)
    assert rows[0]["name"] == "Krippendorff’s α" and rows[0]["means"].startswith("People agree well")
    assert (
        "−"
        in agreement_rows(ENGLISH, AgreementFigures(task="rating", answers=0, shared_items=0, alpha=-0.5))[0][
            "value"
        ]
    )


def value_of(task: Any, items: Any, given: list[Given]) -> dict[str, Any]:
    figures = figures_of(task, items)
    return figures_value(ENGLISH, figures, course_of(given), trusts_of(task, items), names)


def test_slices_are_shares_of_corrections_points_of_ratings_and_none_of_comparisons() -> None:
    edit = Given(user_id="a", at=AT, is_control=True, value=0.256)
    value = value_of("post_edit", corrected({"a": "It rains."}), [edit, edit])
    assert value["slices"]["control"] == {"answers": 2, "mean": "26 %", "margin": "0 %"}
    assert value["slices"]["active"] == {"answers": 0, "mean": "–", "margin": ""}
    rating = Given(user_id="a", at=AT, is_control=False, value=72.25)
    value = value_of("rating", scored({"a": 72.25}), [rating])
    assert (value["slices"]["active"]["mean"], value["slice_name"]) == ("72.2", "Mean rating")
    assert value_of("comparison", [], [])["slices"] is None


def test_systems_have_their_mean_z_or_a_dash() -> None:
    items = scored({"a": 90}, {"a": 70}, {"b": 50})
    items[0].made_by, items[2].made_by = "tiny@0001", "column"
    rows = value_of("rating", items, [])["systems"]
    assert rows == [
        {"name": "tiny@0001", "ratings": "1", "mean": "90.0", "z": "0.71"},
        {"name": ENGLISH.projects["unknown_maker"], "ratings": "1", "mean": "70.0", "z": "−0.71"},
        {"name": "column", "ratings": "1", "mean": "50.0", "z": "–"},
    ]


def test_a_trend_has_a_line_for_each_figure_and_ter_as_percent() -> None:
    same, near = {"a": "It rains.", "b": "It rains."}, {"a": "It rains.", "b": "It rained."}
    course = course_of([Given(user_id="a", at=AT, is_control=False, value=None)])
    edits = figures_of("post_edit", corrected(*[same] * 50, *[near] * 50))
    *_, trend = charts(ENGLISH, course, edits, names)
    assert trend is not None and [line.name for line in trend.data] == [
        ENGLISH.projects["chrf"],
        ENGLISH.projects["ter"],
    ]
    assert list(trend.data[1].y) == pytest.approx([0, 100 / 3])


def test_people_of_one_name_stay_two_bars() -> None:
    given = [Given(user_id=who, at=AT, is_control=False, value=None) for who in ("one-1", "two-2")]
    bars, means, trend = charts(ENGLISH, course_of(given), figures_of("comparison", []), lambda _: "Kim")
    assert bars is not None and [bar.name for bar in bars.data] == ["Kim one-1", "Kim two-2"]
    assert means is None and trend is None
    assert charts(ENGLISH, course_of([]), figures_of("rating", []), names) == (None, None, None)
