"""What is found is what comparing with every text finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from demo_app.services.memory_index import Alike, SourceIndex, likeness, units

WORDS = st.lists(st.sampled_from("le chat noir dort bien ici 12 ? 好".split()), min_size=1, max_size=7)


def test_words_are_words_signs_and_single_characters_of_scripts_without_spaces() -> None:
    assert units("L'ÉTÉ, 12 好的!") == ["l", "été", ",", "12", "好", "的", "!"]
    assert units("x的y") == ["x", "的", "y"]


def test_likeness_counts_words_of_the_longer_text() -> None:
    assert likeness(units("Le chat dort."), units("Le chien dort.")) == 0.75
    assert likeness([], []) == 1.0
    assert likeness(["a"], []) == 0.0


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=25), WORDS, st.sampled_from([0.5, 0.6, 0.7, 0.75, 1.0]), st.integers(1, 4))
def test_nothing_that_is_like_enough_is_missed(
    held: list[list[str]], asked: list[str], least: float, count: int
) -> None:
    texts = list(dict.fromkeys(map(" ".join, held)))
    index = SourceIndex()
    index.add(texts)
    every = [likeness(asked, units(text)) for text in texts]
    wanted = sorted((one for one in every if one >= least), reverse=True)[:count]
    found = index.nearest(" ".join(asked), least, count)
    assert [one.likeness for one in found] == wanted
    assert all(one.likeness == likeness(asked, units(one.text)) for one in found)


def test_of_equally_alike_sources_the_one_added_last_is_first() -> None:
    index = SourceIndex()
    index.add(["Le chat dort.", "Le chien dort."])
    index.add(["Le chat dort."])
    found = index.nearest("Le lapin dort.", 0.7, 2)
    assert found == [Alike("Le chien dort.", 0.75), Alike("Le chat dort.", 0.75)]
    assert len(index) == 2


def test_texts_of_no_words_are_like_nothing() -> None:
    index = SourceIndex()
    index.add(["", "'", "Oui."])
    assert index.nearest("", 0.7, 3) == index.nearest("'’", 0.7, 3) == index.nearest("Non !", 0.7, 3) == []
