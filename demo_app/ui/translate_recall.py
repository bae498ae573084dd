"""What corrections have to say of the sentence on the page, as values. Knows no component."""

from dataclasses import replace
from typing import Any

from core.errors import InputError, InterlinearError
from demo_app.services.people import Person, acting
from demo_app.services.readings import Place, Target
from demo_app.store.records import Remembered, SegmentRecord, TranslationRecord
from demo_app.ui.projects_render import pseudonym
from demo_app.ui.services import Services
from demo_app.ui.shown import Shown, segment_of
from demo_app.ui.strings import Strings
from demo_app.ui.trail import Trail
from demo_app.viz.edits import edit_list


def first_shown(services: Services, record: TranslationRecord) -> Shown:
    """The first sentence; corrections stand where the memory put them in place of the model's words."""
    new = Shown.first(record, services.clock())
    places = [Place(translation_id=record.id, segment=index) for index in range(len(record.segments))]
    return replace(
        new, trails=tuple(_trail(services, *each) for each in zip(record.segments, places, strict=True))
    )


def memory_value(strings: Strings, record: TranslationRecord, shown: Shown) -> dict[str, Any] | None:
    """Value of the component (assets/components/memory.js); None where the memory says nothing."""
    segment = segment_of(record, shown)
    found = segment.from_correction or segment.suggestion
    if found is None:
        return None
    person, target = acting(), shown.trail.target
    return {
        "kind": "correction" if segment.from_correction else "suggestion",
        "shows": "model" if target is None else "correction" if target.text == found.text else "other",
        "text": found.text,
        "language": record.target_language,
        "source": edit_list(found.source_text, segment.source_text),
        "source_language": record.source_language,
        "alike": f"{min(99, int(found.likeness * 100))} %",
        "facts": _facts(strings, found, person),
        "record": found.correction_id if _may_open(person, found) else None,
    }


def memory_mark(segment: SegmentRecord, text: str) -> str | None:
    """Of a sentence that reads so: that it is a correction, or that there is a suggestion for it."""
    found = segment.from_correction or segment.suggestion
    if found is not None and text == found.text:
        return "correction"
    return "suggestion" if segment.suggestion else None


def _trail(services: Services, segment: SegmentRecord, place: Place) -> Trail:
    target = _recalled(services, place) if segment.from_correction else None
    return Trail() if target is None else Trail().going_on(target)


def _recalled(services: Services, place: Place) -> Target | None:
    """None also where the model is gone: then nothing can be said of any words but those of the search."""
    try:
        return services.readings.recalled(place)
    except InterlinearError:
        return None


def with_correction(services: Services, here: Shown) -> Shown:
    """Where the trail has it already, there; else one step further."""
    target = services.readings.recalled(here.place)
    if target is None:
        raise InputError(
            "A correction must have been recalled to be shown, but there is none; translate again."
        )
    made = here.trail.made
    return here.at_step(made.index(target) + 1) if target in made else here.going_on(target)


def _facts(strings: Strings, found: Remembered, person: Person) -> list[str]:
    """Who and when; nothing of anybody but a pseudonym."""
    words = strings.memory
    who = words["yours"] if found.user_id == person.id else pseudonym(strings, found.user_id)
    return [who, found.updated_at[:16].replace("T", " "), words[found.status]]


def _may_open(person: Person, found: Remembered) -> bool:
    return person.may("reviewer") or found.user_id == person.id
