"""What a candidate translates otherwise, put before people who do not know which of two texts is its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import CheckpointNotFoundError, ConfigError, InputError, NotAllowedError
from demo_app.services.blind_trials import BlindTrials, Preferred
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Comparison, Judging
from demo_app.services.people import LOCAL, Person
from demo_app.store.project_records import ItemQuery
from tests.demo_app.services.loop_rig import Loop, add_refused

FR_EN, EN_FR = ("fr", "en"), ("en", "fr")


def change(source: str, way: tuple[str, str] | None = FR_EN) -> dict[str, Any]:
    told = {"source": source, "reference": "r", "before": f"{source} before", "after": f"{source} after"}
    return told | (dict(zip(("source_language", "target_language"), way, strict=True)) if way else {})


def judged(*changes: dict[str, Any], directions: tuple[str, ...] = ("fr-en",)) -> dict[str, Any]:
    return {"directions": list(directions), "changes": list(changes)}


class Trial:
    """A candidate whose report has the changes that a test says, and people."""

    def __init__(self, home: Path, **sets: Any) -> None:
        self.loop = Loop(home)
        told = {"candidate": "tiny@c", "held_out": judged(), "general": judged(), **sets}
        registry = self.loop.registries.of("tiny")
        self.version = add_refused(registry, self.loop.settings.data_dir, **told)
        store = self.loop.store
        self.trials = BlindTrials(
            self.loop.registries, store.projects, store.judgements, lambda: self.loop.person
        )
        judging = Judging(self.loop.settings, store.projects, store.translations)
        self.judgements = JudgementService(
            judging,
            store.judgements,
            store.judgement_queue,
            store.judgement_reviews,
            lambda: self.loop.person,
        )

    def send(self, at_most: int = 100, **asked: Any) -> list[str]:
        return [one.id for one in self.trials.send("tiny", self.version, at_most, **asked)]

    def items(self, project: str) -> dict[str, str]:
        """Id of the item by its source."""
        page = self.loop.store.projects.items(project, ItemQuery(page_size=500))
        return {row.source_text: row.id for row in page.rows}

    def prefer(self, name: str, item: str, wanted: str, duration_s: float = 60) -> None:
        """Somebody ranks the text with this ending first; "" ranks both alike."""
        self.loop.person = Person(id=name, name=name, role="annotator", may_contribute=True)
        shown = self.judgements.view(item)["texts"]
        ranks = [1 if not wanted or text.endswith(wanted) else 2 for text in shown]
        self.judgements.give(item, Comparison(ranks=ranks, duration_s=duration_s))
        self.loop.person = LOCAL


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    held_out = judged(change("a"), change("b"), change("c", EN_FR))
    made = Trial(tmp_path, held_out=held_out, general=judged(change("d")))
    yield made
    made.loop.close()


def test_changes_become_comparisons_of_their_direction_once(trial: Trial) -> None:
    back, forth = trial.send(annotators=2)
    assert set(trial.items(back)) == {"c"} and set(trial.items(forth)) == {"a", "b", "d"}
    project = trial.loop.store.projects.get(forth)
    assert (project.task, project.source_language, project.annotators) == ("comparison", "fr", 2)
    assert trial.send() == [back, forth] and len(trial.items(forth)) == 3
    assert [one.id for one in trial.trials.send("tiny", f"tiny@{trial.version}")] == [back, forth]
    outputs = trial.loop.store.projects.item(trial.items(forth)["a"]).candidates
    assert [one.text for one in outputs] == ["a before", "a after"]
    assert outputs[1].made_by == "tiny@c" and outputs[0].made_by.startswith("tiny@")


def test_a_larger_number_adds_to_what_was_sent(trial: Trial) -> None:
    few = {source for project in trial.send(2) for source in trial.items(project)}
    more = {source for project in trial.send(3) for source in trial.items(project)}
    assert len(few) == 2 and len(more) == 3 and few < more


def test_people_say_what_is_better_by_most_of_their_votes(trial: Trial) -> None:
    _, project = trial.send(annotators=3)
    items = trial.items(project)
    votes = {"a": ("after", "after", "before"), "b": ("after", "before"), "d": ("before",)}
    for source, wanted in votes.items():
        for place, ending in enumerate(wanted):
            trial.prefer(f"u{place}", items[source], ending)
    found = trial.trials.outcome("tiny", trial.version)
    assert (found.sent, found.people, len(found.projects)) == (4, 3, 2)
    assert found.total == Preferred(better=1, worse=1, equal=1) and found.total.judged == 3
    assert found.sets == {"held_out": Preferred(better=1, equal=1), "general": Preferred(worse=1)}
    assert trial.trials.outcomes("tiny") == {trial.version: found}


def test_who_did_not_read_does_not_count(trial: Trial) -> None:
    _, project = trial.send()
    trial.prefer("u0", trial.items(project)["a"], "after", duration_s=0.01)
    trial.prefer("u1", trial.items(project)["b"], "")
    assert trial.trials.outcome("tiny", trial.version).total == Preferred(equal=1)


def test_only_admins_send_and_only_reviewers_look(trial: Trial) -> None:
    reviewer = replace(LOCAL, id="u-1", role="reviewer")
    trial.loop.person = reviewer
    assert trial.trials.outcome("tiny", trial.version).projects == ()
    with pytest.raises(NotAllowedError):
        trial.send()
    trial.loop.person = replace(reviewer, role="annotator")
    for look in (lambda: trial.trials.outcome("tiny", trial.version), lambda: trial.trials.outcomes("tiny")):
        with pytest.raises(NotAllowedError):
            look()
    assert trial.loop.store.projects.all() == ()


def test_what_cannot_be_sent_is_told(trial: Trial) -> None:
    with pytest.raises(CheckpointNotFoundError):
        trial.trials.send("tiny", "shipped")
    for asked in ({"at_most": 0}, {"annotators": 0}):
        with pytest.raises(ConfigError):
            trial.trials.send("tiny", trial.version, **asked)


@pytest.mark.parametrize(
    ("held_out", "words"),
    [
        (judged(), "its report tells of no change"),
        (judged(change("a", None), directions=("fr-en", "en-fr")), "of an older release"),
    ],
)
def test_a_report_with_nothing_to_compare_is_told(
    tmp_path: Path, held_out: dict[str, Any], words: str
) -> None:
    made = Trial(tmp_path, held_out=held_out)
    with pytest.raises(InputError, match=words):
        made.send()
    assert made.loop.store.projects.all() == ()
    made.loop.close()


@pytest.mark.parametrize(
    ("better", "worse", "p"), [(0, 0, None), (5, 0, 0.0625), (3, 3, 1.0), (9, 1, 22 / 1024)]
)
def test_the_sign_test_is_that_of_the_textbooks(better: int, worse: int, p: float | None) -> None:
    assert Preferred(better=better, worse=worse, equal=7).p == (p if p is None else pytest.approx(p))
