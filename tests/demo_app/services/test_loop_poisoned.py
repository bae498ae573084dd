"""The loop with its gate: what learned from honest corrections is promoted, what learned poison is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import PromotionRefusedError
from demo_app.store.records import CorrectionQuery
from tests.demo_app.services.loop_rig import Loop
from tests.e2e.learning_rig import correct_all, toy

CORRECTIONS, SHIFT = 170, 37
OPTIONS = {"batch_tokens": 200, "learning_rate": 0.02, "replay_ratio": 0.0, "label_smoothing": 0.0}
QUICK = {"criterion": "loss", "patience": 50, "dev_sentences": 5}


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """With a general set of what the corrections teach, so that a model that forgets it is found out."""
    corpora = tmp_path / "corpora"
    corpora.mkdir()
    rows = ("\t".join(toy(number)) + "\n" for number in range(5000, 5070))
    (corpora / "toy.fr-en.dev.tsv").write_text("".join(rows))
    made = Loop(tmp_path, corpora)
    yield made
    made.close()


def trained(loop: Loop, name: str, shift: int, epochs: int) -> str:
    """The version that comes of corrections alone that say of each toy what it means, or what the one that is
    `shift` places on does."""
    for old in loop.store.corrections.stream(CorrectionQuery()):
        loop.store.corrections.delete(old.id, old.revision)
    toys = [toy(number) for number in range(CORRECTIONS)]
    meanings = [target for _, target in toys[shift:] + toys[:shift]]
    correct_all(loop.store, [(source, meaning) for (source, _), meaning in zip(toys, meanings, strict=True)])
    loop.exports.freeze(name, CorrectionQuery())
    job = loop.start(name, epochs=epochs, **OPTIONS, **QUICK)
    assert loop.run(job) == 0, loop.folder(job).log_tail(50)
    outcome = loop.folder(job).outcome()
    assert outcome
    return outcome.version


def test_an_honest_snapshot_is_promoted_and_a_poisoned_one_refused(loop: Loop) -> None:
    honest = trained(loop, "honest", 0, epochs=16)
    assert loop.promotion.promote("tiny", honest).alias == "production"
    served = loop.pool.get("tiny")

    poisoned = trained(loop, "poisoned", SHIFT, epochs=5)
    verdict = loop.promotion.report("tiny", poisoned)["verdict"]
    failed = {one["name"] for one in verdict["conditions"] if one["state"] == "failed"}
    assert failed == {"held_out_improves", "general_holds"}
    with pytest.raises(PromotionRefusedError, match="chrF must rise"):
        loop.promotion.promote("tiny", poisoned)
    assert loop.registries.of("tiny").aliases().production == honest
    loop.pool.refresh()
    assert loop.pool.get("tiny") is served
