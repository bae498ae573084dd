"""Agreement figures of a project, from answers by hand and through the stores."""

from collections.abc import Iterator

import pytest

from core.analysis.spans import ErrorSpan
from core.errors import NotAllowedError, NotFoundError
from demo_app.services.agreement import AgreementService, figures_of
from demo_app.services.answers import Answers, some_of
from demo_app.services.course import CourseService
from demo_app.services.people import LOCAL, Person
from demo_app.store.database import Store
from demo_app.store.judgement_records import NewJudgement
from demo_app.store.records import Author, NewCorrection
from demo_app.store.review_records import Adjudication, Written
from tests.demo_app.services.answered import corrected, preferred, scored
from tests.demo_app.store.judged import SECRET_NAMES, project_of, rated, rating
from tests.demo_app.store.reviewed import EVE, answered_by
from tests.demo_app.store.samples import open_empty, translation


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One for all tests here: each asks only about items of its own."""
    opened = open_empty(tmp_path_factory.mktemp("store") / "x.db")
    yield opened
    opened.close()


def service(store: Store, person: Person = LOCAL) -> AgreementService:
    return AgreementService(store.projects, Answers(store.judgements, store.project_edits), lambda: person)


def test_a_strict_and_a_mild_rater_agree_once_standardised() -> None:
    figures = figures_of("rating", scored(*({"ada": score, "bob": score / 2} for score in range(0, 100, 7))))
    assert figures.alpha is not None and figures.alpha < 0.7
    assert figures.alpha_standardised == pytest.approx(1)
    assert figures.alpha_bounds and figures.alpha_bounds[0] <= figures.alpha <= figures.alpha_bounds[1]


def test_names_of_raters_and_order_of_items_do_not_matter() -> None:
    scores = [{"ada": n * 37 % 100, "bob": n * 41 % 100, "eve": n * 43 % 100} for n in range(30)]
    renamed = [{"x": one["eve"], "y": one["ada"], "z": one["bob"]} for one in reversed(scores)]
    one, other = figures_of("rating", scored(*scores)), figures_of("rating", scored(*renamed))
    assert one.alpha == pytest.approx(other.alpha)
    assert one.alpha_standardised == pytest.approx(other.alpha_standardised)


def test_systems_are_told_by_the_mean_z_of_those_who_have_one() -> None:
    items = scored(
        {"mild": 90, "strict": 40}, {"mild": 80, "strict": 20}, {"once": 10}, {"same": 50}, {"same": 50}
    )
    for item, made_by in zip(items, ("good", "poor", "poor", "alone", "alone"), strict=True):
        item.made_by = made_by
    good, poor, alone = figures_of("rating", items).systems
    assert (good.made_by, good.ratings, good.mean) == ("good", 2, 65)
    assert good.mean_z == pytest.approx(0.5**0.5)
    assert (poor.made_by, poor.ratings) == ("poor", 3) and poor.mean_z == pytest.approx(-(0.5**0.5))
    assert (alone.made_by, alone.mean, alone.mean_z) == ("alone", 50, None)
    assert figures_of("post_edit", corrected({"ada": "x"})).systems == ()


def test_errors_agree_where_the_same_characters_are_marked_alike() -> None:
    whole, half = (ErrorSpan(start=0, end=end, severity="major") for end in (3, 1))
    missing = ErrorSpan(start=None, end=None, severity="minor")
    items = scored({"ada": 10, "bob": 90}, {"ada": 10, "bob": 90})
    alphas = []
    both = whole, missing, missing
    for other in (both, both[:2], (whole,), (half,), ()):
        items[0].spans = {"ada": both, "bob": other}
        alphas.append(figures_of("rating", items).alpha_spans)
    assert alphas[0] == 1
    assert all(one is not None for one in alphas) and alphas == sorted(alphas, reverse=True)  # type: ignore[type-var]


def test_corrections_agree_by_what_they_share() -> None:
    same, near, far = (
        figures_of("post_edit", corrected({"ada": "It is raining.", "bob": text}))
        for text in ("It is raining.", "It was raining.", "Snow!")
    )
    assert (same.chrf, same.ter) == (100, 0)
    assert same.chrf and near.chrf and far.chrf and same.chrf > near.chrf > far.chrf
    assert near.ter and far.ter and near.ter < far.ter
    assert same.alpha is None and same.trend == (100,)


def test_a_trend_shows_where_people_began_to_disagree() -> None:
    agreed = [{"ada": n % 10 * 10, "bob": n % 10 * 10} for n in range(50)]
    parted = [{"ada": n % 10 * 10, "bob": 90 - n % 10 * 10} for n in range(50)]
    figures = figures_of("rating", scored(*agreed, *parted))
    first, then = figures.trend
    assert first == 1 and then is not None and then < -0.9
    assert figures.trends["alpha"] == figures.trend


def test_each_figure_has_its_trend() -> None:
    both = [{"ada": n % 10 * 10, "bob": n % 10 * 5} for n in range(100)]
    items = scored(*both)
    marked = ErrorSpan(start=0, end=1, severity="minor")
    for n, item in enumerate(items):
        item.spans = {"ada": (marked,), "bob": (marked,) if n < 50 else ()}
    trends = figures_of("rating", items).trends
    assert trends["alpha_standardised"] == pytest.approx((1, 1))
    first, then = trends["alpha_spans"]
    assert first == 1 and then is not None and then < 0
    same, near = {"ada": "It rains.", "bob": "It rains."}, {"ada": "It rains.", "bob": "It rained."}
    found = figures_of("post_edit", corrected(*[same] * 50, *[near] * 50))
    assert found.trends["chrf"] == found.trend and found.trends["ter"] == pytest.approx((0, 1 / 3))
    assert found.ter == pytest.approx(1 / 6)
    units = [[{"ada": 1, "bob": 1}], [{"ada": -1, "bob": -1}]]
    assert figures_of("comparison", preferred(*units)).trends == {"alpha": (1,)}


def test_what_one_person_alone_answered_tells_nothing() -> None:
    figures = figures_of("rating", scored({"ada": 10}, {"ada": 90}))
    assert (figures.answers, figures.shared_items, figures.alpha, figures.trend) == (2, 0, None, ())
    assert [(rater.user_id, rater.answers, rater.mean) for rater in figures.raters] == [("ada", 2, 50)]
    assert figures_of("comparison", []).raters == () == figures_of("post_edit", []).trend


def test_of_very_many_items_some_are_compared() -> None:
    items = scored(*({"ada": 1} for _ in range(10)))
    assert [len(some_of(items, most)) for most in (1, 3, 9, 10, 99)] == [1, 3, 5, 10, 10]


def test_ratings_and_comparisons_come_from_the_store(store: Store) -> None:
    one, other = project_of(store, items=2)
    for person, scores in (("ada", (10, 90)), ("bob", (20, 80))):
        for item, score in zip((one, other), scores, strict=True):
            rated(store, item, score, user_id=person)
    store.judgements.reject(rated(store, one, 100, user_id="eve").id, 1, "not read")
    figures = service(store).figures(store.projects.item(one).project_id)
    assert (figures.answers, figures.shared_items) == (4, 2)
    same = scored({"ada": 10, "bob": 20}, {"ada": 90, "bob": 80})
    for answers in same:
        answers.made_by = SECRET_NAMES[0]
    assert figures == figures_of("rating", same)
    (item,) = project_of(store, "comparison")
    for person, ranks in (("ada", [1, 2, 2]), ("bob", [1, 2, 3])):
        answer = {"seed": 1, "order": [0, 1, 2], "ranks": ranks}
        new = NewJudgement(item_id=item, kind="comparison", answer=answer, duration_s=1, user_id=person)
        store.judgements.add(new)
    figures = service(store).figures(store.projects.item(item).project_id)
    pairs = [{"ada": -1, "bob": -1}, {"ada": -1, "bob": -1}, {"ada": 0, "bob": -1}]
    assert figures == figures_of("comparison", preferred(pairs)) and figures.alpha is not None


def test_what_a_reviewer_made_of_a_rating_is_not_its_author_s(store: Store) -> None:
    (item,) = project_of(store, gold={"low": 70})
    project = store.projects.get(store.projects.item(item).project_id)
    for person, first, last in (("ada", 10, 80), ("bob", 75, None)):
        record = rated(store, item, first, user_id=person)
        for score, by in ((last, person), (50, "eve")):
            if score is not None:
                answer = rating(item, score).answer
                record = store.judgements.revise(record.id, record.revision, answer, by=Author(id=by))
        store.judgements.accept(record.id, record.revision, by=EVE)
    (answered,) = Answers(store.judgements, store.project_edits).of(project)
    assert answered.units == [{"ada": 80, "bob": 75}]
    assert answered.passed == {"ada": True, "bob": True}
    course = CourseService(store.projects, store.judgements, store.project_edits, lambda: LOCAL)
    assert course.of_project(project.id).active.mean == 77.5


def test_corrections_come_from_the_turns_of_the_project(store: Store) -> None:
    (item,) = project_of(store, "post_edit")
    project = store.projects.item(item).project_id
    for person, text in (("ada", "It is raining."), ("bob", "It was raining.")):
        turn = store.queue.take(project, person)
        shown = store.translations.add(translation())
        new = NewCorrection(shown.id, 0, 0, text, "corrected", 2, user_id=person)
        assert turn
        store.queue.answer(turn.slot_id, person, lambda new=new: store.corrections.add(new).id)  # type: ignore[misc]
    (edits,) = store.project_edits.of_project(project)
    assert [(one.item_id, one.user_id, one.corrected_text) for one in edits] == [
        (item, "ada", "It is raining."),
        (item, "bob", "It was raining."),
    ]
    figures = service(store).figures(project)
    assert figures.shared_items == 1 and figures.chrf and 50 < figures.chrf < 100
    seen = {one.correction_id: 1 for one in edits}
    store.reviews.adjudicate(item, Adjudication(seen, edits[1].correction_id))
    assert service(store).figures(project) == figures, "choosing between them does not hide who agreed"
    accepted = edits[1].correction_id
    store.reviews.reopen(accepted, 2, EVE)
    store.reviews.accept(accepted, 3, EVE, Written("The reviewer's own."))
    assert service(store).figures(project) == figures, "nor does what a reviewer writes count as theirs"
    store.corrections.delete(edits[0].correction_id, 2)
    assert service(store).figures(project).shared_items == 0


def test_known_answers_to_corrections_weigh_in_the_trust_of_their_people(store: Store) -> None:
    (item,) = project_of(store, "post_edit", gold={"text": "It is raining!"})
    project = store.projects.get(store.projects.item(item).project_id)
    for person, text in (("p0", "It is raining."), ("p1", "Nothing of it.")):
        answered_by(store, project, person, text)
    (answered,) = Answers(store.judgements, store.project_edits).of(project)
    assert answered.passed == {"p0": True, "p1": False}


def test_a_correction_that_was_rejected_for_itself_agrees_with_nobody(store: Store) -> None:
    (item,) = project_of(store, "post_edit")
    project = store.projects.item(item).project_id
    turn = store.queue.take(project, "ada")
    assert turn
    new = NewCorrection(store.translations.add(translation()).id, 0, 0, "It rains.", "corrected", 2)
    store.queue.answer(turn.slot_id, "ada", lambda: store.corrections.add(new).id)
    ((edit,),) = store.project_edits.of_project(project)
    store.reviews.reject(edit.correction_id, 1, "not read")
    assert list(store.project_edits.of_project(project)) == []


def test_figures_are_for_reviewers_and_of_projects_that_are_there(store: Store) -> None:
    annotator = Person(id="ada", name="Ada", role="annotator", may_contribute=True)
    with pytest.raises(NotAllowedError):
        service(store, annotator).figures("p")
    with pytest.raises(NotFoundError):
        service(store).figures("p")
