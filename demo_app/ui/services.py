"""What the page may ask for, in one bundle that the factory fills."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from demo_app.services.agreement import AgreementService
from demo_app.services.blind_trials import BlindTrials
from demo_app.services.choices import ChoiceService
from demo_app.services.comparisons import ComparisonService
from demo_app.services.corrections import CorrectionService
from demo_app.services.course import CourseService
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
from demo_app.ui.rights import PersonOf


@dataclass(frozen=True, kw_only=True)
class Services:
    """Built once; closed over by the handlers."""

    translation: TranslationService
    readings: ReadingService
    comparisons: ComparisonService
    choices: ChoiceService
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
    courses: CourseService
    finetuning: FinetuningService
    promotion: PromotionService
    trials: BlindTrials
    find_translation: Callable[[str], TranslationRecord]
    """Raises `NotFoundError`."""
    reads_like: Callable[[str, str], str | None]
    """Of a text and its language: the language that some model reads and that the text is rather in."""
    model_trouble: Callable[[], str]
    """A sentence for each model that cannot be used; empty when all is well."""
    person_of: PersonOf
    """Who is calling."""
    login: bool
    """Whether somebody must log in: the page then says who did."""
    clock: Callable[[], float] = time.monotonic
    """Monotonic seconds: how long a person took."""
    exports: Path
    """Folder for files to download; emptied when the program ends."""
