"""What people said of translations other than by writing them, as examples to learn from; and what becomes of
rejections that somebody else contradicts. Knows no SQL.

A **preference** has the preferred text as its target and the other one as what was rejected. Two preferences
that contradict each other, and one against what somebody wrote, teach nothing: both are left out. Of A before
B before C, A before B and A before C are left. A **rating** has the rated text as its target; of several
people it is the mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import mean

from core.text.normalize import normalize
from demo_app.services.split import Example
from demo_app.store.selection import Judged, Preference

Text = tuple[str, str, str, str]
"""Languages of source and target, source, target."""


def undisputed(written: Sequence[Example]) -> tuple[list[Example], set[str]]:
    """The corrections, and the ids of those whose rejection was taken away: somebody else wrote or confirmed
    the very text. What all of them want is learned; none of it can be learned from and against at once."""
    wanted = {_text(one, one.target) for one in written}
    disputed = {one.id for one in written if _text(one, one.rejected) in wanted - {_text(one, one.target)}}
    return [replace(one, rejected="") if one.id in disputed else one for one in written], disputed


def preferred_examples(
    preferences: Iterable[Preference], written: Sequence[Example], weights: Mapping[str, float]
) -> list[Example]:
    """Those that nobody contradicts. `written`: the corrections of the same snapshot. `weights` by id of the
    person, 1 for who is not in it."""
    found = [
        Example(
            id=one.id,
            source_language=one.source_language,
            target_language=one.target_language,
            source=one.prompt,
            target=one.chosen,
            rejected=one.rejected,
            weight=weights.get(one.user_id or "", 1.0),
            is_judged=True,
        )
        for one in preferences
    ]
    wanted = {_text(one, one.target) for one in written}
    undefeated = not_rejected(found, (*written, *found))
    return [one for one in undefeated if _text(one, one.rejected) not in wanted]


def rated_examples(ratings: Iterable[Judged], weights: Mapping[str, float]) -> list[Example]:
    """One for each text that was rated. `weights` by id of the person, 1 for who is not in it: the example
    counts as the most trusted of those who rated it."""
    scores: dict[Text, list[tuple[float, float]]] = defaultdict(list)
    names: dict[Text, str] = {}
    for project, record, item, *_ in ratings:
        output = item.candidates[0]
        text = (project.source_language, project.target_language, item.source_text, output.text)
        scores[text].append((float(record.answer["score"]), weights.get(record.user_id or "", 1.0)))
        names.setdefault(text, record.id)
    return [
        Example(
            id=names[text],
            source_language=text[0],
            target_language=text[1],
            source=text[2],
            target=text[3],
            weight=max(weight for _, weight in found),
            rating=mean(score for score, _ in found),
            is_judged=True,
        )
        for text, found in scores.items()
    ]


def not_rejected(examples: Iterable[Example], others: Iterable[Example]) -> list[Example]:
    """Those whose target is not what one of the others rejects: the same text cannot be both.

    Who confirms what a machine wrote rejects nothing."""
    rejections = ((_text(one, one.rejected), _text(one, one.target)) for one in others)
    rejected = {against for against, wanted in rejections if against != wanted}
    return [one for one in examples if _text(one, one.target) not in rejected]


def _text(one: Example, target: str) -> Text:
    """As the training compares them."""
    return one.source_language, one.target_language, normalize(one.source), normalize(target)
