"""From projects and their figures to what the Projects tab shows. Pure: records in, plain values out."""

from collections.abc import Callable, Iterable
from typing import Any

import plotly.graph_objects as go

from demo_app.services.agreement import WINDOW, AgreementFigures, Rater, System
from demo_app.services.course import Course, Slice
from demo_app.services.trust import Trust
from demo_app.store.project_records import ItemPage, Progress, ProjectRecord, Share
from demo_app.ui.dataset_layout import direction_name
from demo_app.ui.dataset_render import percent
from demo_app.ui.strings import Strings
from demo_app.viz.project_charts import agreement_trend, answers_a_day, means_a_day

Names = Callable[[str], str]
"""What a person is called here, by the id of their account; empty: the local person."""

GOOD, FAIR = 0.8, 0.667
"""From there on conclusions may be drawn, or tentative ones (Krippendorff 2004, page 241)."""
_SHOWN_CHARS = 8
"""Of a pseudonym."""


def pseudonym(strings: Strings, user_id: str | None) -> str:
    """The beginning of the id, which tells people of one project apart."""
    return user_id[:_SHOWN_CHARS] if user_id else strings.projects["local"]


def project_row(strings: Strings, project: ProjectRecord, progress: Progress) -> dict[str, Any]:
    """One row of the list."""
    return {
        "id": project.id,
        "name": project.name,
        "direction": direction_name(strings.languages, project.source_language, project.target_language),
        "task": strings.tasks[project.task],
        "each": _each(strings, project.annotators),
        "items": progress.items,
        "completed": progress.completed,
        "people": len(progress.people),
        "closed": project.closed_at is not None,
    }


def sheet_value(
    strings: Strings, project: ProjectRecord, progress: Progress, names: Names, may_change: bool
) -> dict[str, Any]:
    """What one project is, and how far."""
    words = strings.projects
    minutes = f"{project.lease_s / 60:g}"
    return {
        **project_row(strings, project, progress),
        "source_language": project.source_language,
        "target_language": project.target_language,
        "may_change": may_change,
        "facts": [
            words["control"].format(percent=percent(project.control_share)),
            words["lease"].format(minutes=minutes),
        ],
        "open_turns": progress.open_turns,
        "shares": [_share(one, names) for one in progress.people],
        "guidelines": str(project.rules.get("guidelines", "")),
        "categories": [str(name) for name in project.rules.get("categories", [])],
    }


def notes_value(noted: ItemPage) -> dict[str, Any]:
    """What annotators told about texts, those too that nobody has answered, and about how many."""
    told = zip(noted.rows, noted.notes, strict=True)
    return {
        "notes": [{"source": item.source_text, "said": list(said)} for item, said in told],
        "noted": noted.total,
    }


def figures_value(
    strings: Strings, figures: AgreementFigures, course: Course, trusts: Iterable[Trust], names: Names
) -> dict[str, Any]:
    """Slices side by side, agreement with what it means, trust in each person."""
    words = strings.projects
    of_person = {rater.user_id: rater for rater in figures.raters}
    as_share = figures.task == "post_edit"
    slices = {"control": course.control, "active": course.active}
    return {
        "answers": course.control.answers + course.active.answers,
        "slice_name": words["mean_hter"] if as_share else words["mean_rating"],
        "slices": None
        if figures.task == "comparison"
        else {name: _slice(one, as_share) for name, one in slices.items()},
        "shared": figures.shared_items,
        "agreement": agreement_rows(strings, figures) if figures.shared_items else [],
        "systems": [_system(strings, one) for one in figures.systems],
        "mean_name": "" if figures.task == "comparison" else ("mean_hter" if as_share else "mean_rating"),
        "raters": [_rater(one, of_person.get(one.user_id), names, as_share) for one in trusts],
    }


def agreement_rows(strings: Strings, figures: AgreementFigures) -> list[dict[str, str]]:
    """Each figure that the task has: `name`, `value`, `bounds` and what it `means`."""
    words = strings.projects
    bounds = ""
    if figures.alpha_bounds is not None:
        low, high = figures.alpha_bounds
        bounds = words["bounds"].format(low=_decimal(low), high=_decimal(high))
    rows = [
        (
            "alpha",
            figures.alpha,
            bounds,
            words[alpha_means(figures.alpha)] if figures.alpha is not None else "",
        ),
        ("alpha_standardised", figures.alpha_standardised, "", words["standardised_means"]),
        ("alpha_spans", figures.alpha_spans, "", words["spans_means"]),
    ]
    found = [
        {"name": words[name], "value": _decimal(value), "bounds": between, "means": means}
        for name, value, between, means in rows
        if value is not None
    ]
    if figures.chrf is not None:
        value = f"{figures.chrf:.0f}"
        found.append({"name": words["chrf"], "value": value, "bounds": "", "means": words["chrf_means"]})
    if figures.ter is not None:
        value = percent(figures.ter)
        found.append({"name": words["ter"], "value": value, "bounds": "", "means": words["ter_means"]})
    return found


def alpha_means(alpha: float) -> str:
    """Key of the sentence for it."""
    if alpha >= GOOD:
        return "alpha_good"
    if alpha >= FAIR:
        return "alpha_fair"
    return "alpha_poor" if alpha > 0 else "alpha_chance"


def charts(
    strings: Strings, course: Course, figures: AgreementFigures, names: Names
) -> tuple[go.Figure | None, go.Figure | None, go.Figure | None]:
    """Answers a day, HTER or ratings, agreement; None where there is nothing to draw."""
    words, days = strings.projects, [day.day for day in course.days]
    if not days:
        return None, None, None
    people = list(dict.fromkeys(who for day in course.days for who in day.by_person))
    bars = {
        _called(names, who, people): [float(day.by_person.get(who, 0)) for day in course.days]
        for who in people
    }
    lines = {
        words["control_slice"]: [day.control for day in course.days],
        words["active_slice"]: [day.active for day in course.days],
    }
    known = {name: values for name, values in lines.items() if any(value is not None for value in values)}
    means = None
    if known:
        is_share = figures.task == "post_edit"
        means = means_a_day(days, known, words["hter" if is_share else "rating"], is_share=is_share)
    return answers_a_day(days, bars, words["answers_a_day"], words["others"]), means, _trend(strings, figures)


def _trend(strings: Strings, figures: AgreementFigures) -> go.Figure | None:
    """Each figure's line, where it has two points. TER is shown as percent, beside chrF from 0 to 100."""
    words = strings.projects
    lines = {
        words[name]: [value if value is None or name != "ter" else 100 * value for value in values]
        for name, values in figures.trends.items()
        if sum(value is not None for value in values) > 1
    }
    title = words["agreement_edits" if figures.task == "post_edit" else "agreement_alpha"]
    return agreement_trend(lines, WINDOW, title) if lines else None


def _each(strings: Strings, count: int) -> str:
    words = strings.projects
    return words["people_each_one"] if count == 1 else words["people_each"].format(count=count)


def _share(share: Share, names: Names) -> dict[str, Any]:
    return {
        "who": names(share.holder),
        "answered": share.answered,
        "held": share.held,
        "skipped": share.skipped,
    }


def _slice(one: Slice, as_share: bool) -> dict[str, Any]:
    return {
        "answers": one.answers,
        "mean": "–" if one.mean is None else _mean(one.mean, as_share),
        "margin": "" if one.margin is None else _mean(one.margin, as_share),
    }


def _rater(trust: Trust, rater: Rater | None, names: Names, as_share: bool) -> dict[str, Any]:
    mean = rater.mean if rater else None
    return {
        "who": names(trust.user_id),
        "answers": rater.answers if rater else 0,
        "mean": "–" if mean is None else _mean(mean, as_share),
        "known": trust.known,
        "passed": trust.passed,
        "own": "–" if trust.own is None else _decimal(trust.own),
        "trust": _decimal(trust.trust),
        "share": round(trust.trust, 3),
    }


def _system(strings: Strings, one: System) -> dict[str, str]:
    return {
        "name": one.made_by or strings.projects["unknown_maker"],
        "ratings": f"{one.ratings:,}",
        "mean": f"{one.mean:.1f}",
        "z": "–" if one.mean_z is None else _decimal(one.mean_z),
    }


def _called(names: Names, who: str, people: list[str]) -> str:
    """Two people may have one name; in a figure they would be one bar."""
    name = names(who)
    return name if [names(one) for one in people].count(name) == 1 else f"{name} {who[:_SHOWN_CHARS]}"


def _mean(value: float, as_share: bool) -> str:
    return percent(value) if as_share else f"{value:.1f}"


def _decimal(value: float) -> str:
    """With a true minus sign. Example: `_decimal(-0.126)` is `−0.13`."""
    return f"{value:.2f}".replace("-", "−")
