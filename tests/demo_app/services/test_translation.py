"""The translation service with a real store: limits, batches and records, for many people at once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import (
    BusyError,
    CheckpointNotFoundError,
    EmptyTextError,
    ForbiddenCharacterError,
    InterlinearError,
    NonFiniteScoresError,
    StoreUnavailableError,
    TextTooLongError,
    UnsupportedDirectionError,
)
from core.options import BeamOptions, DecodeOptions, GreedyOptions
from core.results import Origin, Translation
from demo_app.services.model_pool import ModelPool
from demo_app.services.translation import TranslateRequest, TranslationService
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.memory_records import Recollection
from demo_app.store.records import TranslationRecord
from tests.demo_app.store.samples import empty_at
from tests.fakes_translator import FakeTranslator


class Rig:
    """A service on a fake model and a real database."""

    def __init__(self, folder: Path, store: Store, **chosen: float) -> None:
        self.settings = Settings.load(data_dir=folder, models_dir=folder / "models", **chosen)
        self.model = FakeTranslator()
        self.store = store
        pool = ModelPool(self.settings.models_dir, lambda _: self.model)
        self.service = TranslationService(self.settings, pool, store.translations)

    def run(self, *requests: TranslateRequest) -> list[TranslationRecord | BaseException]:
        """All of them at once."""

        async def everyone() -> list[TranslationRecord | BaseException]:
            return await asyncio.gather(*map(self.service.translate, requests), return_exceptions=True)

        return asyncio.run(everyone())

    def one(self, request: TranslateRequest) -> TranslationRecord:
        (result,) = self.run(request)
        if isinstance(result, BaseException):
            raise result
        return result


@pytest.fixture
def make_rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    (tmp_path / "models" / "fake").mkdir(parents=True)
    (tmp_path / "models" / "fake" / "config.json").write_text("{}")
    ids = count()
    store = open_store(
        empty_at(tmp_path / "test.db"), clock=lambda: datetime.now(UTC), new_id=lambda: f"id{next(ids)}"
    )
    rigs: list[Rig] = []

    def make(**chosen: float) -> Rig:
        rigs.append(Rig(tmp_path, store, **chosen))
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.model.may_run.set()
        rig.service.close()
    store.close()


def ask(text: str, options: DecodeOptions | None = None, source: str = "fr") -> TranslateRequest:
    target = "en" if source == "fr" else "fr"
    return TranslateRequest(text=text, source=source, target=target, options=options or GreedyOptions())


def test_a_text_comes_back_with_its_own_line_breaks_and_is_stored(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    text = "Le chat dort. Il rêve !\n\nBonne nuit."
    record = rig.one(ask(text))
    assert record.target_text == "eL tahc .trod lI evêr !\n\nennoB .tiun"
    assert [segment.separator for segment in record.segments] == [" ", "\n\n", ""]
    assert record.source_text == text
    assert (record.model_id, record.options["mode"]) == (rig.model.model_id, "greedy")
    assert Origin(record.model_digest, record.tokenizer_digest, record.signature) == rig.model.origin
    assert rig.store.translations.get(record.id) == record


def test_beam_keeps_its_n_best_list(make_rig: Callable[..., Rig]) -> None:
    record = make_rig().one(ask("Bonjour.", BeamOptions(beam_size=4, n_best=3)))
    assert len(record.segments[0].hypotheses) == 3
    assert record.options["beam_size"] == 4


texts = st.lists(
    st.sampled_from(["un", "deux.", "Trois", "A b c. D e f.", "Q ?\nR !"]), min_size=1, max_size=3
)
requests = st.lists(
    st.builds(
        ask,
        texts.map(" ".join),
        st.sampled_from([GreedyOptions(), BeamOptions(n_best=2), BeamOptions(beam_size=3)]),
        st.sampled_from(["fr", "en"]),
    ),
    max_size=10,
)


def test_many_at_once_get_what_each_would_get_alone(make_rig: Callable[..., Rig]) -> None:
    alone, together = make_rig(max_batch=1, batch_wait_ms=0), make_rig(max_batch=3, batch_wait_ms=1)

    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(requests)
    def check(asked: list[TranslateRequest]) -> None:
        for request, result in zip(asked, together.run(*asked), strict=True):
            assert isinstance(result, TranslationRecord)
            assert result.segments == alone.one(request).segments
            assert result.source_text == request.text

    check()
    assert all(len(call.texts) <= 3 for call in together.model.decoded)


def test_a_batch_never_mixes_directions_or_options(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    asked = [ask(f"mot {n}", BeamOptions(beam_size=1 + n % 2), ("fr", "en")[n % 3 % 2]) for n in range(24)]
    rig.run(*asked)
    wanted = {(request.text, request.source, request.options) for request in asked}
    got = [(text, call.source, call.options) for call in rig.model.decoded for text in call.texts]
    assert set(got) == wanted
    assert len(got) == len(asked)
    assert len(rig.model.decoded) < len(asked)


def test_one_poisoned_text_fails_alone(make_rig: Callable[..., Rig]) -> None:
    results = make_rig().run(*(ask(text) for text in ["un", "poison", "deux", "trois. poison", "quatre"]))
    assert [isinstance(result, NonFiniteScoresError) for result in results] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert [r.target_text for r in results if isinstance(r, TranslationRecord)] == ["nu", "xued", "ertauq"]


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (ask(""), EmptyTextError),
        (ask(" \n\t "), EmptyTextError),
        (ask("Bonjour ! " * 2000), TextTooLongError),
        (ask("a" * 3000), TextTooLongError),
        (ask("a\0b"), ForbiddenCharacterError),
        (ask("a\x1bb"), ForbiddenCharacterError),
        (ask("a\ud800b"), ForbiddenCharacterError),
        (ask("Oui. " * 51), TextTooLongError),
        (ask("mot " * 201), TextTooLongError),
        (TranslateRequest(text="Bonjour", source="fr", target="zh"), UnsupportedDirectionError),
        (TranslateRequest(text="Bonjour", source="fr", target="fr"), UnsupportedDirectionError),
        (
            TranslateRequest(text="Bonjour", source="fr", target="en", model="../fake"),
            CheckpointNotFoundError,
        ),
    ],
)
def test_what_cannot_be_translated_is_refused_before_the_model_runs(
    make_rig: Callable[..., Rig], request_: TranslateRequest, error: type[InterlinearError]
) -> None:
    rig = make_rig()
    with pytest.raises(error) as caught:
        rig.one(request_)
    assert str(caught.value).endswith(".")
    assert rig.model.decoded == []


@pytest.mark.parametrize(
    "text", ["Salut 👩‍👩‍👧 !", "مرحبا يا عالم", "<script>alert('x')</script>", "=1+1", "一二三。四五六。"]
)
def test_unusual_text_is_translated_and_stored_as_it_is(make_rig: Callable[..., Rig], text: str) -> None:
    rig = make_rig()
    record = rig.one(ask(text))
    assert rig.store.translations.get(record.id).source_text == text


def test_a_translation_that_takes_too_long_says_so_and_the_next_one_works(
    make_rig: Callable[..., Rig],
) -> None:
    rig = make_rig(request_timeout_s=0.5)
    rig.model.may_run.clear()
    with pytest.raises(BusyError, match=r"at most 0\.5 s"):
        rig.one(ask("lent"))
    rig.model.may_run.set()
    assert rig.one(ask("vite")).target_text == "etiv"


def test_too_many_waiting_is_busy_and_the_others_are_served(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(queue_size=100, max_batch=50)

    async def scenario() -> list[TranslationRecord | BaseException]:
        rig.model.may_run.clear()
        first = asyncio.create_task(rig.service.translate(ask("un")))
        await asyncio.to_thread(rig.model.is_running.wait, 10)
        others = [asyncio.create_task(rig.service.translate(ask("Oui. " * 40))) for _ in range(3)]
        done, _ = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
        assert [type(task.exception()) for task in done] == [BusyError]
        rig.model.may_run.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    results = asyncio.run(scenario())
    assert sum(isinstance(result, TranslationRecord) for result in results) == 3


def test_a_visitor_who_leaves_takes_nobody_along(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()

    async def scenario() -> list[TranslationRecord | BaseException]:
        rig.model.may_run.clear()
        tasks = [asyncio.create_task(rig.service.translate(ask(f"mot {n}"))) for n in range(6)]
        await asyncio.to_thread(rig.model.is_running.wait, 10)
        tasks[0].cancel()
        tasks[3].cancel()
        rig.model.may_run.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(scenario())
    assert [isinstance(result, TranslationRecord) for result in results] == [
        n not in (0, 3) for n in range(6)
    ]


class FullDisk:
    """A store that refuses the first translation."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.refusals = 1

    def add(self, translation: Translation, recalled: Sequence[Recollection] = (), /) -> TranslationRecord:
        if self.refusals:
            self.refusals -= 1
            raise StoreUnavailableError("The disk is full.")
        return self.store.translations.add(translation, recalled)


def test_a_store_that_cannot_keep_it_is_told_and_the_service_goes_on(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    pool = ModelPool(rig.settings.models_dir, lambda _: rig.model)
    rig.service.close()
    rig.service = TranslationService(rig.settings, pool, FullDisk(rig.store))
    with pytest.raises(StoreUnavailableError):
        rig.one(ask("un"))
    assert rig.one(ask("un")).target_text == "nu"


def test_twenty_identical_requests_grow_nothing(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(batch_wait_ms=0)
    rig.one(ask("mot"))
    before = sizes(rig.service)
    rig.run(*[ask("mot")] * 20)
    assert sizes(rig.service) == before


def sizes(thing: object, depth: int = 4) -> dict[str, int]:
    """Length of every container under the object's own attributes."""
    found: dict[str, int] = {}
    for name, value in getattr(thing, "__dict__", {}).items():
        if isinstance(value, dict | list | set | tuple):
            found[name] = len(value)
        elif depth and type(value).__module__.startswith("demo_app"):
            found |= {f"{name}.{inner}": size for inner, size in sizes(value, depth - 1).items()}
    return found


def test_models_are_listed_for_the_page(make_rig: Callable[..., Rig]) -> None:
    (info,) = make_rig().service.models()
    assert (info.name, info.directions) == ("fake", (("fr", "en"), ("en", "fr")))
