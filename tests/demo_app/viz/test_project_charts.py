"""Figures of a project: what they show, and that both grounds suit them."""

import json
from datetime import date

from demo_app.viz.project_charts import COLOURS, agreement_trend, answers_a_day, means_a_day

DAYS = [date(2026, 3, 1), date(2026, 3, 4)]


def test_each_person_has_a_bar_and_those_beyond_the_colours_share_one() -> None:
    people = {f"p{n}": [n, 1] for n in range(len(COLOURS) + 2)}
    figure = answers_a_day(DAYS, people, "Answers", "others")
    assert [bar.name for bar in figure.data] == ["p0", "p1", "p2", "p3", "p4", "others"]
    assert list(figure.data[-1].y) == [5 + 6 + 7, 3]
    assert list(figure.data[0].x) == DAYS
    assert len(answers_a_day(DAYS, {"p": [1, 2]}, "Answers", "others").data) == 1


def test_ticks_are_whole_days_and_few_of_them() -> None:
    for days, step in ((DAYS[:1], 1), (DAYS, 1), ([date(2026, 1, 1), date(2026, 3, 1)], 10)):
        axis = answers_a_day(days, {"p": [1] * len(days)}, "Answers", "others").layout.xaxis
        assert (axis.dtick, axis.tick0) == (step * 86_400_000, days[0])


def test_lines_leave_out_days_without_a_value() -> None:
    figure = means_a_day(DAYS, {"control": [None, 0.25], "rest": [0.5, 0.5]}, "HTER", is_share=True)
    assert list(figure.data[0].y) == [None, 0.25] and figure.data[0].connectgaps
    assert figure.layout.yaxis.tickformat == ".0%" and figure.layout.showlegend


def test_points_of_the_trend_are_named_by_their_items() -> None:
    figure = agreement_trend({"α": [0.5, None, 0.75]}, 50, "Agreement")
    assert list(figure.data[0].x) == ["1–50", "51–100", "101–150"] and not figure.layout.showlegend
    several = agreement_trend({name: [0.5, 0.75] for name in "abc"}, 50, "Agreement")
    assert [line.name for line in several.data] == ["a", "b", "c"] and several.layout.showlegend


def test_a_figure_has_no_ground_of_its_own_and_names_no_other_host() -> None:
    figure = answers_a_day(DAYS, {"<b>Eve</b>": [1, 2]}, "Answers", "others")
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.data[0].name == "&lt;b&gt;Eve&lt;/b&gt;"
    assert "http" not in figure.to_json() and len(json.loads(figure.to_json())["layout"]) < 20
