"""Corpora that a model makes: complete, readable as any corpus, the same after a kill."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from core.config import TransformerConfig
from core.errors import ConfigError, CorpusError, UnsupportedDirectionError
from core.options import BeamOptions, GreedyOptions, SamplingOptions
from core.text.corpus import Pair, read_pairs
from core.training.synthesize import Synthesis
from tests.core.training.toy import PAIRS, KilledError
from tests.tiny import tiny_translator

OPTIONS = GreedyOptions(max_length=6)
MAKE = Synthesis(tiny_translator(), "fr", "en", OPTIONS)


class DyingSynthesis(Synthesis):
    """Is killed before the third block."""

    def _pairs(self, texts: list[str]) -> list[tuple[str, str]]:
        if texts[0] == "phrase 1024":
            raise KilledError
        return super()._pairs(texts)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "some.fr-en.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in PAIRS), encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Three blocks, the last one short."""
    path = tmp_path / "mono.txt"
    path.write_text("".join(f"phrase {n}\n" for n in range(1030)), encoding="utf-8")
    return path


def expected(texts: list[str]) -> list[str]:
    found = tiny_translator().translate_segments(texts, "fr", "en", OPTIONS)
    return [" ".join(item.best.text.split()) for item in found]


def test_distillation_puts_the_models_words_beside_the_sources(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.fr-en.tsv.gz"
    assert MAKE.write(corpus, out, show_progress=False) == len(PAIRS)
    sources = [source for source, _ in PAIRS]
    assert list(read_pairs(out)) == [Pair(*pair) for pair in zip(sources, expected(sources), strict=True)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, corpus.name]


def test_back_translation_is_the_other_column_with_a_tag(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.en-fr.tsv.gz"
    replace(MAKE, tag="<bt>").write(corpus, out, show_progress=False)
    found = list(read_pairs(out, "fr", "en"))
    assert [pair.first for pair in found] == [source for source, _ in PAIRS]
    assert [pair.second for pair in found] == [f"<bt> {text}" for text in expected([s for s, _ in PAIRS])]
    assert next(read_pairs(out)).first.startswith("<bt> ")


@pytest.mark.parametrize("options", [OPTIONS, SamplingOptions(max_length=5, seed=3)])
def test_a_killed_run_goes_on_and_ends_in_the_same_bytes(
    options: GreedyOptions | SamplingOptions, lines: Path, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole.fr-en.tsv.gz", tmp_path / "cut.fr-en.tsv.gz"
    make = replace(MAKE, options=options)
    make.write(lines, whole, show_progress=False)
    with pytest.raises(KilledError):
        DyingSynthesis(**vars(make)).write(lines, cut, show_progress=False)
    assert not cut.exists()
    part = tmp_path / "cut.fr-en.tsv.gz.part"
    part.write_bytes(part.read_bytes() + b"half a block")
    make.write(lines, cut, show_progress=False)
    assert gzip.decompress(cut.read_bytes()) == gzip.decompress(whole.read_bytes())
    assert cut.read_bytes() == whole.read_bytes()


def test_who_watches_is_told_how_many_texts_were_gone_through(lines: Path, tmp_path: Path) -> None:
    out, told = tmp_path / "made.fr-en.tsv.gz", list[int]()
    with pytest.raises(KilledError):
        DyingSynthesis(**vars(MAKE)).write(lines, out, False, told.append)
    MAKE.write(lines, out, False, told.append)
    assert told == [0, 512, 1024, 1024, 1030]


def test_a_run_is_not_gone_on_with_by_another_search(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.fr-en.tsv.gz"
    with pytest.raises(KilledError):
        DyingSynthesis(**vars(MAKE)).write(lines, out, show_progress=False)
    with pytest.raises(ConfigError, match=r"made\.fr-en\.tsv\.gz\.part was begun with another model"):
        replace(MAKE, options=BeamOptions(beam_size=2)).write(lines, out, show_progress=False)


def test_texts_that_cannot_be_used_are_left_out(tmp_path: Path) -> None:
    config = TransformerConfig(
        vocab_size=400, embed_dim=12, heads=2, encoder_layers=1, decoder_layers=1, max_positions=20
    )
    make = replace(MAKE, translator=tiny_translator(config))
    data, out = tmp_path / "mono.txt", tmp_path / "made.fr-en.tsv.gz"
    data.write_text("Il neige.\n\n  \nune\x07cloche\n" + "trop long " * 30 + "\nIl fait beau.\n")
    assert make.write(data, out, show_progress=False) == 2
    assert [pair.first for pair in read_pairs(out)] == ["Il neige.", "Il fait beau."]
    data.write_text("\n\n")
    with pytest.raises(CorpusError, match="at least one text that can be used"):
        make.write(data, out.with_name("none.fr-en.tsv.gz"), show_progress=False)


@pytest.mark.parametrize("name", ["made.fr-de.tsv.gz", "made.fr-en.tsv"])
def test_a_name_that_does_not_tell_the_columns_is_refused(name: str, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"named as `x\.fr-en\.tsv\.gz`"):
        MAKE.write(corpus, tmp_path / name, show_progress=False)


def test_a_direction_that_the_model_lacks_is_refused(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDirectionError):
        replace(MAKE, target="de").write(corpus, tmp_path / "made.fr-de.tsv.gz", show_progress=False)
