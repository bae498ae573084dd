"""What happens to versions on the Models tab: look, promote, roll back, clean up."""

from typing import Any

from core.config import require_range
from core.errors import ConfigError
from demo_app.ui.components.values import read_id, read_whole
from demo_app.ui.feedback import Update, said
from demo_app.ui.models_layout import ModelsParts
from demo_app.ui.models_render import short_name
from demo_app.ui.models_report import changes_value
from demo_app.ui.models_view import ModelsView
from demo_app.ui.services import Services
from demo_app.ui.strings import Strings

MAX_KEPT = 1000


class ModelsHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: ModelsParts, view: ModelsView) -> None:
        self._services, self._strings, self._parts, self._view = services, strings, parts, view

    def open_models(self, versions: Any) -> Update:
        """A model as it is now; what is open stays open if it is there still."""
        model, chosen = self._view.model_of(versions), read_id(versions)
        known = {one.id for one in self._services.promotion.versions(model)}
        return self._view.version(model, chosen) if chosen in known else self._view.start(model)

    def choose_model(self, versions: Any) -> Update:
        """Another model, at what is most worth a look."""
        return self._view.start(self._view.model_of(versions))

    def open_version(self, versions: Any) -> Update:
        """One version with its report."""
        return self._view.version(self._view.model_of(versions), read_id(versions))

    def sift_changes(self, report: Any) -> Update:
        """Other changed translations: of a set, of an outcome, another page."""
        model, version_id, asked = _read_report(report)
        return {
            self._parts.report: {
                **(report if isinstance(report, dict) else {}),
                "changes": changes_value(self._services.promotion.report(model, version_id), asked),
            }
        }

    def print_report(self, report: Any) -> Update:
        """The report as a page that stands alone, for the browser to show in a tab of its own."""
        model, version_id, _ = _read_report(report)
        page = self._services.promotion.report_page(model, version_id)
        return {self._parts.report: {**(report if isinstance(report, dict) else {}), "page": page}}

    def send_trial(self, report: Any) -> Update:
        """Put translations that changed before people, who compare them blind on the Annotate tab."""
        model, version_id, _ = _read_report(report)
        sent, asked = self._view.trial(model, version_id)["sent"], report.get("send")
        at_most, annotators = read_whole("at_most", asked), read_whole("annotators", asked)
        self._services.trials.send(model, version_id, at_most, annotators)
        trial = self._view.trial(model, version_id)
        words = self._strings.models["trial_sent" if trial["sent"] > sent else "trial_all_sent"]
        return {
            self._parts.report: {**report, "trial": trial},
            self._parts.notice: said(words.format(count=trial["sent"] - sent)),
        }

    def promote_version(self, report: Any) -> Update:
        """Serve it from now on; `reason` passes the gate by."""
        model, version_id, _ = _read_report(report)
        reason = str(report.get("reason") or "") if isinstance(report, dict) else ""
        made = self._services.promotion.promote(model, version_id, reason)
        words = self._strings.models["promoted"].format(name=f"{model}@{made.id}")
        return {**self._view.version(model, made.id), self._parts.notice: said(words)}

    def roll_back(self, versions: Any) -> Update:
        """Serve again what served before what the page shows as in use, if that is in use still."""
        model = self._view.model_of(versions)
        shown = versions.get("in_use_id") if isinstance(versions, dict) else None
        if not isinstance(shown, str) or not shown:
            raise ConfigError("`in_use_id` must say which version is to be left, but is missing; look again.")
        made = self._services.promotion.rollback(model, version_id=shown)
        name = short_name(self._strings, made.id)
        words = self._strings.models["rolled_back"].format(name=f"{model}@{name}")
        return {**self._view.version(model, made.id), self._parts.notice: said(words)}

    def clean_up(self, versions: Any) -> Update:
        """Remove versions that are not in use but the newest `keep`."""
        model = self._view.model_of(versions)
        keep = read_whole("keep", versions)
        require_range("keep", keep, 0, MAX_KEPT)
        gone = self._services.promotion.clean_up(model, keep)
        words = self._strings.models["cleaned" if gone else "nothing_to_clean"].format(names=", ".join(gone))
        return {**self.open_models(versions), self._parts.notice: said(words)}


def _read_report(report: Any) -> tuple[str, str, dict[str, Any]]:
    """Model, version, and what is asked of its changes; raises `ConfigError`."""
    fields = report if isinstance(report, dict) else {}
    model, version_id, asked = fields.get("model"), fields.get("id"), fields.get("asked")
    if not isinstance(model, str) or not isinstance(version_id, str):
        raise ConfigError("`report` must name a `model` and the `id` of a version, but does not.")
    return model, version_id, asked if isinstance(asked, dict) else {}
