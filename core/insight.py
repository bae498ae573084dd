"""The second facade: what a translator can be asked about its decisions. Safe for many threads."""

import math
from collections.abc import Sequence

import torch

from core.analysis.doubts import Doubts, PieceCounts, judge_words, read_words
from core.analysis.words import ordinary_words
from core.beside import beside
from core.changes import Change
from core.decoding.ensemble import Ensemble
from core.decoding.judge import judge
from core.decoding.leave_out import leave_out
from core.errors import NoAttentionError
from core.evidence import check_attention
from core.nn.changed import Changed
from core.options import CheckOptions
from core.results import AttentionCheck, AttentionMap, LikelyPiece, PieceJudgement, SelfAttention
from core.translator import SPECIAL, Translator


def under(translator: Translator, change: Change) -> Translator:
    """The translator as it were under a change, beside the one there is: "what if". No weight is copied.

    Every method of it takes sources that the change fits, of one length, or raises `ConfigError`; so does
    this for an ensemble."""
    if not change:
        return translator
    return beside(translator, lambda one: Changed(one.one_model, change))


class Insight:
    """Questions about given ids. Nothing is searched for, stored or learned."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def judge(
        self, source_ids: Sequence[int], target_ids: Sequence[int], count: int = 8
    ) -> tuple[PieceJudgement, ...]:
        """One a target id, from one forced pass, each with the `count` most probable pieces at its place."""
        ids_S = torch.tensor(source_ids, device=self._translator.device)
        found = judge(self._translator.at(source_ids).model, ids_S, target_ids, count, SPECIAL)
        used = sorted({*target_ids, *(piece for one in found for piece, _ in one.likely)})
        pieces = dict(zip(used, self._translator.tokenizer.target.pieces(used), strict=True))
        return tuple(
            PieceJudgement(
                id=piece,
                piece=pieces[piece],
                log_prob=one.log_prob,
                rank=one.rank,
                entropy=one.entropy,
                margin=one.margin,
                likely=tuple(LikelyPiece(i, pieces[i], share) for i, share in one.likely),
            )
            for piece, one in zip(target_ids, found, strict=True)
        )

    def doubts(
        self, source_ids: Sequence[int], target_ids: Sequence[int], counts: PieceCounts | None = None
    ) -> Doubts:
        """What is doubtful about a translation, word by word, with the reasons; one forced pass for each word
        of the source. `counts`: those of the model, unless given; without any, nothing is rare. Under edited
        rows of attention, which fit no source with a word less, there is no `loss` and nothing omitted."""
        model = self._translator.at(source_ids)
        judgements = self.judge(source_ids, target_ids, count=1)
        map = model.attend(source_ids, target_ids) if model.has_attention else None
        pieces = model.tokenizer.pieces(source_ids)
        groups, counts = ordinary_words(pieces), model.piece_counts if counts is None else counts
        losses: list[float] | None = None
        if not _has_edited_rows(model.model):
            left = leave_out(model.model, source_ids, groups, target_ids, SPECIAL, model.device)
            losses = (math.fsum(one.log_prob for one in judgements) - left.sum(1)).tolist()
        return Doubts(
            judge_words(judgements, map, counts), read_words(source_ids, pieces, map, losses, counts)
        )

    @torch.inference_mode()
    def self_attention(self, source_ids: Sequence[int], target_ids: Sequence[int]) -> SelfAttention:
        """Who looks at whom within each side; raises `NoAttentionError` unless the model is a Transformer."""
        model = self._translator.at(source_ids)
        source_BS = torch.tensor([source_ids], device=model.device)
        read_ids = (SPECIAL.bos, *target_ids[:-1])
        read_BT = torch.tensor([read_ids], device=model.device)
        found = None
        if not isinstance(model.model, Ensemble):
            found = model.model.self_attention(
                source_BS, torch.ones_like(source_BS, dtype=torch.bool), read_BT
            )
        if found is None:
            raise NoAttentionError(
                f"The model {model.name} has no self-attention: only a single Transformer has; take one."
            )
        length, tokenizer = len(target_ids), model.tokenizer
        pieces = tokenizer.pieces(source_ids)
        columns, rows = tokenizer.target.pieces(read_ids[:length]), tokenizer.target.pieces(target_ids)
        decoder = found.decoder_BLHTT[0, :, :, :length, :length]
        return SelfAttention(
            AttentionMap(pieces, pieces, found.encoder_BLHSS[0].float().cpu().numpy()),
            AttentionMap(columns, rows, decoder.float().cpu().numpy()),
        )

    def attention_check(
        self,
        source_ids: Sequence[int],
        target_ids: Sequence[int],
        position: int,
        options: CheckOptions | None = None,
    ) -> AttentionCheck:
        """Whether attention at a place of the target tells what made the piece, or word, there probable.

        One backward pass, one forced pass for each unit of the source, one for each permutation. Raises
        `NoAttentionError`, `ConfigError` for an ensemble, `InputError` for a place or source that is none."""
        return check_attention(self._translator, source_ids, target_ids, position, options or CheckOptions())


def _has_edited_rows(model: object) -> bool:
    return isinstance(model, Changed) and (bool(model.change.edits) or _has_edited_rows(model.model))
