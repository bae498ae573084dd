"""Corrections that act on the next translation, through a real store."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.options import GreedyOptions
from demo_app.services.memory import TranslationMemory, settled, to_translate
from demo_app.services.model_pool import ModelPool
from demo_app.services.people import LOCAL, Person
from demo_app.services.served_model import ServedModel
from demo_app.services.serving import steered
from demo_app.services.translation import Pair, TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import Store
from demo_app.store.memory_records import NOTHING, Recollection, Remembered
from demo_app.store.records import CorrectionRecord, NewCorrection, SegmentRecord, TranslationRecord
from tests.demo_app.store.reviewed import EVE
from tests.demo_app.store.samples import open_empty
from tests.fakes_translator import FakeTranslator
from tests.tiny import SENTENCES, tiny_translator

ADA = Person(id="u-ada", name="Ada", role="annotator", may_contribute=True)
BEN = replace(ADA, id="u-ben", name="Ben")
SOURCE = "Le chat noir dort."


class Desk:
    """A service with a memory; whoever `person` is asks."""

    def __init__(self, home: Path, store: Store) -> None:
        (home / "models" / "fake").mkdir(parents=True, exist_ok=True)
        (home / "models" / "fake" / "config.json").write_text("{}")
        settings = Settings.load(data_dir=home, models_dir=home / "models", max_segment_pieces=20)
        self.store, self.model, self.person = store, FakeTranslator(), LOCAL
        self.memory = self.remembering(only_accepted=False)
        pool = ModelPool(settings.models_dir, lambda _: self.model)
        self._make: Callable[[], TranslationService] = lambda: TranslationService(
            settings, pool, store.translations, self.memory, self.steer
        )
        self.steered: list[Mapping[str, Sequence[Pair]]] = []
        self.service = self._make()

    def remembering(self, *, only_accepted: bool) -> TranslationMemory:
        return TranslationMemory(self.store.memory, lambda: self.person, only_accepted=only_accepted)

    def review_first(self) -> None:
        self.service.close()
        self.memory = self.remembering(only_accepted=True)
        self.service = self._make()

    def steer(self, model: ServedModel, examples: Mapping[str, Sequence[Pair]], target: str) -> ServedModel:
        self.steered.append(examples)
        return model

    def translate(self, text: str, *, memory: bool = True, neighbours: bool = False) -> TranslationRecord:
        request = TranslateRequest(text=text, source="fr", target="en", memory=memory, neighbours=neighbours)
        return asyncio.run(self.service.translate(request))

    def first(self, text: str) -> SegmentRecord:
        return self.translate(text).segments[0]

    def correct(self, source: str, text: str) -> CorrectionRecord:
        shown = self.translate(source, memory=False)
        return self.store.corrections.add(
            NewCorrection(shown.id, 0, 0, text, "corrected", 1.0, self.person.id)
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_empty(tmp_path / "test.db")
    made = Desk(tmp_path, store)
    yield made
    made.service.close()
    store.close()


def test_a_correction_acts_on_the_very_next_translation_of_its_source(desk: Desk) -> None:
    assert desk.first(SOURCE).from_correction is None
    made = desk.correct(SOURCE, "The black cat sleeps.")
    record = desk.translate(f"Bonjour. {SOURCE}")
    assert record.target_text == ".ruojnoB The black cat sleeps."
    found = record.segments[1].from_correction
    assert found is not None
    assert (found.correction_id, found.revision, found.likeness) == (made.id, 1, 1.0)
    assert record.segments[1].hypotheses[0].text == "eL tahc rion .trod"


def test_without_memory_the_model_alone_answers(desk: Desk) -> None:
    desk.correct(SOURCE, "The black cat sleeps.")
    record = desk.translate(SOURCE, memory=False)
    assert record.target_text == "eL tahc rion .trod"
    assert (record.segments[0].from_correction, record.segments[0].suggestion) == (None, None)


def test_the_same_source_is_one_that_the_model_reads_alike(desk: Desk) -> None:
    desk.correct("L’été  est là.", "Summer is here.")
    assert desk.first("L'été est là.").from_correction
    for other in ("L'été est là !", "l'été est là.", "L'été est là"):
        assert desk.first(other).from_correction is None


def test_a_source_like_it_gets_a_suggestion_and_keeps_the_model_s_translation(desk: Desk) -> None:
    desk.correct(SOURCE, "The black cat sleeps.")
    record = desk.translate("Le chat noir mange.")
    assert record.target_text == "eL tahc rion .egnam"
    found = record.segments[0].suggestion
    assert found is not None
    assert (found.source_text, found.text, found.likeness) == (SOURCE, "The black cat sleeps.", 0.8)
    assert desk.first("Un chien rouge.").suggestion is None


def test_what_was_taken_back_acts_no_more(desk: Desk) -> None:
    made = desk.correct(SOURCE, "The black cat sleeps.")
    assert desk.first(SOURCE).from_correction
    desk.store.corrections.delete(made.id, 1)
    assert desk.first(SOURCE) == replace(desk.first(SOURCE), from_correction=None, suggestion=None)
    assert desk.first("Le chat noir mange.").suggestion is None


def test_a_rejected_neighbour_makes_room_for_the_next(desk: Desk) -> None:
    desk.correct("Le gros chat noir dort ici.", "The black cat sleeps here.")
    near = desk.correct("Le gros chat noir dort là.", "The black cat sleeps there.")
    desk.store.reviews.reject(near.id, 1, "Wrong.", EVE)
    found = desk.first("Le gros chat noir dort là !").suggestion
    assert found is not None
    assert found.text == "The black cat sleeps here."


def test_where_people_log_in_one_s_own_act_at_once_and_others_after_review(desk: Desk) -> None:
    desk.review_first()
    desk.person = ADA
    made = desk.correct(SOURCE, "The black cat sleeps.")
    assert desk.first(SOURCE).from_correction
    desk.person = BEN
    assert desk.first(SOURCE).from_correction is None
    desk.store.reviews.accept(made.id, 1, EVE)
    assert desk.first(SOURCE).from_correction


def test_a_correction_ends_to_act_when_the_model_writes_it_itself(desk: Desk) -> None:
    desk.correct(SOURCE, "eL tahc rion .trod")
    record = desk.translate(f"{SOURCE} Le chat noir mange.")
    assert record.segments == desk.translate(f"{SOURCE} Le chat noir mange.", memory=False).segments


def test_a_new_model_is_asked_what_it_makes_of_the_source_of_a_suggestion(desk: Desk) -> None:
    desk.correct(SOURCE, "The black cat sleeps.")
    desk.model.decoded.clear()
    desk.first("Le chat noir mange.")
    assert [call.texts for call in desk.model.decoded] == [("Le chat noir mange.",)]
    desk.store.corrections.edit(desk.correct(SOURCE, "x").id, 1, "eL tahc rion .trod")
    desk.service.close()
    desk.model = FakeTranslator("fake@ba9876543210")
    desk.service = desk._make()
    assert desk.first("Le chat noir mange.").suggestion is None


def test_a_correction_that_the_model_cannot_look_at_is_left_out(desk: Desk) -> None:
    desk.correct(SOURCE, "cat " * 21)
    assert desk.first(SOURCE).from_correction is None


def test_neighbours_are_corrections_of_sources_like_it_and_only_where_they_are_asked_for(desk: Desk) -> None:
    desk.correct("Un chien rouge.", "A red dog.")
    made = desk.correct(SOURCE, "The black cat sleeps.")
    text = "Le chat noir mange."
    assert desk.translate(text).segments[0].examples == () and desk.steered == []
    segment = desk.translate(text, memory=False, neighbours=True).segments[0]
    assert desk.steered == [{text: ((SOURCE, "The black cat sleeps."),)}]
    assert (segment.examples, segment.suggestion) == ((made.id,), None)
    desk.store.corrections.delete(made.id, 1)
    assert desk.translate(text, neighbours=True).segments[0].examples == ()


def test_a_real_model_is_steered_and_what_shows_no_states_is_left_alone() -> None:
    plain, fake, source = tiny_translator(), FakeTranslator(), SENTENCES[5]
    knowing = steered(plain, {source: [(source, "It rains.")]}, "en")
    greedy = GreedyOptions(max_length=9)
    own, other = (one.translate_segments([source], "fr", "en", greedy)[0] for one in (plain, knowing))
    assert own.best.token_log_probs != other.best.token_log_probs
    assert steered(fake, {source: [(source, "It rains.")]}, "en") is fake


def test_sources_of_earlier_days_are_read_in_the_background(desk: Desk) -> None:
    desk.correct(SOURCE, "The black cat sleeps.")
    restarted = desk.remembering(only_accepted=False)
    restarted.catch_up()
    restarted.catch_up()
    assert restarted.recall(("fr", "en"), ["Le chat noir mange."])[0].suggestion
    assert restarted.recall(("en", "fr"), ["Le chat noir mange."]) == [NOTHING]


def remembered(text: str, machine: str = "It rain.", model: str = "m@1") -> Remembered:
    return Remembered(
        correction_id="c",
        revision=1,
        source_text="Il pleut.",
        text=text,
        likeness=0.9,
        machine_text=machine,
        model_id=model,
        status="accepted",
        user_id=None,
        updated_at="2026-11-21T00:00:00.000000Z",
    )


@pytest.mark.parametrize(
    ("suggested", "own", "like", "is_shown"),
    [
        (remembered("It rains."), "It snows.", None, True),
        (remembered("It rains."), "It rains.", None, False),
        (remembered("It rains.", machine="It rains."), "It snows.", None, False),
        (remembered("It rains.", machine="It rains."), "It snows.", "It rain.", True),
        (remembered("It rains."), "It snows.", "It  rains.", False),
    ],
)
def test_a_suggestion_is_shown_while_it_tells_the_model_something(
    suggested: Remembered, own: str, like: str | None, is_shown: bool
) -> None:
    asked = Recollection(suggestion=suggested)
    assert settled(asked, own, like) == (asked if is_shown else NOTHING)


def test_only_another_model_is_asked_again() -> None:
    asked = Recollection(suggestion=remembered("It rains."))
    assert (to_translate(asked, "m@1"), to_translate(asked, "m@2")) == (None, "Il pleut.")
    assert to_translate(Recollection(correction=remembered("It rains.")), "m@2") is None
