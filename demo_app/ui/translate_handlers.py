"""What happens on the Translate tab: read, ask a service, render. Parameter names are the API's names."""

import asyncio
from dataclasses import replace
from typing import Any

from demo_app.services.translation import TranslateRequest
from demo_app.ui.components.values import read_index, read_memory, read_options, read_switch
from demo_app.ui.drafts import draft_items, draft_value, spent_on, with_draft, with_orphan, without_draft
from demo_app.ui.feedback import Refusal, Update, said
from demo_app.ui.render import Renderer
from demo_app.ui.route import Route, read_route, route_from, turned
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, chosen_text, hypothesis_of, recalled_text, target_text
from demo_app.ui.strings import Strings
from demo_app.ui.translate_layout import SEARCH, TranslateParts
from demo_app.ui.translate_recall import first_shown


class TranslateHandlers:
    """Closed over the services and the parts of the page; keeps nothing of a visitor."""

    def __init__(
        self,
        services: Services,
        strings: Strings,
        parts: TranslateParts,
        examples: list[dict[str, str]],
    ) -> None:
        self._services = services
        self._strings = strings
        self._parts = parts
        self._examples = examples
        self._renderer = Renderer(services, strings, parts)

    async def translate(
        self,
        source_text: str,
        route: Any,
        options: Any,
        correction_text: str,
        drafts: Any,
        shown: Shown | None,
    ) -> Update:
        """Translate and show the first sentence; an unsaved correction of the last one becomes a draft."""
        way = read_route(route)
        request = TranslateRequest(
            text=source_text,
            source=way.source,
            target=way.target,
            options=read_options(options),
            model=way.model,
            memory=read_memory(options),
            neighbours=read_switch("neighbours", options),
        )
        record = await self._services.translation.translate(request)
        new = await asyncio.to_thread(first_shown, self._services, record)
        drawn = await asyncio.to_thread(self._open, new, correction_text, drafts, shown)
        return {**drawn, **await asyncio.to_thread(self._other_language, source_text, way)}

    async def read_as(
        self,
        source_text: str,
        route: Any,
        options: Any,
        correction_text: str,
        drafts: Any,
        shown: Shown | None,
    ) -> Update:
        """Translate from the language that the text is rather in, as the notice offers."""
        way = read_route(route)
        language = await asyncio.to_thread(self._services.reads_like, source_text, way.source)
        models = await asyncio.to_thread(self._services.translation.models)
        route = route_from(language or way.source, way, models).to_dict()
        return {
            self._parts.source.route: route,
            **await self.translate(source_text, route, options, correction_text, drafts, shown),
        }

    async def swap(
        self,
        source_text: str,
        route: Any,
        options: Any,
        correction_text: str,
        drafts: Any,
        shown: Shown | None,
    ) -> Update:
        """Turn the direction round. The translation moves into the source unless that was changed since."""
        models = await asyncio.to_thread(self._services.translation.models)
        back = turned(read_route(route), models).to_dict()
        moved = await asyncio.to_thread(self._translation_of, source_text, back, shown)
        update: Update = {self._parts.source.route: back}
        if moved is None:
            return update
        return {
            **update,
            self._parts.source.text: moved,
            **await self.translate(moved, back, options, correction_text, drafts, shown),
        }

    async def use_example(
        self, example: Any, options: Any, correction_text: str, drafts: Any, shown: Shown | None
    ) -> Update:
        """Put an example into the source box and translate it by its model in its direction."""
        item = self._examples[read_index("example", example, len(self._examples))]
        route = {name: item[name] for name in ("model", "source", "target")}
        return {
            self._parts.source.text: item["text"],
            self._parts.source.route: route,
            **await self.translate(item["text"], route, options, correction_text, drafts, shown),
        }

    def pick_sentence(self, sentence: Any, correction_text: str, drafts: Any, shown: Shown | None) -> Update:
        """Look into another sentence; what was typed for this one is kept as a draft."""
        old = require_shown(shown, self._strings)
        new = old.turned_to(read_index("sentence", sentence, len(old.trails)), self._services.clock())
        update = self._open(new, correction_text, drafts, old)
        # The picker itself is left alone: by now the person may have picked another.
        del update[self._parts.target.sentences]
        return update

    def pick_hypothesis(self, hypothesis: Any, correction_text: str, shown: Shown | None) -> Update:
        """Look into another hypothesis. The correction box follows only if nothing was typed in it."""
        old = require_shown(shown, self._strings)
        record = self._services.find_translation(old.translation_id)
        count = len(record.segments[old.segment].hypotheses)
        new = old.choosing(read_index("hypothesis", hypothesis, count))
        untouched = correction_text in ("", hypothesis_of(record, old).text, target_text(record, old))
        text = hypothesis_of(record, new).text if untouched else correction_text
        return self._renderer.hypothesis(record, new, text)

    def compare(self, correction_text: str, shown: Shown | None) -> Update:
        """Edits and HTER of the text in the correction box."""
        here = require_shown(shown, self._strings)
        record = self._services.find_translation(here.translation_id)
        return {self._parts.correct.diff: self._renderer.diff(record, here, correction_text)}

    def open_draft(self, correction_text: str, drafts: Any, shown: Shown | None) -> Update:
        """Go back to a correction that was begun and not saved."""
        items = draft_items(drafts)
        wanted = drafts.get("open") if isinstance(drafts, dict) else None
        item = items[read_index("open", wanted, len(items))]
        if not item["translation_id"]:
            return self._adopt(item, correction_text, items, require_shown(shown, self._strings))
        record = self._services.find_translation(item["translation_id"])
        now = self._services.clock()
        segment = read_index("segment", item["segment"], len(record.segments))
        hypothesis = read_index("hypothesis", item["hypothesis"], len(record.segments[segment].hypotheses))
        new = Shown.first(record, now).turned_to(segment, now).choosing(hypothesis)
        return self._open(new, correction_text, drafts, shown)

    async def open_link(
        self, question: Any, correction_text: str, drafts: Any, shown: Shown | None
    ) -> Update:
        """Show a stored sentence again, as a permalink names it. An unsaved correction becomes a draft."""
        link = question if isinstance(question, dict) else {}
        return await asyncio.to_thread(self._open_link, link, correction_text, drafts, shown)

    def _other_language(self, text: str, way: Route) -> Update:
        """A notice where the text is in another language that could be translated."""
        found = self._services.reads_like(text, way.source)
        if found is None:
            return {}
        labels, names = self._strings.route, self._strings.languages
        told = {"found": names.get(found, found), "chosen": names.get(way.source, way.source)}
        hint = said(labels["reads_like"].format(**told), "warning", labels["read_as"].format(**told))
        return {self._parts.source.notice: hint}

    def _open_link(
        self, link: dict[str, Any], correction_text: str, drafts: Any, shown: Shown | None
    ) -> Update:
        record = self._services.find_translation(str(link.get("translation", "")))
        segment = read_index("segment", link.get("segment", 0), len(record.segments))
        new = first_shown(self._services, record).turned_to(segment, self._services.clock())
        if (hypothesis := link.get("hypothesis")) is not None:
            count = len(record.segments[segment].hypotheses)
            new = new.at_step(0).choosing(read_index("hypothesis", hypothesis, count))
        source = self._parts.source
        return {
            source.text: record.source_text,
            source.route: {
                "model": record.model_id.partition("@")[0],
                "source": record.source_language,
                "target": record.target_language,
            },
            source.options: {**SEARCH, **record.options},
            **self._open(new, correction_text, drafts, shown),
        }

    def _adopt(
        self, orphan: dict[str, Any], correction_text: str, items: list[dict[str, Any]], here: Shown
    ) -> Update:
        """A text without a sentence goes into the box of this one; what stood there takes its place."""
        others = [item for item in items if item is not orphan]
        kept = with_orphan(others, correction_text) if self._is_unsaved(correction_text, here) else others
        record = self._services.find_translation(here.translation_id)
        correct = self._parts.correct
        return {
            correct.text: orphan["text"],
            correct.diff: self._renderer.diff(record, here, orphan["text"]),
            correct.drafts: draft_value(kept, here),
        }

    def _open(self, new: Shown, correction_text: str, drafts: Any, old: Shown | None) -> Update:
        """Show a sentence with its draft, if it has one, and keep what was typed for the old sentence."""
        items = self._kept(correction_text, drafts, old)
        record = self._services.find_translation(new.translation_id)
        here = (new.translation_id, new.segment)
        found = [item for item in items if (item["translation_id"], item["segment"]) == here]
        text = found[-1]["text"] if found else target_text(record, new)
        if found:  # time goes on where it stood when the draft was left
            new = replace(new, opened_at_s=new.opened_at_s - spent_on(found[-1]))
        drawn = self._renderer.sentence(record, new, text)
        return {**drawn, self._parts.correct.drafts: draft_value(items, new)}

    def _kept(self, correction_text: str, drafts: Any, old: Shown | None) -> list[dict[str, Any]]:
        items = draft_items(drafts)
        if old is None:
            return with_orphan(items, correction_text)
        others = without_draft(items, old)
        if not self._is_unsaved(correction_text, old):
            return others
        return with_draft(items, old, correction_text, self._services.clock() - old.opened_at_s)

    def _is_unsaved(self, text: str, shown: Shown) -> bool:
        if not text.strip():
            return False
        if shown.saved:
            return text != self._services.dataset.get(shown.saved[0]).corrected_text
        record = self._services.find_translation(shown.translation_id)
        return text not in (hypothesis_of(record, shown).text, recalled_text(record, shown))

    def _translation_of(self, source_text: str, route: dict[str, Any], shown: Shown | None) -> str | None:
        """What stands translated on the page, if it belongs to the text in the source box."""
        if shown is None:
            return None
        record = self._services.find_translation(shown.translation_id)
        same = (record.source_language, record.target_language) == (route["target"], route["source"])
        return (
            chosen_text(record, shown) if same and record.source_text.strip() == source_text.strip() else None
        )


def require_shown(shown: Shown | None, strings: Strings) -> Shown:
    """Raise `Refusal` when nothing was translated in this tab yet."""
    if shown is None:
        raise Refusal(strings.translate.nothing_shown)
    return shown
