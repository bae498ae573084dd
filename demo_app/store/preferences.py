"""What people preferred to what, other than by correcting: comparisons, and words chosen in the lab."""

from collections.abc import Iterator

from demo_app.store.choices import ChoiceQuery, ChoiceRecord, Choices
from demo_app.store.judgement_records import JudgementQuery, JudgementRecord
from demo_app.store.judgements import Judgements
from demo_app.store.project_records import ItemRecord, ProjectRecord
from demo_app.store.projects import Projects
from demo_app.store.records import USABLE, CorrectionQuery
from demo_app.store.selection import Preference


class Preferences:
    """Every method raises the `StoreError` tree."""

    def __init__(self, projects: Projects, judgements: Judgements, choices: Choices) -> None:
        self._projects, self._judgements, self._choices = projects, judgements, choices

    def stream(self, query: CorrectionQuery) -> Iterator[Preference]:
        """Comparisons, then choices, oldest first: those of the languages, person and statuses that a query
        for corrections asks for, as far as they may be trained on.

        None where it asks for a text or a verdict, which only corrections have. A choice, which nobody
        reviews, counts as submitted."""
        if query.text or query.verdict is not None:
            return
        yield from self._compared(query)
        if "submitted" in query.statuses:
            asked = ChoiceQuery(
                source_language=query.source_language,
                target_language=query.target_language,
                user_id=query.user_id,
            )
            yield from map(_chosen, self._choices.stream(asked))

    def _compared(self, query: CorrectionQuery) -> Iterator[Preference]:
        statuses = tuple(status for status in USABLE if status in query.statuses)
        asked = JudgementQuery(kind="comparison", statuses=statuses, user_id=query.user_id)
        projects = {project.id: project for project in self._projects.all() if _is_of(project, query)}
        for record, item in self._judgements.with_items(asked):
            if project := projects.get(record.project_id):
                yield from _preferred(record, item, project)


def _is_of(project: ProjectRecord, query: CorrectionQuery) -> bool:
    return query.source_language in (None, project.source_language) and query.target_language in (
        None,
        project.target_language,
    )


def _preferred(record: JudgementRecord, item: ItemRecord, project: ProjectRecord) -> Iterator[Preference]:
    """One for each two different texts that were ranked apart."""
    texts = {output.text: place for place, output in enumerate(item.candidates)}
    ranks = {place: record.answer["ranks"][place] for place in texts.values()}
    for chosen, better in texts.items():
        for rejected, worse in texts.items():
            if ranks[better] < ranks[worse]:
                yield Preference(
                    prompt=item.source_text,
                    chosen=chosen,
                    rejected=rejected,
                    source_language=project.source_language,
                    target_language=project.target_language,
                    id=f"{record.id}/{better}-{worse}",
                )


def _chosen(choice: ChoiceRecord) -> Preference:
    return Preference(
        prompt=choice.source_text,
        chosen=choice.chosen,
        rejected=choice.rejected,
        source_language=choice.source_language,
        target_language=choice.target_language,
        id=choice.id,
    )
