"""What is learned beside feedback: pairs of a corpus in the model's directions, or the model's own words."""

from pathlib import Path

import pytest

from core.errors import CorpusError
from core.options import BeamOptions
from core.text.corpus import Pair, read_pairs
from core.training.finetune_replay import PseudoReplay, replay_pairs
from core.translator import Translator
from tests.core.training.toy import BEGINNINGS, write_toy
from tests.sources import ROOT
from tests.tiny import DIRECTIONS, tiny_translator


def test_pairs_serve_every_direction_that_file_and_model_have(tmp_path: Path) -> None:
    write_toy(tmp_path)
    found = replay_pairs([tmp_path / "toy.fr-en.train.tsv"], DIRECTIONS)
    assert {(one.source, one.target) for one in found if one.direction == ("fr", "en")} == set(BEGINNINGS)
    assert {(one.target, one.source) for one in found if one.direction == ("en", "fr")} == set(BEGINNINGS)
    one_way = replay_pairs([tmp_path / "toy.fr-en.train.tsv"], DIRECTIONS, both_ways=False)
    assert {one.direction for one in one_way} == {("fr", "en")} and len(one_way) == len(BEGINNINGS)


def test_a_sample_is_drawn_from_all_of_the_file_and_by_the_seed(tmp_path: Path) -> None:
    path = tmp_path / "many.fr-en.tsv"
    path.write_text("".join(f"phrase {n}\tsentence {n}\n" for n in range(500)))
    first, again, other = (
        [one.source for one in replay_pairs([path], [("fr", "en")], 50, seed)] for seed in (1, 1, 2)
    )
    assert len(first) == 50 and first == again != other
    assert max(int(text.split()[1]) for text in first) > 250


def test_files_without_a_pair_for_the_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.de-en.tsv"
    path.write_text("Er schläft.\tHe sleeps.\n")
    with pytest.raises(CorpusError, match=r"some\.de-en\.tsv must hold at least one pair"):
        replay_pairs([path], DIRECTIONS)
    assert replay_pairs([], DIRECTIONS) == []


def test_typed_texts_are_labelled_by_the_model_in_one_direction(tmp_path: Path) -> None:
    texts, translator = tmp_path / "typed.fr-en.txt", tiny_translator()
    texts.write_text("Il neige.\nIl fait beau.\n")
    made = PseudoReplay(translator, tmp_path / "made", beam_size=1).label(texts)
    found = translator.translate_segments(
        ["Il neige.", "Il fait beau."], "fr", "en", BeamOptions(beam_size=1)
    )
    assert [pair.second for pair in read_pairs(made)] == [item.best.text for item in found]
    replay = replay_pairs([made], DIRECTIONS, both_ways=False)
    assert {one.direction for one in replay} == {("fr", "en")}


def test_who_watches_is_told_what_share_of_a_call_is_done(tmp_path: Path) -> None:
    texts, told = tmp_path / "typed.fr-en.txt", list[float]()
    texts.write_text("Il neige.\nIl fait beau.\n")
    own = PseudoReplay(tiny_translator(), tmp_path / "made", beam_size=1)
    own.label(texts, told.append)
    own.make_up(texts, told.append)
    assert told == [0, 1, 0, 0.5, 0.5, 1]
    own.label(texts, told.append)  # made already
    assert len(told) == 6


def test_made_up_sources_are_drawn_by_the_model_and_labelled_by_it(tmp_path: Path) -> None:
    texts, translator = tmp_path / "own.en-fr.txt", Translator.load(ROOT / "assets/models/fr-en", "cpu")
    texts.write_text("The ferry leaves.\nIt has rained.\n")
    made = PseudoReplay(translator, tmp_path / "made", beam_size=1).make_up(texts)
    pairs = list(read_pairs(made, "fr", "en"))
    sources = [pair.first for pair in pairs]
    found = translator.translate_segments(sources, "fr", "en", BeamOptions(beam_size=1))
    assert [pair.second for pair in pairs] == [item.best.text for item in found]
    drawn = next(path for path in (tmp_path / "made").iterdir() if ".drawn.en-fr." in path.name)
    assert list(read_pairs(drawn)) == [
        Pair(text, source) for text, source in zip(texts.read_text().splitlines(), sources, strict=True)
    ]
