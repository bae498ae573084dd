"""What the Models tab shows of a model, a job or a version, as updates of its parts. Asks services."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import gradio as gr
import plotly.graph_objects as go

from demo_app.services.people import acting
from demo_app.services.promotion import VersionInfo, refusal_of
from demo_app.services.refusals import refusal_in
from demo_app.store.job_records import ENDED, JobRecord
from demo_app.ui.feedback import Refusal, Update, sentence_for
from demo_app.ui.models_doubts import doubts_value
from demo_app.ui.models_layout import ModelsParts
from demo_app.ui.models_render import (
    Called,
    history_rows,
    job_value,
    listed_jobs,
    short_name,
    version_name,
    version_rows,
)
from demo_app.ui.models_report import changes_value, version_value
from demo_app.ui.models_trial import trial_value
from demo_app.ui.projects_render import pseudonym
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings
from demo_app.viz.tuning_charts import bleu_curve, loss_curve


def utc_now() -> datetime:
    """To tell how long a job has been running."""
    return datetime.now(UTC)


class ModelsView:
    """Closed over the services and the parts of the page; changes nothing."""

    def __init__(
        self,
        services: Services,
        strings: Strings,
        parts: ModelsParts,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._services, self._strings, self._parts, self._clock = services, strings, parts, clock

    def model_of(self, versions: Any) -> str:
        """Which model the tab is about; raises `Refusal` where there is none."""
        names = self._names()
        asked = versions.get("model") if isinstance(versions, dict) else versions
        if not names:
            raise Refusal(self._strings.models["no_model"])
        return str(asked) if asked else names[0]

    def start(self, model: str) -> Update:
        """What is most worth a look: what runs, else the candidate, else what is in use."""
        live = [one for one in self.jobs(model) if one.state not in ENDED]
        if live:
            return {**self.listed(model), **self.job(live[-1])}
        versions = self._services.promotion.versions(model)
        ranked = {one.alias: one for one in versions}
        # Where the version in use was taken away, the shipped one is there still.
        return self.version(model, (ranked.get("candidate") or ranked.get("production") or versions[0]).id)

    def listed(self, model: str, *, job: str = "", version: str = "") -> Update:
        """Jobs and versions; one of them may be the one that is open."""
        versions = self._services.promotion.versions(model)
        found = {one.id: version_name(self._strings, one, self._snapshots()) for one in versions}
        verdicts = {one.id: one.verdict for one in versions}
        aliases = self._services.promotion.aliases(model)

        def called(version_id: str) -> str:  # it may be gone
            return found.get(version_id) or short_name(self._strings, version_id)

        return {
            **self.queue(model, job),
            self._parts.versions: {
                "models": self._names(),
                "model": model,
                "may_act": acting().may("admin"),
                "selected": version,
                "in_use": called(aliases.production),
                "in_use_id": aliases.production,
                "before": called(aliases.predecessor) if aliases.predecessor else "",
                "trouble": self._services.model_trouble(),
                "rows": version_rows(self._strings, versions, self._snapshots()),
                "history": history_rows(
                    self._strings,
                    aliases.history,
                    self._people(),
                    called,
                    lambda event: refusal_in(event.facts, verdicts.get(event.version)),
                ),
            },
        }

    def queue(self, model: str, selected: str | None = None) -> Update:
        """The jobs alone; what is `selected` stays so if it is not said."""
        chosen = {} if selected is None else {"selected": selected}
        rows = [self.one_job(one) for one in listed_jobs(self.jobs(model))]
        may_act = acting().may("admin")
        return {self._parts.jobs: {"rows": rows, "may_act": may_act, "model": model, **chosen}}

    def one_job(self, job: JobRecord) -> dict[str, Any]:
        """All that is told of a job; what its process prints and how long its curves are, while it lives."""
        tuning = self._services.finetuning
        queue = (one for one in tuning.all() if one.owner == job.owner)
        waiting = [one.id for one in queue if one.state not in ENDED][::-1]
        place = waiting.index(job.id) if job.id in waiting else 0
        value = job_value(self._strings, job, place, self._snapshots(), self._clock())
        if tuning.is_elsewhere(job):
            value["words"] = self._strings.models["elsewhere"].format(words=value["words"])
        if job.state in ENDED:
            return value
        return {**value, "log": tuning.log_tail(job.id), "points": len(tuning.curve(job.id))}

    def jobs(self, model: str) -> list[JobRecord]:
        """Newest first."""
        return [one for one in self._services.finetuning.all() if one.model == model]

    def job(self, job: JobRecord) -> Update:
        """A job that is open."""
        value = {
            **self.one_job(job),
            "log": self._services.finetuning.log_tail(job.id),
            "failed_as": sentence_for(self._services.finetuning.failed_as(job.id), self._strings),
            "doubts": doubts_value(self._strings, self._services.finetuning.doubts(job.id)),
            "may_act": acting().may("admin"),
            "by": self._people()(job.created_by) if job.created_by else "",
        }
        shown = {self._parts.form: {}, self._parts.report: {}, self._parts.job: value}
        return {**self.queue(job.model, job.id), **shown, **self.curves(job.id)}

    def version(self, model: str, version_id: str, asked: Mapping[str, Any] | None = None) -> Update:
        """A version that is open, with its report; raises `NotFoundError`'s kin where it is gone."""
        version, report = self.found(model, version_id)
        value = version_value(
            self._strings, version, report, self._snapshots(), self._services.finetuning.defaults()
        )
        refused = version.alias != "production" and self._is_refused(version)
        value |= {
            "may_act": acting().may("admin"),
            "refused": refused,
            # The gate said yes, but of another comparison than would be made now.
            "stale": refused and value["verdict"] == "passed",
            "doubts": doubts_value(self._strings, report.get("doubts", {})) if report else None,
            "changes": changes_value(report, asked or {}) if report else None,
            "trial": self.trial(model, version_id) if report else None,
        }
        job = next((one for one in self.jobs(model) if one.version == version.id), None)
        closed: Update = {self._parts.form: {}, self._parts.job: {}}
        listed = self.listed(model, version=version.id)
        return {**listed, **closed, self._parts.report: value, **self.curves(job.id if job else "")}

    def trial(self, model: str, version_id: str) -> dict[str, Any]:
        """What people said of the changed translations of a version so far."""
        return trial_value(self._strings, self._services.trials.outcome(model, version_id))

    def found(self, model: str, version_id: str) -> tuple[VersionInfo, dict[str, Any] | None]:
        """With its report, if it has one that can be read."""
        wanted = self._services.promotion.registries.of(model).get(version_id).id
        version = next(one for one in self._services.promotion.versions(model) if one.id == wanted)
        has_report = version.verdict is not None
        return version, self._services.promotion.report(model, wanted) if has_report else None

    def form(self, model: str) -> Update:
        """The form of a new training, open; what can be learned from is counted when it asks for it."""
        frozen = self._services.files.frozen()
        value = {
            "open": True,
            "model": model,
            "snapshots": [[one.id, one.name, one.counts["total"]] for one in frozen],
            "snapshot": frozen[0].id if frozen else "",
            "pending": bool(frozen),
        }
        closed: Update = {self._parts.job: {}, self._parts.report: {}}
        return {**self.listed(model), **closed, self._parts.form: value, **self.curves("")}

    def curves(self, job_id: str) -> Update:
        """Of a job as far as it is; without an id none."""
        words = self._strings.models
        rows = self._services.finetuning.curve(job_id) if job_id else []
        names = {name: words[f"line_{name}"] for name in ("training", "held_out", "general")}
        drawn = loss_curve(rows, names, words["loss"]), bleu_curve(rows, names, words["bleu"])
        return dict(zip(self._parts.charts, map(_plot, drawn), strict=True))

    def _names(self) -> list[str]:
        """Those that serve, best first, then those that cannot be used: it is here that they are mended."""
        usable = [one.name for one in self._services.translation.models()]
        return list(dict.fromkeys([*usable, *self._services.promotion.registries.names()]))

    def _is_refused(self, version: VersionInfo) -> bool:
        registry = self._services.promotion.registries.of(version.model)
        return refusal_of(registry, registry.get(version.id)) is not None

    def _snapshots(self) -> Called:
        names = {one.id: one.name for one in self._services.files.frozen()}
        return lambda snapshot_id: names.get(snapshot_id, snapshot_id[:12])

    def _people(self) -> Called:
        """Administrators, who made the accounts, see their names; to others people are pseudonyms."""
        person_of = self._services.person_of if acting().may("admin") and self._services.login else None
        return lambda who: (person_of(who).name if person_of else "") or pseudonym(self._strings, who)


def _plot(figure: go.Figure | None) -> Any:
    return gr.update(visible=False) if figure is None else gr.update(value=figure, visible=True)
