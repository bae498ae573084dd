"""Whether attention is evidence: its agreement with gradients and omissions, and what shuffling it does.

After Jain & Wallace 2019 and Serrano & Smith 2019; Wiegreffe & Pinter 2019 say how far that goes.
Letters: S source, U units of the source, T target."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

from core.analysis.attention_map import select
from core.analysis.correlation import kendall_tau
from core.analysis.words import group_pieces, word_text
from core.decoding.gradient import gradient_times_input
from core.decoding.judge import Judged, judge
from core.decoding.leave_out import leave_out
from core.decoding.shuffle import shuffles
from core.errors import ConfigError, InputError
from core.nn.changed import Changed
from core.nn.seq2seq import Seq2SeqModel
from core.options import CheckOptions
from core.results import AttentionCheck, AttentionMap, FloatArray
from core.translator import SPECIAL, Translator


class _Case(NamedTuple):
    """Some pieces of a target, in their order, and the units of the source that may have led to them."""

    model: Seq2SeqModel
    source_ids_S: torch.Tensor
    written: Sequence[int]
    """The target up to the last of the pieces."""
    places: range
    units: tuple[range, ...]
    map: AttentionMap

    def judge(self, model: Seq2SeqModel) -> list[Judged]:
        return judge(model, self.source_ids_S, self.written, 1, SPECIAL)[self.places.start :]

    def by_units(self, values_S: FloatArray) -> list[float]:
        return [float(values_S[unit.start : unit.stop].sum()) for unit in self.units]


def check_attention(
    translator: Translator,
    source_ids: Sequence[int],
    target_ids: Sequence[int],
    position: int,
    options: CheckOptions,
) -> AttentionCheck:
    """As `Insight.attention_check`."""
    if not 0 <= position < len(target_ids) or len(source_ids) < 2:
        raise InputError(
            f"The position must be one of the target's {len(target_ids)} pieces, from 0, and the source have "
            f"two pieces at least, but the position is {position} and the source has {len(source_ids)}."
        )
    translator = translator.at(source_ids)
    if isinstance(translator.model, Changed) and translator.model.change.edits:
        raise ConfigError(
            "Whether attention matters can be asked only where it is the model's own; take the edits away."
        )
    map, split = translator.attend(source_ids, target_ids), group_pieces if options.words else _pieces
    places = next(unit for unit in split(map.target_units) if position in unit)
    ids_S, units = torch.tensor(source_ids, device=translator.device), split(map.source_units)
    case = _Case(translator.one_model, ids_S, target_ids[: places.stop], places, units, map)
    attention = case.by_units(select(map, options.layer, options.head)[places.start : places.stop].mean(0))
    gradient = [abs(one) for one in case.by_units(_gradient(case))]
    now = case.judge(case.model)
    log_prob = math.fsum(one.log_prob for one in now)
    left_out = _left_out(case, log_prob)
    shuffled_prob, changed = _shuffled(case, now, options)
    return AttentionCheck(
        target_unit=word_text(map.target_units[places.start : places.stop]),
        source_units=tuple(word_text(map.source_units[unit.start : unit.stop]) for unit in units),
        attention=tuple(attention),
        gradient=tuple(gradient),
        left_out=tuple(left_out),
        gradient_agreement=kendall_tau(attention, gradient),
        left_out_agreement=kendall_tau(attention, left_out),
        prob=math.exp(log_prob),
        shuffled_prob=shuffled_prob,
        changed=changed,
    )


def _pieces(pieces: Sequence[str]) -> tuple[range, ...]:
    return tuple(range(place, place + 1) for place in range(len(pieces)))


def _gradient(case: _Case) -> FloatArray:
    return gradient_times_input(case.model, case.source_ids_S, case.written, case.places, SPECIAL)


def _left_out(case: _Case, log_prob: float) -> list[float]:
    """Of each unit, what the log-probability loses without it."""
    ids, device = case.source_ids_S.tolist(), case.source_ids_S.device
    rest_UT = leave_out(case.model, ids, case.units, case.written, SPECIAL, device)
    return [log_prob - float(one) for one in rest_UT[:, case.places.start :].sum(1, dtype=float)]


def _shuffled(case: _Case, now: Sequence[Judged], options: CheckOptions) -> tuple[float, float]:
    """Mean probability under shuffled rows, and the share of shuffles after which another piece is best."""
    best, probs, changed = [one.likely[0][0] for one in now], [], 0
    for change in shuffles(case.map.weights_LHTS, case.places, options.permutations, options.seed):
        then = case.judge(Changed(case.model, change))
        probs.append(math.exp(math.fsum(one.log_prob for one in then)))
        changed += [one.likely[0][0] for one in then] != best
    return math.fsum(probs) / len(probs), changed / len(probs)
