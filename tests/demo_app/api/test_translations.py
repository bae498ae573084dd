"""What a program gets of a translation is all that the library said."""

from dataclasses import fields
from typing import Any

import pytest
from pytest import approx

from core.options import BeamOptions, DecodeOptions, GreedyOptions, SamplingOptions, options_from_dict
from core.results import Hypothesis, SegmentTranslation, Translation
from demo_app.api import schemas_translations
from demo_app.services.lab_page import MAX_CELLS
from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.services.lab_rig import TEXT
from tests.demo_app.store.samples import translation

ASKED = {"text": TEXT, "source_language": "fr", "target_language": "en"}
BEAM = {"mode": "beam", "beam_size": 3, "n_best": 3, "max_length": 11}
OPTIONS: dict[type[DecodeOptions], Any] = {
    GreedyOptions: schemas_translations.Greedy,
    BeamOptions: schemas_translations.Beam,
    SamplingOptions: schemas_translations.Sampling,
}


def rebuilt(kind: Any, values: dict[str, Any], **parts: Any) -> Any:
    """A result of the library from JSON."""
    plain = {field.name: values[field.name] for field in fields(kind) if field.name in values}
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    return kind(**{**plain, **lists, **parts})


def test_a_translation_comes_back_as_the_library_made_it(rig: ApiRig, ada: Caller) -> None:
    made = translation("Il pleut sur le pont.", "It rains.", "It is raining.")
    told = ada("GET", f"/translations/{rig.store.translations.add(made).id}").json()
    segments = tuple(
        rebuilt(
            SegmentTranslation,
            one,
            hypotheses=tuple(rebuilt(Hypothesis, each) for each in one["hypotheses"]),
        )
        for one in told["segments"]
    )
    options = options_from_dict(told["options"])
    assert rebuilt(Translation, told, segments=segments, options=options, origin=made.origin) == made


@pytest.mark.parametrize("kind", OPTIONS, ids=lambda kind: kind.__name__)
def test_options_are_the_library_s_own_with_their_defaults(kind: Any) -> None:
    known = {name: field.default for name, field in OPTIONS[kind].model_fields.items() if name != "mode"}
    assert known == {field.name: field.default for field in fields(kind)}


def test_a_text_is_translated_and_stored(ada: Caller) -> None:
    told = ada("POST", "/translations", ASKED | {"options": BEAM, "model": "tiny"})
    made = told.json()
    assert told.status_code == 201 and made["source_text"] == TEXT
    hypotheses = made["segments"][0]["hypotheses"]
    scores = [one["score"] for one in hypotheses]
    assert len(scores) == 3 and scores == sorted(scores, reverse=True)
    for one in hypotheses:
        assert len(one["ids"]) == len(one["pieces"]) == len(one["token_log_probs"])
        assert sum(one["token_log_probs"]) == approx(one["log_prob"])
    assert ada("GET", f"/translations/{made['id']}").json() == made


def test_greedy_search_is_the_default(ada: Caller) -> None:
    assert ada("POST", "/translations", ASKED).json()["options"]["mode"] == "greedy"


def test_a_correction_acts_on_its_author_s_next_request_unless_that_says_no(rig: ApiRig, ada: Caller) -> None:
    mine = ASKED | {"text": "Des enfants ramassent."}  # a source that no other test corrects
    shown = ada("POST", "/translations", mine).json()["id"]
    asked = {"translation_id": shown, "segment_index": 0, "hypothesis_index": 0, "verdict": "corrected"}
    made = ada("POST", "/corrections", asked | {"corrected_text": "The lamp is lit.", "duration_s": 2.0})
    told = ada("POST", "/translations", mine).json()
    found = told["segments"][0]["from_correction"]
    assert (told["target_text"], found["correction_id"]) == ("The lamp is lit.", made.json()["id"])
    assert told["segments"][0]["hypotheses"][0]["text"] != "The lamp is lit."
    plain = ada("POST", "/translations", mine | {"memory": False}).json()["segments"][0]
    assert (plain["from_correction"], plain["suggestion"]) == (None, None)
    others = rig.caller("bob")("POST", "/translations", mine).json()
    assert others["segments"][0]["from_correction"] is None


def test_the_models_are_listed_with_the_default_one_first(ada: Caller) -> None:
    models = ada("GET", "/models").json()["models"]
    assert [model["name"] for model in models] == ["tiny", "bare"]
    assert [model["has_attention"] for model in models] == [True, False]
    assert ["fr", "en"] in models[0]["directions"]


@pytest.mark.parametrize("hypothesis", [0, 2])
def test_attention_has_a_row_a_target_piece_that_sums_to_one(
    rig: ApiRig, ada: Caller, shown: str, hypothesis: int
) -> None:
    address = f"/translations/{shown}/segments/0/attention?hypothesis={hypothesis}"
    told, segment = ada("GET", address).json(), rig.store.translations.get(shown).segments[0]
    assert told["source_pieces"] == list(segment.source_pieces)
    assert told["target_pieces"] == list(segment.hypotheses[hypothesis].pieces)
    assert len(told["weights"]) * len(told["source_pieces"]) <= MAX_CELLS
    for row in told["weights"]:
        assert len(row) == len(told["source_pieces"]) and sum(row) == approx(1, abs=1e-4)
    assert ada("GET", f"{address}&layer=0&head=0").json()["weights"] == told["weights"]
    beyond = ada("GET", f"{address}&layer=7")
    assert (beyond.status_code, beyond.json()["error"]["kind"]) == (400, "option")


def test_a_model_without_attention_has_none_to_show(rig: ApiRig, ada: Caller) -> None:
    made = rig.translated(model="bare").id
    told = ada("GET", f"/translations/{made}/segments/0/attention")
    assert (told.status_code, told.json()["error"]["kind"]) == (404, "no_attention")


def test_alternatives_are_ranked_and_lead_on(ada: Caller, shown: str) -> None:
    below = f"/translations/{shown}/segments/0"
    judged = ada("POST", f"{below}/alternatives", {"position": 1}).json()
    shares = [one["probability"] for one in judged["alternatives"]]
    assert shares == sorted(shares, reverse=True) and judged["rank"] >= 1
    best = ada("GET", f"/translations/{shown}").json()["segments"][0]["hypotheses"][0]
    assert judged["log_prob"] == approx(best["token_log_probs"][1], abs=1e-4)
    chosen = [best["ids"][0], judged["alternatives"][-1]["id"]]
    told = ada("POST", f"{below}/continuations", {"prefix_ids": chosen}).json()
    assert told["ids"][:2] == chosen and told["score"] is not None
    assert sum(piece["log_prob"] for piece in told["pieces"]) == approx(told["log_prob"])


def test_a_translation_goes_on_from_words(ada: Caller, shown: str) -> None:
    told = ada("POST", f"/translations/{shown}/segments/0/continuations", {"prefix": "The ferry"})
    assert told.status_code == 200 and told.json()["text"].startswith("The ferry")


def test_the_machine_s_own_text_scores_as_it_did(ada: Caller, shown: str) -> None:
    best = ada("GET", f"/translations/{shown}").json()["segments"][0]["hypotheses"][0]
    told = ada("POST", f"/translations/{shown}/segments/0/scores", {"text": "The ferry leaves."}).json()
    assert [piece["id"] for piece in told["pieces"]] == told["ids"] and told["score"] is None
    assert told["log_prob"] < 0 and told["ids"] != best["ids"]
