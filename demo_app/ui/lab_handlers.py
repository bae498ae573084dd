"""What the lab asks: other words, other attention, other searches. Parameter names are the API's names."""

from typing import Any

from core.errors import InputError
from core.options import CheckOptions
from demo_app.services.lab_page import asked_of, losses
from demo_app.services.readings import Place, Target
from demo_app.ui.components.values import read_index, read_switch
from demo_app.ui.feedback import Refusal, Update
from demo_app.ui.lab_questions import read_change, read_instead, read_layer_head, read_place, read_prefix
from demo_app.ui.render import Renderer
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, box_text, target_of
from demo_app.ui.strings import Strings
from demo_app.ui.translate_handlers import require_shown
from demo_app.ui.translate_layout import TranslateParts
from demo_app.viz.beam_tree import beam_tree
from demo_app.viz.compare import Column, compare
from demo_app.viz.matter import matter


class LabHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(self, services: Services, strings: Strings, parts: TranslateParts) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts
        self._renderer = Renderer(services, strings, parts)

    def reword(self, question: Any, correction_text: str, shown: Shown | None, keep_choices: Any) -> Update:
        """Put another word at a place and let the model write the rest."""
        here, target = self._looked_at(shown)
        at, instead = read_instead(question, len(target.ids))
        found = self._services.readings.reword(here.place, target, at, instead)
        self._keep(here, target, found, keep_choices)
        return self._go_to(here, found, correction_text)

    def go_on(self, question: Any, correction_text: str, shown: Shown | None, keep_choices: Any) -> Update:
        """Go on from a branch of the beam tree."""
        here, target = self._looked_at(shown)
        found = self._services.readings.go_on(here.place, read_prefix(question), target.change)
        self._keep(here, target, found, keep_choices)
        return self._go_to(here, found, correction_text)

    def edit_attention(self, question: Any, correction_text: str, shown: Shown | None) -> Update:
        """Decode again with rows of attention replaced."""
        here, _ = self._looked_at(shown)
        found = self._services.readings.edit(here.place, read_change(question))
        return self._go_to(here, found, correction_text)

    def switch_heads(self, question: Any, correction_text: str, shown: Shown | None) -> Update:
        """Decode again with heads of a Transformer switched off."""
        return self.edit_attention(question, correction_text, shown)

    def own_translation(self, own_text: str, correction_text: str, shown: Shown | None) -> Update:
        """Score a person's own translation and show its attention."""
        here, target = self._looked_at(shown)
        own = self._services.readings.own(here.place, own_text, target.change)
        return self._go_to(here, own, correction_text)

    def step_back(self, correction_text: str, shown: Shown | None) -> Update:
        """The target before this one; a choice of words that is undone is kept no longer."""
        here, target = self._looked_at(shown)
        new, before = self._stepped(here, -1)
        self._services.choices.take_back(here.place, before, target)
        return self._stepped_to(here, new, correction_text)

    def step_forth(self, correction_text: str, shown: Shown | None, keep_choices: Any) -> Update:
        """The target after this one, if it was stepped back from."""
        here, target = self._looked_at(shown)
        new, after = self._stepped(here, 1)
        self._keep(here, target, after, keep_choices)
        return self._stepped_to(here, new, correction_text)

    def weigh_words(self, shown: Shown | None) -> Update:
        """What the translation would lose without each word of the source: which seem untranslated."""
        here, target = self._looked_at(shown)
        found = losses(self._services.readings.losses(here.place, target))
        return {self._parts.lab.losses: {"words": found, "of": asked_of(here.place, target)}}

    def trace(self, shown: Shown | None) -> Update:
        """Every candidate that beam search looked at."""
        here, target = self._looked_at(shown)
        found = self._services.readings.trace(here.place, target.change)
        of = asked_of(here.place, target)
        del of["text"]  # one tree holds all hypotheses
        return {self._parts.lab.tree: {**beam_tree(found), "of": of}}

    def check_attention(self, question: Any, shown: Shown | None) -> Update:
        """Whether the attention of a word says why it was written."""
        here, target = self._looked_at(shown)
        at = read_place(question, len(target.ids))
        layer, head = read_layer_head(question)
        options = CheckOptions(words=True, layer=layer, head=head)
        found = self._services.readings.check_attention(here.place, target, at, options)
        pieces = self._services.find_translation(here.translation_id).segments[here.segment].source_pieces
        about = {"looked": {"layer": layer, "head": head}, "of": asked_of(here.place, target)}
        return {self._parts.lab.matter: {**matter(found, pieces), **about}}

    def compare_runs(self, question: Any, shown: Shown | None, pinned: Any) -> Update:
        """Searches, models, or a pinned translation side by side."""
        here, target = self._looked_at(shown)
        service, names = self._services.comparisons, self._strings.lab_runs
        what = question.get("what") if isinstance(question, dict) else question
        judge = self._services.find_translation(here.translation_id).model_id
        if what == "searches":
            seed = question.get("seed", 0) if isinstance(question, dict) else 0
            runs = service.searches(here.place, read_index("seed", seed, 1_000_000), target.change)
        elif what == "models":
            runs, judge = service.models(here.place, target.change), ""
        elif what == "pinned" and pinned is not None:
            runs = service.targets([("pinned", *pinned), ("now", here.place, target)])
            alike = pinned[1].change == target.change and self._reads_alike(pinned[0], here.place)
            judge = judge if alike else ""
        else:
            raise InputError(f"`what` must be searches, models or pinned (after a pin), but is {what!r}.")
        columns = [
            Column(
                title=names.get(run.name, run.name),
                hypothesis=run.hypothesis,
                model=run.model_id,
                log_prob=run.hypothesis.log_prob,
                duration_ms=None if run.duration_s is None else run.duration_s * 1000,
                attention=run.attention,
                is_changed=run.is_changed,
            )
            for run in runs
        ]
        of = asked_of(here.place, target)
        del of["text"]  # a comparison stays beside what is chosen next
        return {self._parts.lab.compare: {**compare(columns, judge or None), "of": of}}

    def pin(self, shown: Shown | None) -> Update:
        """Keep what is looked at, to be compared with what comes next."""
        here, target = self._looked_at(shown)
        lab = self._parts.lab
        return {lab.pinned: (here.place, target), lab.compare_bar: {"pinned": target.text}}

    def _looked_at(self, shown: Shown | None) -> tuple[Shown, Target]:
        here = require_shown(shown, self._strings)
        return here, target_of(self._services.find_translation(here.translation_id), here)

    def _reads_alike(self, one: Place, other: Place) -> bool:
        """Whether one model read one source there, so that log-probabilities compare."""
        records = [self._services.find_translation(place.translation_id) for place in (one, other)]
        sources = [
            record.segments[place.segment].source_ids
            for record, place in zip(records, (one, other), strict=True)
        ]
        return sources[0] == sources[1] and records[0].model_id == records[1].model_id

    def _keep(self, here: Shown, before: Target, after: Target, keep_choices: Any) -> None:
        """Only with the consent that came with this very request."""
        if read_switch("keep", keep_choices):
            self._services.choices.keep(here.place, before, after)

    def _go_to(self, here: Shown, target: Target, correction_text: str) -> Update:
        return self._show(here, here.going_on(target), correction_text)

    def _stepped(self, here: Shown, by: int) -> tuple[Shown, Target]:
        new = here.at_step(here.trail.step + by)
        if new.trail.step == here.trail.step:
            raise Refusal(self._strings.page.nothing_to_undo)
        return new, target_of(self._services.find_translation(new.translation_id), new)

    def _stepped_to(self, here: Shown, new: Shown, correction_text: str) -> Update:
        record = self._services.find_translation(new.translation_id)
        return {**self._show(here, new, correction_text), **self._renderer.readings(record, new)}

    def _show(self, old: Shown, new: Shown, correction_text: str) -> Update:
        record = self._services.find_translation(new.translation_id)
        return self._renderer.hypothesis(record, new, box_text(record, old, new, correction_text))
