"""The second facade: what a translator can be asked about its decisions. Safe for many threads."""

from collections.abc import Sequence

import torch

from core.decoding.judge import judge
from core.results import LikelyPiece, PieceJudgement
from core.translator import SPECIAL, Translator


class Insight:
    """Questions about given ids. Nothing is searched for, stored or learned."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def judge(
        self, source_ids: Sequence[int], target_ids: Sequence[int], count: int = 8
    ) -> tuple[PieceJudgement, ...]:
        """One a target id, from one forced pass, each with the `count` most probable pieces at its place."""
        ids_S = torch.tensor(source_ids, device=self._translator.device)
        found = judge(self._translator.model, ids_S, target_ids, count, SPECIAL)
        used = sorted({*target_ids, *(piece for one in found for piece, _ in one.likely)})
        pieces = dict(zip(used, self._translator.tokenizer.pieces(used), strict=True))
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
