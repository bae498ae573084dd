"""What happens to trainings on the Models tab: choose what to learn from, start, watch, cancel."""

from typing import Any

from core.errors import CheckpointError, ConfigError, InputError, StoreError
from demo_app.services.finetuning import FinetuneRequest
from demo_app.store.job_records import ENDED
from demo_app.ui.components.values import read_id
from demo_app.ui.feedback import Update, said, told
from demo_app.ui.models_form import read_freeze, read_options
from demo_app.ui.models_layout import ModelsParts
from demo_app.ui.models_render import plan_value
from demo_app.ui.models_view import ModelsView
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

TOLD_IN_THE_FORM = (CheckpointError, ConfigError, InputError, StoreError)


class TrainingHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: ModelsParts, view: ModelsView) -> None:
        self._services, self._strings, self._parts, self._view = services, strings, parts, view

    def open_training(self, versions: Any) -> Update:
        """The form of a new training."""
        return self._view.form(self._view.model_of(versions))

    def plan_training(self, form: Any) -> Update:
        """What the snapshot that is chosen gives to learn from, and what to judge by."""
        fields = _fields(form)
        try:
            snapshot, model = str(fields.get("snapshot") or ""), self._view.model_of(fields.get("model"))
            plan = plan_value(self._strings, self._services.finetuning.plan(snapshot, model))
        except TOLD_IN_THE_FORM as error:
            plan = self._problem(error)
        return self._form(fields, plan=plan)

    def freeze_training(self, form: Any) -> Update:
        """A new snapshot, chosen at once."""
        fields = _fields(form)
        try:
            made = self._services.files.freeze(*read_freeze(fields))
        except TOLD_IN_THE_FORM as error:
            return self._form(fields, frozen=self._problem(error))
        frozen = self._services.files.frozen()
        listed = [[one.id, one.name, one.counts["total"]] for one in frozen]
        return self._form(fields, snapshots=listed, snapshot=made.id, pending=True, frozen={"id": made.id})

    def start_training(self, form: Any) -> Update:
        """Put it into the queue; what stands against it is told in the form."""
        fields = _fields(form)
        try:
            model = self._view.model_of(fields.get("model"))
            options = read_options(fields, self._services.finetuning.defaults())
            asked = FinetuneRequest(snapshot=str(fields.get("snapshot") or ""), model=model, options=options)
            job = self._services.finetuning.start(asked)
        except TOLD_IN_THE_FORM as error:
            return self._form(fields, **self._problem(error))
        return {**self._view.job(job), self._parts.versions: self._listed(model)}

    def open_job(self, jobs: Any) -> Update:
        """One job: how far it is, or why it ended."""
        job = self._services.finetuning.get(read_id(jobs))
        return {**self._view.job(job), self._parts.versions: self._listed(job.model)}

    def watch_jobs(self, jobs: Any, versions: Any) -> Update:
        """What became of the jobs. What is open is left to itself: it hears of them from the list."""
        listed = _fields(jobs)
        model = self._view.model_of(listed.get("model"))
        rows = listed.get("rows")
        before = {
            row.get("id") for row in map(_fields, rows if isinstance(rows, list) else ()) if row.get("live")
        }
        after = {one.id for one in self._view.jobs(model) if one.state not in ENDED}
        if before <= after:
            return self._view.queue(model)
        every = self._view.listed(model, version=read_id(versions))
        return {**every, **self._view.queue(model)}

    def draw_curves(self, job: Any) -> Update:
        """The curves of the job that is open, which have grown."""
        return self._view.curves(read_id(_fields(job).get("id")))

    def settle_job(self, job: Any) -> Update:
        """The job that is open has ended: what came of it, or why nothing did."""
        found = self._services.finetuning.get(read_id(_fields(job).get("id")))
        if found.state != "succeeded" or self._services.finetuning.is_elsewhere(found):
            return self._view.job(found)
        words = self._strings.models["succeeded_now"]
        return {**self._view.version(found.model, found.version), self._parts.notice: said(words)}

    def cancel_job(self, job: Any) -> Update:
        """Take it out of the queue, or ask its process to stop."""
        found = self._services.finetuning.cancel(read_id(_fields(job).get("id")))
        return self._view.job(found)

    def start_again(self, job: Any) -> Update:
        """The same as a new job at the end of the queue, which is shown then."""
        again = self._services.finetuning.start_again(read_id(_fields(job).get("id")))
        return {**self._view.job(again), self._parts.versions: self._listed(again.model)}

    def _listed(self, model: str) -> Any:
        return self._view.listed(model)[self._parts.versions]

    def _problem(self, error: Exception) -> dict[str, str]:
        notice = told(error, self._strings)
        return {"problem": " ".join(filter(None, (notice["text"], notice["detail"])))}

    def _form(self, fields: dict[str, Any], **change: Any) -> Update:
        kept = {name: fields.get(name) for name in ("open", "model", "snapshots", "snapshot", "plan")}
        return {self._parts.form: {**kept, **change}}


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
