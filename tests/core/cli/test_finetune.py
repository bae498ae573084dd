"""`python -m core finetune`: files in, the folder of a model out."""

from pathlib import Path

import pytest

from core.checkpoint import load_checkpoint
from core.cli.finetune import finetune
from core.errors import ConfigError
from tests.core.training.toy import BEGINNINGS, write_toy
from tests.core.training.tuning import write_base
from tests.sources import ROOT

CONFIG = "epochs = 1\nsteps = 2\nbatch_tokens = 60\ndev_sentences = 2\n"


def test_files_and_flags_become_a_model_that_tells_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_toy(tmp_path)
    (tmp_path / "c.toml").write_text(CONFIG)
    (tmp_path / "typed.fr-en.txt").write_text("Il neige.\nIl fait beau.\n")
    held_out = tmp_path / "held.fr-en.tsv"
    held_out.write_text("\t".join(BEGINNINGS[3]) + "\n")  # also in the corpus, where it is not replayed then
    (tmp_path / "f.fr-en.tsv").write_text("Il neige.\tIt snows.\tIt is rain.\n")
    out = tmp_path / "run"
    finetune(
        write_base(tmp_path),
        [tmp_path / "f.fr-en.tsv"],
        out,
        replay=[tmp_path / "toy.fr-en.train.tsv"],
        pseudo_replay=[tmp_path / "typed.fr-en.txt"],
        held_out=[held_out],
        config=tmp_path / "c.toml",
        replay_ratio=12.0,
        device="cpu",
    )
    assert capsys.readouterr().out == f"{out / 'model'}\n"
    facts = load_checkpoint(out / "model").training["finetune"]
    assert facts["config"]["replay_ratio"] == 12.0 and facts["config"]["steps"] == 2
    assert facts["data"]["replay"]["examples"] >= 2 * 4
    assert facts["measures"]["base"]["held_out"]["bleu"].keys() == {"fr-en"}


def test_a_wrong_option_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("replay = 2\n")
    with pytest.raises(ConfigError, match="did you mean `replay_ratio`"):
        finetune(ROOT, [tmp_path / "none.tsv"], tmp_path / "run", config=tmp_path / "c.toml")
    assert not (tmp_path / "run").exists()
