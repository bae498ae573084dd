"""The page data say what the reading says, as docs/lab-data.md has it, and never more than can be sent."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.changes import AttentionEdit, Change, Head
from core.domain import FEATURES, Domain, Likeness
from core.options import BeamOptions
from core.results import AttentionMap, SelfAttention
from core.specialist import Specialist
from core.translator import Translator
from demo_app.services.lab_page import MAX_CELLS, SCHEMA, bare_page, lab_page
from demo_app.services.readings import Place, Reading
from tests.demo_app.services.lab_rig import TEXT, Rig, tiny
from tests.sources import ROOT

ROUNDED = 5.1e-5
"""Numbers have four digits after the point."""
BYTES = 2_000_000


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Any:
    rig = Rig(
        tmp_path_factory.mktemp("shipped"), {"fr-en": Translator.load(ROOT / "assets/models/fr-en", "cpu")}
    )
    yield rig
    rig.close()


def size_of(page: dict[str, Any]) -> int:
    """Bytes of what is sent."""
    return len(json.dumps(page, separators=(",", ":"), allow_nan=False).encode())


def long_reading(rig: Rig, source: int, target: int) -> Reading:
    """As many pieces as asked for, with attention rows that sum to 1."""
    reading, model = rig.best(rig.place()), rig.model
    numbers = np.random.default_rng(5)

    def map(rows: int, columns: int) -> AttentionMap:
        heads = numbers.dirichlet(np.ones(columns), (model.layers, model.heads, rows)).astype(np.float32)
        return AttentionMap(("a",) * columns, ("b",) * rows, heads)

    own = SelfAttention(map(source, source), map(target, target)) if reading.own else None
    judgement = (reading.judgement * target)[:target]
    return replace(reading, judgement=judgement, cross=map(target, source), own=own)


def test_the_page_holds_the_attention_of_the_reading(every_rig: Rig) -> None:
    reading = every_rig.best(every_rig.place())
    page = lab_page(reading)
    model = every_rig.model
    plain = {"aligner": None, "is_apart": False}
    shape = {"architecture": model.architecture, "layers": model.layers, "heads": model.heads}
    assert page["model"] == {"id": "tiny@0123456789ab", "name": "tiny", **plain, **shape}
    assert page["schema"] == SCHEMA and page["pooled"] is False
    if reading.cross is None:
        assert page["attention"] is None
        return
    kinds = {"cross": reading.cross.weights_LHTS}
    if reading.own is not None:
        kinds |= {"encoder": reading.own.encoder.weights_LHTS, "decoder": reading.own.decoder.weights_LHTS}
    assert list(page["attention"]) == list(kinds)
    for kind, weights in kinds.items():
        np.testing.assert_allclose(page["attention"][kind], weights, atol=ROUNDED)
    np.testing.assert_allclose(np.sum(page["attention"]["cross"], axis=-1), 1, atol=1e-2)


@pytest.mark.parametrize("is_covered", [True, False])
def test_it_says_whether_the_sentence_is_answered_by_what_was_kept_apart(
    new_rig: Callable[..., Rig], is_covered: bool
) -> None:
    model = tiny("transformer")
    tag = model.encode_source(TEXT, "en")[:1]
    threshold = -math.inf if is_covered else math.inf
    every = Domain((Likeness(tag, np.zeros(FEATURES, dtype=np.float32), threshold),))
    model.specialist = Specialist(tiny("transformer"), every)
    rig = new_rig(tiny=model)
    assert lab_page(rig.best(rig.place()))["model"]["is_apart"] is is_covered


@pytest.mark.parametrize("length", [6, 180])
def test_a_head_that_was_taught_to_align_has_a_map_of_its_own_however_long(
    new_rig: Callable[..., Rig], length: int
) -> None:
    model = tiny("transformer")
    model.aligner = (1, 2)
    reading = long_reading(new_rig(tiny=model), length, length)
    page = lab_page(reading)
    assert page["model"]["aligner"] == [1, 2] and page["pooled"] == (length == 180)
    assert list(page["attention"]) == ["cross", "align", "encoder", "decoder"]
    assert reading.cross is not None and size_of(page) < BYTES
    align = np.array(page["attention"]["align"])
    assert align.shape == (1, 1, length, length)
    np.testing.assert_allclose(align[0, 0, :-1], reading.cross.weights_LHTS[1, 2, 1:], atol=ROUNDED)
    told = [{"layer": 0, "head": 0, "aer": 70.0}, {"layer": 1, "head": 2, "aer": 80.0}]
    table = {
        "direction": "fr-en",
        "links": "argmax",
        "heads": [*told, {**told[1], "aer": 30.0, "later": True}],
    }
    page = lab_page(replace(reading, measures={"alignment": [table]}))
    assert page["aligners"] == [told[0], {**told[1], "aer": 30.0}]


def test_words_cover_all_pieces_and_only_marks_are_special(every_rig: Rig) -> None:
    page = lab_page(every_rig.best(every_rig.place()))
    for side in (page["source"], page["target"]):
        edges = [(word["from"], word["to"]) for word in side["words"]]
        assert [start for start, _ in edges] == [0, *(stop for _, stop in edges[:-1])]
        assert edges[-1][1] == len(side["pieces"])
    assert [word["text"] for word in page["source"]["words"]] == ["<2en>", *TEXT.split(), "</s>"]
    assert [word["special"] for word in page["source"]["words"]] == [True, *[False] * len(TEXT.split()), True]
    assert all("prob" in word or word["special"] for word in page["target"]["words"])


def test_a_word_is_as_probable_as_its_pieces_and_the_text_as_its_words(shipped: Rig) -> None:
    for text in ("Le chat dort sur la chaise.", "Où habites-tu ?", "Elle lit."):
        page = lab_page(shipped.best(shipped.place(text, BeamOptions())))
        target = page["target"]
        log_probs = [piece["log_prob"] for piece in target["judgement"]]
        assert target["log_prob"] == pytest.approx(sum(log_probs), abs=len(log_probs) * ROUNDED)
        total = math.exp(log_probs[-1])
        for word in target["words"][:-1]:
            of_pieces = math.exp(sum(log_probs[word["from"] : word["to"]]))
            assert word["prob"] == pytest.approx(of_pieces, abs=4 * ROUNDED)
            total *= word["prob"]
        assert total == pytest.approx(math.exp(target["log_prob"]), abs=1e-3)
        assert (
            target["score"] is not None
            and " ".join(w["text"] for w in target["words"][:-1]) == target["text"]
        )


def test_alternatives_are_the_most_probable_first_and_hold_what_greedy_takes(shipped: Rig) -> None:
    page = lab_page(shipped.best(shipped.place("Le chat dort.", BeamOptions())))
    for token, piece in zip(page["target"]["ids"], page["target"]["judgement"], strict=True):
        shares = [one["prob"] for one in piece["alternatives"]]
        assert shares == sorted(shares, reverse=True) and len(shares) == 8
        assert piece["rank"] > 8 or piece["alternatives"][piece["rank"] - 1]["id"] == token


def test_what_was_edited_is_told(new_rig: Callable[..., Rig]) -> None:
    rig = new_rig(tiny=tiny("transformer"))
    place = rig.place()
    count = len(rig.best(place).segment.source_ids)
    rows = (AttentionEdit(2, (1.0,) * count), AttentionEdit(0, (0.5,) * count))
    change = Change(rows, frozenset({Head("encoder", 1, 0), Head("cross", 0, 2)}))
    page = lab_page(rig.readings.read(place, rig.readings.edit(place, change)))
    assert page["edits"]["rows"] == {"2": [1.0] * count, "0": [0.5] * count}
    assert sorted(page["edits"]["heads_off"]) == [["cross", 0, 2], ["encoder", 1, 0]]
    assert page["shown"]["kind"] == "attention"


def test_the_same_reading_is_the_same_page(rig: Rig) -> None:
    reading = rig.best(rig.place())
    assert json.dumps(lab_page(reading)) == json.dumps(lab_page(reading))


def test_a_page_without_its_model_has_the_texts_and_the_same_fields(rig: Rig) -> None:
    record = rig.translated()
    place = Place(translation_id=record.id, segment=0)
    reading = rig.best(place)
    whole, bare = lab_page(reading), bare_page(record, place, reading.target)
    assert set(bare) == set(whole)
    for side in ("source", "target"):
        assert set(bare[side]) == set(whole[side])
        assert (bare[side]["text"], bare[side]["pieces"]) == (whole[side]["text"], whole[side]["pieces"])
        assert [word["text"] for word in bare[side]["words"]] == [
            word["text"] for word in whole[side]["words"]
        ]
    assert bare["attention"] is None and bare["target"]["judgement"] == []
    assert size_of(bare) > 0


@pytest.mark.parametrize(("source", "target"), [(202, 200), (202, 414)])
@pytest.mark.parametrize("name", ["additive", "transformer"])
def test_the_longest_sentence_is_sent_in_less_than_two_megabytes(
    new_rig: Callable[..., Rig], name: str, source: int, target: int
) -> None:
    rig = new_rig(tiny=tiny(name))
    reading = long_reading(rig, source, target)
    page = lab_page(reading)
    assert size_of(page) < BYTES
    assert page["pooled"] == (name == "transformer")
    cross = np.array(page["attention"]["cross"])
    assert cross.shape == (1, 1, target, source) and reading.cross is not None
    np.testing.assert_allclose(cross[0, 0], reading.cross.weights_LHTS.mean((0, 1)), atol=ROUNDED)
    if name == "transformer":
        sent = 3 if target == 200 else 2
        kinds = ["cross", "encoder", "decoder"]
        assert (list(page["attention"]), page["left_out"]) == (kinds[:sent], kinds[sent:])
    else:
        assert page["left_out"] == []


def test_heads_are_kept_apart_as_long_as_they_fit(new_rig: Callable[..., Rig]) -> None:
    rig = new_rig(tiny=tiny("transformer"))
    heads = rig.model.layers * rig.model.heads
    side = math.isqrt(MAX_CELLS // (3 * heads))
    assert lab_page(long_reading(rig, side, side))["pooled"] is False
    assert lab_page(long_reading(rig, side + 1, side + 1))["pooled"] is True


def test_every_field_of_the_page_is_in_the_docs(rig: Rig) -> None:
    told = (ROOT / "docs/lab-data.md").read_text(encoding="utf-8")
    assert f"`{SCHEMA}`" in told
    assert set(lab_page(rig.best(rig.place()))) <= set(re.findall(r"^\| `(\w+)` \|", told, re.M))
