"""The one door to search: options and wishes in, n-best lists out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from torch import Tensor

from core.decoding.beam import beam_search
from core.decoding.beam_state import BeamRule, Guide
from core.decoding.coverage import rank_by_coverage
from core.decoding.diverse import Diversity, join_groups
from core.decoding.greedy import greedy_search
from core.decoding.required import RequiredPhrases
from core.decoding.rules import make_rules
from core.decoding.sampling import sample
from core.decoding.search import Candidate, Sources, SpecialIds
from core.decoding.step_log import StepLog
from core.decoding.wish import Wish, make_room, require_ordinary
from core.errors import ConfigError
from core.nn.seq2seq import Seq2Seq
from core.options import BeamOptions, DecodeOptions, SamplingOptions


def decode(
    model: Seq2Seq,
    source_ids_BS: Tensor,
    mask_BS: Tensor,
    options: DecodeOptions,
    special: SpecialIds,
    wishes: Sequence[Wish] = (),
) -> list[list[Candidate]]:
    """An n-best list per sentence, best first; greedy search gives lists of one.

    `mask_BS`: bool, True for real tokens, which come first in each row. `wishes`: one a sentence, or none.
    An output is never empty, but where options or wishes leave nothing else. Raises `NonFiniteScoresError`,
    `NoAttentionError`, and `ConfigError` for wishes that cannot be; running out of device memory is left to
    the caller."""
    sources = Sources.of(source_ids_BS, mask_BS, options.max_length, model.max_positions)
    return _something(_Task(model, sources, special), options, wishes, None)


def decode_traced(
    model: Seq2Seq,
    source_ids_BS: Tensor,
    mask_BS: Tensor,
    options: BeamOptions,
    special: SpecialIds,
    wishes: Sequence[Wish] = (),
) -> tuple[list[list[Candidate]], StepLog]:
    """As `decode`, with every candidate of every step."""
    sources = Sources.of(source_ids_BS, mask_BS, options.max_length, model.max_positions)
    log = StepLog(special.eos, options.groups)
    return _something(_Task(model, sources, special), options, wishes, log), log


class _Task(NamedTuple):
    """What every search begins with."""

    model: Seq2Seq
    sources: Sources
    special: SpecialIds

    def repeat(self, copies: int) -> "_Task":
        return self if copies == 1 else self._replace(sources=self.sources.repeat(copies))

    def select(self, rows: Sequence[int]) -> "_Task":
        return self._replace(sources=self.sources.select(rows))


def _something(
    task: _Task, options: DecodeOptions, wishes: Sequence[Wish], log: StepLog | None
) -> list[list[Candidate]]:
    """Sentences of which nothing came out are searched again, without an end at once: no pair that a model
    learns from has an empty side. All others stay as they are."""
    lists = _search(task, options, wishes, log)
    rows = [row for row, found in enumerate(lists) if _is_nothing(found, options, task.special.eos)]
    if not rows or options.min_length > 1 or options.max_length == 1:
        return lists
    asked = [wishes[row] for row in rows] if wishes else ()
    again_log = None if log is None else log.fresh()
    again = _search(task.select(rows), replace(options, min_length=2), asked, again_log)
    for place, row in enumerate(rows):
        lists[row] = again[place]
        if log is not None and again_log is not None:
            log.replace(row, again_log.of(place))
    return lists


def _is_nothing(found: Sequence[Candidate], options: DecodeOptions, eos: int) -> bool:
    """Whether the best is an end alone; of samples, whether all are, for each is drawn by its probability."""
    shown = found if isinstance(options, SamplingOptions) else found[:1]
    return all(one.ids == (eos,) for one in shown)


def _search(
    task: _Task, options: DecodeOptions, wishes: Sequence[Wish], log: StepLog | None
) -> list[list[Candidate]]:
    task, wishes = _with_room(task, options, wishes)
    if isinstance(options, BeamOptions):
        return _beam(task, options, wishes, log)
    if any(wish.required for wish in wishes):
        raise ConfigError(f"Required phrases need beam search, but the mode is {options.mode}; use a beam.")
    if isinstance(options, SamplingOptions):
        return _samples(task, options, wishes)
    rules = make_rules(options, task.sources, wishes, task.special)
    return [[candidate] for candidate in greedy_search(*task, rules)]


def _with_room(task: _Task, options: DecodeOptions, wishes: Sequence[Wish]) -> tuple[_Task, Sequence[Wish]]:
    """Wishes that were checked, one a sentence, and limits that leave room for them."""
    wishes = wishes or [Wish()] * len(task.sources)
    require_ordinary(wishes, task.special)
    sources = make_room(task.sources, wishes, options.min_length, task.model.max_positions)
    return task._replace(sources=sources), wishes


def _beam(
    task: _Task, options: BeamOptions, wishes: Sequence[Wish], log: StepLog | None
) -> list[list[Candidate]]:
    """Plain, diverse or constrained; then ranked across groups and by coverage."""
    groups = options.groups
    task, wishes = task.repeat(groups), [wish for wish in wishes for _ in range(groups)]
    required, diversity = None, None
    if any(wish.required for wish in wishes):
        required = RequiredPhrases(wishes, task.sources.limits, task.special.eos)
    if groups > 1:
        diversity = Diversity(groups, options.diversity)
    if required is not None and diversity is not None:
        raise ConfigError(f"Required phrases need a beam of one group, but `groups` is {groups}.")
    rules = make_rules(options, task.sources, wishes, task.special)
    whole = groups > 1 or options.coverage_penalty > 0
    size = options.beam_size // groups
    rule = BeamRule(size, options.length_penalty, size if whole else options.n_best)
    lists = beam_search(*task[:2], rule, task.special, Guide(rules, required, diversity, log))
    if groups > 1:
        lists = join_groups(lists, groups)
    if options.coverage_penalty > 0:
        lists = rank_by_coverage(lists, options.coverage_penalty)
    return [found[: options.n_best] for found in lists]


def _samples(task: _Task, options: SamplingOptions, wishes: Sequence[Wish]) -> list[list[Candidate]]:
    """`options.samples` a sentence, the most probable first."""
    count = options.samples
    task, wishes = task.repeat(count), [wish for wish in wishes for _ in range(count)]
    rules = make_rules(options, task.sources, wishes, task.special)
    found = sample(task.model, task.sources, options, task.special, rules)
    lists = [found[first : first + count] for first in range(0, len(found), count)]
    return [sorted(one, key=lambda candidate: -candidate.score) for one in lists]
