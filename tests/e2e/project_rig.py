"""A project in the database of a running server, answered by people who are not at the browser."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from demo_app.factory import new_id, utc_now
from demo_app.services.blind import Blind, seed_of
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.judgement_records import JudgementKind, NewJudgement
from demo_app.store.project_records import NewItem, NewProject, Output, Task
from demo_app.store.records import UNCHECKED, Assessment, CorrectionRecord, NewCorrection
from tests.demo_app.store.samples import translation

ADA, BOB = "ada00001", "bob00002"
GERMAN = Assessment(
    ({"check": "language", "severity": "severe", "values": {"found": "de", "wanted": "en"}},), "quarantined"
)


@dataclass(frozen=True)
class Answered:
    """One project."""

    store: Store
    id: str
    name: str

    def item(self, source: str, machine: str, others: tuple[str, ...] = (), **more: object) -> None:
        """A text with its translation, and with the `others`."""
        shown = self.store.translations.add(translation(source, machine))
        output = Output(text=machine, made_by="fr-en", translation_id=shown.id)
        beside = tuple(Output(text=text, made_by=f"column {at}") for at, text in enumerate(others, start=3))
        line = self.store.projects.progress(self.id).items + 1
        outputs, rank = (output, *beside), line / 1000
        item = NewItem(line=line, source_text=source, candidates=outputs, rank=rank, **more)  # type: ignore[arg-type]
        self.store.projects.add_items(self.id, [item])

    def correct(
        self, who: str, text: str | Mapping[str, str], assessed: Assessment = UNCHECKED, flag: str = ""
    ) -> CorrectionRecord:
        """The next text of a person, corrected; `text` may be one for each source."""
        turn = self.store.queue.take(self.id, who)
        assert turn is not None
        if flag:
            self.store.queue.flag(turn.slot_id, who, flag)
        output = turn.item.candidates[0]
        assert output.translation_id
        written = text if isinstance(text, str) else text[turn.item.source_text]
        new = NewCorrection(output.translation_id, 0, 0, written, "corrected", 12, user_id=who)
        made: list[CorrectionRecord] = []

        def save() -> str:
            made.append(self.store.corrections.add(new, assessed))
            return made[0].id

        self.store.queue.answer(turn.slot_id, who, save)
        return made[0]

    def rate(self, who: str, score: int, *spans: dict[str, object]) -> None:
        """The next text of a person, rated."""
        self._judge(who, "rating", {"score": score, "spans": list(spans), "proposed": []})

    def compare(self, who: str, *ranks: int) -> None:
        """The next texts of a person, ranked in the order of their making."""
        self._judge(who, "comparison", {"ranks": list(ranks)})

    def _judge(self, who: str, kind: JudgementKind, answer: dict[str, object]) -> None:
        turn = self.store.queue.take(self.id, who)
        assert turn is not None
        if kind == "comparison":
            blind = Blind(tuple(one.text for one in turn.item.candidates), seed_of(turn.item.id, who))
            answer |= {"seed": blind.seed, "order": list(blind.order)}
        new = NewJudgement(item_id=turn.item.id, kind=kind, answer=answer, duration_s=9, user_id=who)
        self.store.queue.answer(turn.slot_id, who, lambda: self.store.judgements.add(new).id)


@contextmanager
def project_in(
    settings: Settings,
    name: str,
    task: Task = "post_edit",
    annotators: int = 2,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Answered]:
    """An empty one."""
    store = open_store(settings.database_url, clock=clock, new_id=new_id)
    new = NewProject(name=name, source_language="fr", target_language="en", task=task, annotators=annotators)
    yield Answered(store, store.projects.add(new).id, name)
    store.close()
