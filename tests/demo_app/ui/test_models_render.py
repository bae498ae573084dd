"""Jobs, versions and plans in words and figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.evaluation.gate import Condition, Verdict
from core.lineage import Event, Lineage
from demo_app.services.finetuning import FinetunePlan
from demo_app.services.promotion import VersionInfo
from demo_app.store.job_records import JobRecord, JobState
from demo_app.ui.models_render import (
    duration,
    history_rows,
    job_value,
    job_words,
    listed_jobs,
    plan_value,
    version_rows,
)
from demo_app.ui.models_report import changes_value, version_value
from demo_app.ui.strings import load_strings

ENGLISH, CHINESE = load_strings("en"), load_strings("zh")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTS = {
    **{"records": 40, "unusable": 0, "repeated": 1, "dropped": 0},
    **{"held_out": 8, "dev": 0, "learned": 31, "disputed": 0},
}


def job(name: str = "one", state: JobState = "running", **progress: Any) -> JobRecord:
    return JobRecord(
        **{"id": name, "kind": "finetune", "state": state, "model": "tiny", "base": "tiny@0"},  # type: ignore[arg-type]
        **{"snapshot_id": "s", "options": {}, "created_by": None, "progress": progress, "version": ""},  # type: ignore[arg-type]
        **{"error": "", "starts": 1, "created_at": NOW, "started_at": NOW - timedelta(minutes=10)},  # type: ignore[arg-type]
        **{"owner": "", "heartbeat_at": NOW, "finished_at": None, "cancel_requested_at": None},  # type: ignore[arg-type]
    )


def test_a_job_says_where_it_is_and_how_long_it_will_take() -> None:
    training = job(stage="training", share=0.4, seconds_left=100.0, step=41, total_steps=320)
    value = job_value(ENGLISH, training, 0, str, NOW)
    assert (value["words"], value["percent"]) == ("Learning, step 41 of 320", 40)
    assert value["left"] == "about 2 min of learning left"
    replaying = job_value(ENGLISH, job(stage="replaying", share=0.1, seconds_left=9.0), 0, str, NOW)
    assert replaying["left"] == "about 9 s of translating left"
    judging = job_value(
        ENGLISH, job(stage="judging", share=0.8, set="general", seconds_left=120), 0, str, NOW
    )
    assert (judging["words"], judging["left"]) == ("Judging: General set", "about 2 min left")
    judging = job_value(ENGLISH, job(stage="judging", share=0.8, set="general"), 0, str, NOW)
    assert (judging["words"], judging["left"]) == ("Judging: General set", "about 2 min left")
    assert job_value(ENGLISH, job(), 0, str, NOW)["left"] == ""


def test_a_job_that_waits_says_how_many_are_before_it() -> None:
    assert job_words(ENGLISH, job(state="queued"), 2) == "Waits; before it: 2"
    assert job_words(ENGLISH, job(state="queued"), 0) == "Waits for its turn"


def test_jobs_stand_in_the_order_of_their_turn_and_those_that_succeeded_are_versions() -> None:
    newest_first = [job("c", "queued"), job("b"), job("a", "succeeded"), job("z", "failed")]
    assert [one.id for one in listed_jobs(newest_first)] == ["b", "c", "z"]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (90, "2 min"), (3700, "1 h"), (9000, "2.5 h")]
)
def test_time_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(ENGLISH, seconds) == words


PLAN = FinetunePlan(
    counts=COUNTS,
    corpora=1,
    typed=0,
    preferences=0,
    ratings=0,
    general=100,
    min_held_out=30,
    min_general=100,
)


def test_a_plan_warns_of_what_the_gate_will_refuse() -> None:
    plan = replace(PLAN, corpora=0, general=0)
    value = plan_value(ENGLISH, plan)
    assert [one["kind"] for one in value["notes"]] == ["warning"] * 3
    assert "Held out are 8, but at least 30" in value["notes"][1]["text"]
    assert {one["part"]: one["count"] for one in value["parts"]} == {
        "learned": 31,
        "held_out": 8,
        "repeated": 1,
    }


def test_a_plan_tells_what_options_would_learn_from_besides() -> None:
    plan = replace(PLAN, counts={**COUNTS, "held_out": 30, "disputed": 2}, preferences=1200, ratings=7)
    notes = plan_value(ENGLISH, plan)["notes"]
    assert [one["kind"] for one in notes] == ["good", "info", "info", "info", "good"]
    assert "1,200 pairs" in notes[1]["text"] and "of texts: 7." in notes[2]["text"]
    assert notes[3]["text"].startswith("2 of these corrections reject")


REPORT: dict[str, Any] = {
    **{"production": "tiny@0", "data": COUNTS, "snapshot": "spring"},
    "held_out": {
        **{"sentences": 8, "perplexity": {"production": 4.5, "candidate": None}},
        "measures": [
            {
                **{"measure": "ter", "a": 60.0, "b": 50.0, "a_interval": [55, 65], "b_interval": [45, 55]},
                **{"difference": -10.0, "p_bootstrap": 0.0004, "p_randomisation": 0.01, "signature": "x"},
            }
        ],
        "changed": {"total": 12, "worse": 11, "equal": 0, "better": 1},
        "changes": [
            {
                **{"source": f"s{n}", "reference": "r", "before": "a b", "after": "a c"},
                **{"chrf_before": 50.0, "chrf_after": 40.0 + n, "outcome": "better" if n > 10 else "worse"},
            }
            for n in range(12)
        ],
    },
}
FIGURES = {"sentences": 1200, "production": 44.5, "candidate": 46.04, "difference": 1.54, "p": 0.109}
LINEAGE = Lineage(created_at=NOW.isoformat(), base="tiny@0", snapshot="s1", options={"epochs": 3, "seed": 1})


def version(state: str = "failed") -> VersionInfo:
    condition = Condition("held_out_improves", state, "In English.", FIGURES)  # type: ignore[arg-type]
    return VersionInfo(
        model="tiny",
        id="abc",
        alias="candidate",
        digest="f" * 64,
        lineage=LINEAGE,
        verdict=Verdict((condition,)),
    )


def test_the_condition_that_failed_is_told_with_its_figures_in_the_language_of_the_page() -> None:
    for strings, words in (
        (ENGLISH, "On 1,200 held-out corrections chrF must rise"),
        (CHINESE, "在 1,200 条"),
    ):
        told = version_value(strings, version(), REPORT, str, {})["conditions"][0]
        assert told["state"] == "failed" and told["text"].startswith(words)
        assert "44.5" in told["text"] and "p = 0.109" in told["text"]


def test_less_is_better_for_ter_and_only_what_both_tests_see_has_a_colour() -> None:
    found = version_value(ENGLISH, version(), REPORT, str, {"seed": 1})
    (measure,) = found["sets"][0]["measures"]
    assert (measure["kind"], measure["difference"], measure["p"]) == ("better", "−10.0", ["<0.001", "0.010"])
    assert found["sets"][0]["perplexity"] == ["4.50", "∞"]
    assert {"name": "Options", "value": "epochs = 3"} in found["facts"]


def advised(name: str, state: str = "failed", **figures: float) -> str:
    condition = Condition(name, state, "In English.", {**FIGURES, **figures})  # type: ignore[arg-type]
    asked = replace(version(), verdict=Verdict((condition,)))
    return str(version_value(ENGLISH, asked, REPORT, str, {})["conditions"][0]["advice"])


def test_a_refusal_says_what_may_help() -> None:
    assert "about 1,500 are held out: one in five is, so of about 7,500" in advised(
        "held_out_improves", needed=1500
    )
    assert advised("held_out_improves") == advised("held_out_improves", "passed") == ""
    held = advised("general_holds", difference=-0.2, margin=0.3)
    fell = advised("general_holds", difference=-0.4, margin=0.3)
    assert held.startswith("The fall itself is within that") and "general_loss_margin" in fell
    assert "fall itself" not in fell
    assert advised("general_holds", "passed", difference=-0.2, margin=0.3) == ""


TRAINING = {
    **{"steps": 1420, "best_step": 1065, "tuned_share": 0.6, "is_base": False},
    **{"duration_s": 190, "device": "CPU, 2 threads", "replay": 1136},
}


def way(direction: str, measure: str, difference: float) -> dict[str, Any]:
    return {
        **{"direction": direction, "sentences": 9, "measure": measure, "difference": difference},
        **{"a": 50.0, "b": 50 + difference, "low": difference - 1, "high": difference + 1},
        "kind": "worse" if difference < -1 else "",
    }


def test_a_direction_that_fell_is_named_beside_the_verdict_and_has_its_row() -> None:
    gains = (("fr-en", -1.9), ("en-fr", -0.2))
    rows = [way(one, measure, gain) for one, gain in gains for measure in ("bleu", "chrf")]
    report = {**REPORT, "general": {**REPORT["held_out"], "by_direction": rows}}
    found = version_value(ENGLISH, version("passed"), report, str, {})
    assert found["warnings"] == [
        "The general set is judged as a whole, but BLEU fell in French → English (−1.9)."
    ]
    held_out, general = found["sets"]
    assert held_out["directions"] == [] and general["measure"] == "BLEU"
    assert [(one["name"], one["after"], one["kind"]) for one in general["directions"]] == [
        ("French → English", "48.1", "worse"),
        ("English → French", "49.8", ""),
    ]
    assert general["directions"][0]["interval"] == ["−2.9", "−0.9"]


def test_it_says_how_the_training_went_and_what_was_kept_of_it() -> None:
    for strings, share in ((ENGLISH, "kept of what was learned: 60%"), (CHINESE, "学到的保留：60%")):
        found = version_value(strings, version(), {**REPORT, "training": TRAINING}, str, {})
        (told,) = (one["value"] for one in found["facts"] if one["name"] == strings.models["fact_training"])
        assert told.endswith(share) and "1,420" in told and "CPU, 2 threads" in told
        assert found["warnings"] == []
    apart = {**REPORT, "training": {**TRAINING, "is_specialist": True}}
    found = version_value(ENGLISH, version(), apart, str, {})
    assert any(one["value"].endswith("all others are answered as before") for one in found["facts"])
    report = {**REPORT, "training": {**TRAINING, "is_base": True}}
    found = version_value(ENGLISH, version(), report, str, {})
    assert found["warnings"][0].startswith("Nothing that was learned could be kept")
    assert any(one["value"].endswith("kept of what was learned: 0%") for one in found["facts"])


def test_changes_come_the_worst_first_and_the_best_of_the_better_ones() -> None:
    every = changes_value(REPORT, {})
    assert (len(every["rows"]), every["pages"], every["rows"][0]["source"]) == (10, 2, "s0")
    assert [one["gain"] for one in changes_value(REPORT, {"page": 99})["rows"]] == ["+0", "+1"]
    better = changes_value(REPORT, {"set": "held_out", "outcome": "better"})
    assert [one["source"] for one in better["rows"]] == ["s11"]
    assert changes_value(REPORT, {"set": "general", "outcome": [], "page": "x"})["rows"] == []


def test_versions_stand_newest_first_with_what_they_learned_from() -> None:
    shipped = VersionInfo(
        model="tiny", id="shipped", alias="production", digest="", lineage=None, verdict=None
    )
    rows = version_rows(ENGLISH, [shipped, version()], lambda one: {"s1": "spring"}.get(one, one))
    assert [(one["name"], one["alias_word"], one["verdict"]) for one in rows] == [
        ("spring", "candidate", "refused"),
        ("As shipped", "in use", "none"),
    ]


def test_the_history_says_who_and_why() -> None:
    facts = {"by": "u-1", "reason": "Looked at by two.", "refused": "It cannot be told."}
    event = Event(kind="promoted", version="abc", before="shipped", at="some day", facts=facts)
    (row,) = history_rows(ENGLISH, [event], lambda who: f"<{who}>", str, lambda _: None)
    assert (row["text"], row["who"]) == ("abc was promoted over shipped", "<u-1>")
    assert (row["reason"], row["refused"], row["when"]) == (facts["reason"], facts["refused"], "some day")
