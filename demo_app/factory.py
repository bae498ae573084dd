"""Builds store, services and page once, and puts them behind one ASGI application."""

import contextlib
import socket
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.types import ASGIApp

from core.changes import Change
from core.errors import CheckpointError, ConfigError
from core.insight import Insight, under
from core.translator import Translator
from demo_app.api.build import build_api
from demo_app.api.errors import BELOW
from demo_app.services.accounts import AccountService
from demo_app.services.agreement import AgreementService
from demo_app.services.attempts import Attempts
from demo_app.services.choices import ChoiceService
from demo_app.services.comparisons import ComparisonService
from demo_app.services.corrections import CorrectionService
from demo_app.services.course import CourseService
from demo_app.services.dataset import DatasetService
from demo_app.services.exports import build_exports
from demo_app.services.guarded_corrections import GuardedCorrections
from demo_app.services.guarded_reviews import GuardedReviewQueue, GuardedReviews
from demo_app.services.judgements import JudgementService
from demo_app.services.judging import Judging
from demo_app.services.learning import answers_of, build_finetuning, build_promotion, build_trials, tuned_now
from demo_app.services.loading import open_pool
from demo_app.services.model_pool import ModelPool
from demo_app.services.own_work import build_own_work
from demo_app.services.passwords import Passwords
from demo_app.services.people import LOCAL, Person, acting, local_person
from demo_app.services.pretranslation import Pretranslation
from demo_app.services.project_files import ProjectFiles
from demo_app.services.projects import ProjectService
from demo_app.services.quality.gate import Assesses, Gate
from demo_app.services.quality.languages import Detector, LangidDetector, reads_like
from demo_app.services.rating_exports import RatingExports
from demo_app.services.readings import ReadingService
from demo_app.services.review import ReviewService
from demo_app.services.secret_key import secret_key
from demo_app.services.served_model import ServedModel
from demo_app.services.serving import serve
from demo_app.services.translation import TranslationService
from demo_app.services.trust import TrustService
from demo_app.services.turns import TurnService
from demo_app.settings import Settings
from demo_app.store.corrections import Corrections
from demo_app.store.database import Store, open_store
from demo_app.ui.blocks import build_page
from demo_app.ui.edge import edged
from demo_app.ui.language import LANGUAGES, Language, by_language
from demo_app.ui.mount import mount_page
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings, load_strings
from demo_app.web.compressed import compressed
from demo_app.web.guard import account_asking, guarded
from demo_app.web.hosts import addressed, hosts_of
from demo_app.web.pages import Pages
from demo_app.web.routes import Web, account_routes
from demo_app.web.session import Sessions


@dataclass(frozen=True)
class App:
    """What a server runs, and how to stop it."""

    asgi: ASGIApp
    close: Callable[[], None]
    """Finish the running batch and close the database. The ASGI shutdown does it too; twice is harmless."""


def create_app(settings: Settings, passwords: Passwords | None = None) -> App:
    """Raises `StoreError` when the database cannot be opened; a missing model is told on the page instead."""
    closing = contextlib.ExitStack()
    with contextlib.ExitStack() as undo:
        undo.push(closing)
        store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
        closing.callback(store.close)
        accounts = build_accounts(settings, store, passwords) if settings.login else None
        services = build_services(settings, store, closing, accounts)
        strings = {language: load_strings(language.code) for language in LANGUAGES}
        pages = {language: build_page(services, strings[language]) for language in LANGUAGES}
        web = build_web(settings, store, accounts, services, strings) if accounts else None
        programs = build_api(services, settings, web.sessions if web else None)
        undo.pop_all()
    return App(asgi=_mount(settings, pages, programs, closing.close, web), close=closing.close)


def build_accounts(settings: Settings, store: Store, passwords: Passwords | None = None) -> AccountService:
    """Raises `ConfigError` or `StoreUnavailableError` for the secret key."""
    attempts = Attempts(time.monotonic)
    return AccountService(
        store.users, settings.licence, secret_key(settings), attempts, passwords or Passwords()
    )


def build_web(
    settings: Settings,
    store: Store,
    accounts: AccountService,
    services: Services,
    strings: Mapping[Language, Strings],
) -> Web:
    """The pages of accounts."""
    models = services.translation.models()
    return Web(
        accounts=accounts,
        sessions=Sessions(accounts, accounts.key, settings.session_hours),
        own_work=services.own_work,
        pages=Pages(strings),
        codes=sorted({code for model in models for direction in model.directions for code in direction}),
    )


def build_services(
    settings: Settings, store: Store, closing: contextlib.ExitStack, accounts: AccountService | None = None
) -> Services:
    """All use cases. What must be closed is told to `closing`; without `accounts` anybody may do all."""
    person = acting if accounts else local_person
    corrections = GuardedCorrections(store.database, utc_now, new_id, person)
    pool = open_pool(settings)
    serving = serve(settings, store, pool, person, utc_now)
    closing.callback(serving.close)
    readings = ReadingService(settings, pool, store.translations, Opener())
    gate = Gate(pool, store.corrections, LangidDetector(), settings.max_segment_pieces)
    correcting = CorrectionService(settings, corrections, store.translations, gate)
    projects = build_projects(settings, store, pool, person)
    return Services(
        translation=serving.translation,
        readings=readings,
        choices=ChoiceService(store.choices, person),
        comparisons=ComparisonService(pool, store.translations, readings, Opener()),
        corrections=correcting,
        dataset=DatasetService(settings, corrections, gate),
        files=build_exports(settings, store, person, utc_now),
        projects=projects,
        turns=TurnService(projects, store.queue, correcting, person),
        judgements=build_judgements(settings, store, person),
        own_work=build_own_work(store, corrections, build_judgements(settings, store, person), person),
        agreement=AgreementService(store.projects, answers_of(store), person),
        trusts=TrustService(store.projects, answers_of(store), person),
        ratings=RatingExports(store.projects, store.preferences, person),
        courses=CourseService(store.projects, store.judgements, store.project_edits, person),
        reviews=build_reviews(settings, store, corrections, gate, person),
        finetuning=build_finetuning(settings, store, person, utc_now, new_id),
        promotion=build_promotion(settings, pool, person, utc_now, partial(tuned_now, settings, store)),
        trials=build_trials(settings, store, person),
        find_translation=store.translations.get,
        reads_like=partial(_reads_like, serving.translation, gate.detector),
        model_trouble=partial(model_trouble, pool),
        person_of=accounts.person if accounts else lambda _: LOCAL,
        login=accounts is not None,
        exports=Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="interlinear-"))),
    )


def _reads_like(translation: TranslationService, detector: Detector, text: str, language: str) -> str | None:
    readable = {source for model in translation.models() for source, _ in model.directions}
    return reads_like(text, language, sorted(readable), detector)


def build_judgements(settings: Settings, store: Store, person: Callable[[], Person]) -> JudgementService:
    """Ratings and comparisons."""
    judging = Judging(settings, store.projects, store.translations)
    return JudgementService(judging, store.judgements, store.judgement_queue, store.judgement_reviews, person)


def build_projects(
    settings: Settings, store: Store, pool: ModelPool, person: Callable[[], Person]
) -> ProjectService:
    """Projects and their files."""
    pretranslation = Pretranslation(store.database, store.translations)
    files = ProjectFiles(settings, store.projects, pretranslation)
    return ProjectService(store.projects, files, pool, store.users, person)


def build_reviews(
    settings: Settings, store: Store, corrections: Corrections, gate: Assesses, person: Callable[[], Person]
) -> ReviewService:
    """What reviewers decide."""
    queue = GuardedReviewQueue(store.database, person)
    return ReviewService(
        settings, queue, GuardedReviews(store.database, utc_now, person), corrections, gate, person
    )


class Opener:
    """Looks into models that `Translator.load` opened."""

    def insight(self, model: ServedModel) -> Insight:
        return Insight(_translator(model))

    def under(self, model: ServedModel, change: Change) -> ServedModel:
        return under(_translator(model), change)


def _translator(model: ServedModel) -> Translator:
    if not isinstance(model, Translator):
        raise TypeError(f"Only a Translator can be looked into, but this is a {type(model).__name__}.")
    return model


def model_trouble(pool: ModelPool) -> str:
    """A sentence for each model that cannot be used, or why there is none; empty when all is well."""
    try:
        pool.get()
    except CheckpointError as error:
        return str(error)
    return " ".join(pool.problems().values())


def open_port(host: str, port: int) -> socket.socket:
    """Bound before anything slow happens; raises `ConfigError` when the address is taken or not ours."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Else each answer waits 40 ms for an acknowledgement between its head and its body (Nagle's algorithm).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"Port {port} on {host} cannot be used ({error.strerror or error}); "
            "stop the program that has it, or choose another with --port."
        ) from error
    return listener


def utc_now() -> datetime:
    """The only clock that dates records."""
    return datetime.now(UTC)


def new_id() -> str:
    """A random id for a record."""
    return uuid.uuid4().hex


def _mount(
    settings: Settings,
    pages: Mapping[Language, gr.Blocks],
    programs: ASGIApp,
    close: Callable[[], None],
    web: Web | None,
) -> ASGIApp:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        close()

    # No OpenAPI pages: theirs load scripts from another host.
    api = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    api.mount(BELOW, programs)
    if web:
        api.include_router(account_routes(web))
    # The one at `/` takes whatever comes to it: it is mounted last.
    for language, page in sorted(pages.items(), key=lambda item: item[0].folder, reverse=True):
        mount_page(api, language, page, account_asking if web else None)
    app = by_language(api)
    hosts = hosts_of(settings.host, settings.allowed_hosts)
    return edged(compressed(guarded(app, web.sessions) if web else addressed(app, hosts)))
