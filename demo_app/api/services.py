"""What the API asks; the factory's bundle of services has it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from demo_app.services.agreement import AgreementService
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.corrections import CorrectionService
from demo_app.services.dataset import DatasetService
from demo_app.services.exports import ExportService
from demo_app.services.finetuning import FinetuningService
from demo_app.services.judgements import JudgementService
from demo_app.services.own_work import OwnWorkService
from demo_app.services.projects import ProjectService
from demo_app.services.promotion import PromotionService
from demo_app.services.rating_exports import RatingExports
from demo_app.services.readings import ReadingService
from demo_app.services.review import ReviewService
from demo_app.services.translation import TranslationService
from demo_app.services.trust import TrustService
from demo_app.services.turns import TurnService
from demo_app.store.records import TranslationRecord


class Services(Protocol):
    """Use cases, shared with the page."""

    @property
    def translation(self) -> TranslationService: ...
    @property
    def readings(self) -> ReadingService: ...
    @property
    def corrections(self) -> CorrectionService: ...
    @property
    def dataset(self) -> DatasetService: ...
    @property
    def files(self) -> ExportService: ...
    @property
    def projects(self) -> ProjectService: ...
    @property
    def turns(self) -> TurnService: ...
    @property
    def judgements(self) -> JudgementService: ...
    @property
    def own_work(self) -> OwnWorkService: ...
    @property
    def reviews(self) -> ReviewService: ...
    @property
    def agreement(self) -> AgreementService: ...
    @property
    def trusts(self) -> TrustService: ...
    @property
    def ratings(self) -> RatingExports: ...
    @property
    def finetuning(self) -> FinetuningService: ...
    @property
    def promotion(self) -> PromotionService: ...
    @property
    def trials(self) -> BlindTrials: ...
    @property
    def find_translation(self) -> Callable[[str], TranslationRecord]: ...
    @property
    def exports(self) -> Path: ...
