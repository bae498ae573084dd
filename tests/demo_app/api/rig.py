"""The API over real services, tiny models and a real database, asked without a network."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.types import ASGIApp

from demo_app.api.build import build_api
from demo_app.api.errors import BELOW
from demo_app.factory import build_judgements, build_projects, build_reviews, new_id, utc_now
from demo_app.services.accounts import AccountService
from demo_app.services.agreement import AgreementService
from demo_app.services.answers import Answers
from demo_app.services.attempts import Attempts
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.corrections import CorrectionService
from demo_app.services.dataset import DatasetService
from demo_app.services.exports import ExportService, build_exports
from demo_app.services.finetuning import FinetuningService
from demo_app.services.guarded_corrections import GuardedCorrections
from demo_app.services.judgements import JudgementService
from demo_app.services.learning import build_finetuning, build_promotion, build_trials
from demo_app.services.memory import TranslationMemory
from demo_app.services.own_work import OwnWorkService, build_own_work
from demo_app.services.passwords import Passwords
from demo_app.services.people import acting, local_person
from demo_app.services.projects import ProjectService
from demo_app.services.promotion import PromotionService
from demo_app.services.quality.findings import Candidate
from demo_app.services.rating_exports import RatingExports
from demo_app.services.readings import ReadingService
from demo_app.services.review import ReviewService
from demo_app.services.translation import TranslationService
from demo_app.services.trust import TrustService
from demo_app.services.turns import TurnService
from demo_app.store.records import UNCHECKED, Assessment, TranslationRecord
from demo_app.web.guard import guarded
from demo_app.web.session import COOKIE, Sessions
from tests.demo_app.services.lab_rig import Rig, tiny

PASSWORD = "correct horse battery"
MEMBERS = {"ada": "annotator", "bob": "annotator", "eve": "reviewer", "root": "admin"}
SITE = "http://api.test"


@dataclass(frozen=True)
class Bundle:
    """What the factory's bundle has for the API."""

    translation: TranslationService
    readings: ReadingService
    corrections: CorrectionService
    dataset: DatasetService
    files: ExportService
    projects: ProjectService
    turns: TurnService
    judgements: JudgementService
    own_work: OwnWorkService
    reviews: ReviewService
    agreement: AgreementService
    trusts: TrustService
    ratings: RatingExports
    finetuning: FinetuningService
    promotion: PromotionService
    trials: BlindTrials
    find_translation: Callable[[str], TranslationRecord]
    exports: Path


class Choosy:
    """A gate that sets aside what says that it is garbage."""

    def assess(self, one: Candidate) -> Assessment:
        if "garbage" not in one.corrected_text:
            return UNCHECKED
        return Assessment(({"check": "repeated", "severity": "severe", "values": {}},), "quarantined")


class Caller:
    """A program of somebody's."""

    def __init__(self, app: ASGIApp, cookie: str = "") -> None:
        self._app = app
        self._headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}

    def __call__(self, method: str, path: str, body: Any = None, **asked: Any) -> httpx.Response:
        headers = {**self._headers, **asked.pop("headers", {})}
        body = asked.pop("json", body)
        sent = {} if body is None else {"content": json.dumps(body)}
        headers |= {"content-type": "application/json"} if sent else {}
        return asyncio.run(self._ask(method, BELOW + path, headers=headers, **sent, **asked))

    async def _ask(self, method: str, url: str, **asked: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
            return await client.request(method, url, **asked)


class ApiRig(Rig):
    """With people who log in, or for whoever sits at the machine."""

    def __init__(self, folder: Path, login: bool = True, **models: str) -> None:
        super().__init__(
            folder, {name: tiny(kind) for name, kind in (models or {"tiny": "additive"}).items()}
        )
        kept = self.store.translations
        person = acting if login else local_person
        self.translation.close()
        memory = TranslationMemory(self.store.memory, person, only_accepted=login)
        self.translation = TranslationService(self.settings, self.pool, kept, memory)
        corrections = GuardedCorrections(self.store.database, utc_now, new_id, person)
        correcting = CorrectionService(self.settings, corrections, kept, Choosy())
        projects = build_projects(self.settings, self.store, self.pool, person)
        answers = Answers(self.store.judgements, self.store.project_edits)
        judgements = build_judgements(self.settings, self.store, person)
        self.bundle = Bundle(
            projects=projects,
            turns=TurnService(projects, self.store.queue, correcting, person),
            judgements=judgements,
            own_work=build_own_work(self.store, corrections, judgements, person),
            reviews=build_reviews(self.settings, self.store, corrections, Choosy(), person),
            translation=self.translation,
            readings=self.readings,
            corrections=correcting,
            dataset=DatasetService(self.settings, corrections, Choosy()),
            files=build_exports(self.settings, self.store, person, utc_now),
            agreement=AgreementService(self.store.projects, answers, person),
            trusts=TrustService(self.store.projects, answers, person),
            ratings=RatingExports(self.store.projects, self.store.preferences, person),
            finetuning=build_finetuning(self.settings, self.store, person, utc_now, new_id),
            promotion=build_promotion(self.settings, self.pool, person, utc_now, lambda: ""),
            trials=build_trials(self.settings, self.store, person),
            find_translation=kept.get,
            exports=folder / "exports",
        )
        self._let_in(login)

    def _let_in(self, login: bool) -> None:
        """The application, and the people who may log in."""
        weak = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.accounts = AccountService(
            self.store.users, self.settings.licence, "k" * 32, Attempts(time.monotonic), weak
        )
        self.sessions = Sessions(self.accounts, self.accounts.key, 1) if login else None
        outer = FastAPI(openapi_url=None)
        outer.mount(BELOW, build_api(self.bundle, self.settings, self.sessions))
        self.app: ASGIApp = guarded(outer, self.sessions) if self.sessions else outer
        for name, role in MEMBERS.items() if login else ():
            user = self.accounts.add(name, PASSWORD, role)
            self.accounts.set_languages(user.id, {"fr": 4, "en": 5})
            self.accounts.accept_licence(user.id)

    def caller(self, name: str = "") -> Caller:
        """Logged in, if a name is given."""
        if not name:
            return Caller(self.app)
        told = Caller(self.app)("POST", "/login", {"name": name, "password": PASSWORD})
        assert told.status_code == 200, told.text
        return Caller(self.app, told.cookies[COOKIE])

    def described(self) -> dict[str, Any]:
        """openapi.json."""
        description: dict[str, Any] = Caller(self.app)("GET", "/openapi.json").json()
        return description
