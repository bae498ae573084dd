"""Every endpoint through gradio_client: what a program sees of the page."""

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.analysis.edits import words_and_signs
from demo_app.ui.translate_layout import CHIPS
from tests.e2e.serving import Client

ROUTE = {"source": "fr", "target": "en"}
BEAM = {"mode": "beam", "beam_size": 3, "length_penalty": 1.0, "n_best": 3}
GREEDY = {"mode": "greedy"}
SENTENCE = "La lampe du couloir est encore allumée."
ENDPOINTS = {
    *("translate", "read_as", "swap", "use_example", "pick_sentence", "pick_hypothesis", "open_draft"),
    *("compare", "save", "confirm", "undo"),
    *("reword", "go_on", "edit_attention", "switch_heads", "own_translation", "step_back", "step_forth"),
    *("weigh_words", "trace", "check_attention", "compare_runs", "pin", "open_link", "show_memory"),
    *("search", "turn_page", "open_record", "compare_edit", "save_revision", "close_record"),
    *("delete_record", "restore_record", "release_record", "set_aside_again"),
    *("export_file", "freeze_snapshot", "turn_kept", "withdraw_kept", "withdraw_all_kept"),
    *("open_annotate", "start_project", "answer_turn", "skip_turn", "flag_turn", "keep_turn", "leave_turn"),
    *("take_answer_back", "open_answer", "revise_answer", "compare_turn"),
}


@pytest.fixture
def visitor(client: Client) -> "Visitor":
    return Visitor(client)


class Visitor:
    """Calls an endpoint and gives its outputs by name.

    All tests share one server: what one of them corrected does not act on the others."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._api: dict[str, Any] = client.view_api(print_info=False, return_format="dict")["named_endpoints"]

    @property
    def endpoints(self) -> set[str]:
        return {name.removeprefix("/") for name in self._api}

    def __call__(self, endpoint: str, **inputs: Any) -> dict[str, Any]:
        if isinstance(inputs.get("options"), dict):
            inputs["options"] = {"memory": False, **inputs["options"]}
        labels = [output["label"] for output in self._api[f"/{endpoint}"]["returns"]]
        values = self._client.predict(**inputs, api_name=f"/{endpoint}")
        return dict(zip(labels, values if len(labels) > 1 else [values], strict=True))

    def translate(self, text: str = SENTENCE, options: dict[str, Any] | None = None) -> dict[str, Any]:
        return self("translate", source_text=text, route=ROUTE, options=options or BEAM)

    def save(self, text: str = SENTENCE) -> str:
        """The text of a correction that was just saved."""
        corrected = machine_text(self.translate(text)) + " Vraiment."
        assert notice(self("save", correction_text=corrected)).startswith("Saved")
        return corrected

    def opened(self, text: str) -> dict[str, Any]:
        """The newest correction that holds the text, opened in the editor."""
        rows = self("search", query={"text": text})["records"]["rows"]
        return self("open_record", record=rows[0]["id"])


def notice(outputs: dict[str, Any]) -> str:
    told = [value["text"] for name, value in outputs.items() if name.endswith("-notice") and "text" in value]
    return " ".join(text for text in told if text)


def machine_text(outputs: dict[str, Any]) -> str:
    return str(outputs["Corrected translation"])


def test_the_endpoints_are_these_and_no_others(visitor: Visitor) -> None:
    assert visitor.endpoints == ENDPOINTS


def test_beam_gives_an_n_best_list_with_attention_and_greedy_gives_one(visitor: Visitor) -> None:
    beam = visitor.translate()
    scores = [float(card["score"].replace("−", "-")) for card in beam["nbest"]["items"]]
    assert len(scores) == 3 and scores == sorted(scores, reverse=True)
    page = beam["lab-page"]
    assert " ".join(words_of(page, "source")) == page["source"]["text"] == SENTENCE
    ((rows,),) = page["attention"]["cross"]
    assert len(rows) == len(page["target"]["pieces"])
    assert all(
        len(row) == len(page["source"]["pieces"]) and sum(row) == pytest.approx(1, abs=0.01) for row in rows
    )
    assert len(visitor.translate(options=GREEDY)["nbest"]["items"]) == 1


def words_of(page: dict[str, Any], side: str) -> list[str]:
    return [word["text"] for word in page[side]["words"] if not word["special"]]


def test_the_page_data_follow_the_hypothesis(visitor: Visitor) -> None:
    best = visitor.translate()["lab-page"]
    third = visitor("pick_hypothesis", hypothesis=2)["lab-page"]
    assert (best["shown"]["hypothesis"], third["shown"]["hypothesis"]) == (0, 2)
    assert third["source"]["pieces"] == best["source"]["pieces"]
    assert third["target"]["ids"] != best["target"]["ids"]
    assert len(third["attention"]["cross"][0][0]) == len(third["target"]["ids"])


def test_a_typed_correction_survives_another_hypothesis_and_another_sentence(visitor: Visitor) -> None:
    first = visitor.translate("La porte grince. Le vent se lève.")
    picked = visitor("pick_hypothesis", hypothesis=1, correction_text="Mine.")
    assert machine_text(picked) == "Mine."
    second = visitor("pick_sentence", sentence=1, correction_text="Mine.", drafts=first["drafts"])
    assert machine_text(second) != "Mine." and words_of(second["lab-page"], "source") == [
        "Le",
        "vent",
        "se",
        "lève.",
    ]
    back = visitor("pick_sentence", sentence=0, correction_text=machine_text(second), drafts=second["drafts"])
    assert machine_text(back) == "Mine."


def test_a_typed_correction_survives_the_next_translation(visitor: Visitor) -> None:
    visitor.translate()
    later = visitor("translate", source_text="Le vent se lève.", route=ROUTE, correction_text="Unfinished")
    assert [item["text"] for item in later["drafts"]["items"]] == ["Unfinished"]
    back = visitor("open_draft", drafts={**later["drafts"], "open": 0}, correction_text=machine_text(later))
    assert machine_text(back) == "Unfinished"


def test_a_typed_correction_survives_a_server_that_forgot_the_page(client: Client, visitor: Visitor) -> None:
    visitor.translate()
    client.reset_session()
    assert "no translation on the page yet" in notice(visitor("save", correction_text="Mine."))
    again = visitor("translate", source_text=SENTENCE, route=ROUTE, correction_text="Mine.")
    assert [item["text"] for item in again["drafts"]["items"]] == ["Mine."]
    back = visitor("open_draft", drafts={**again["drafts"], "open": 0}, correction_text=machine_text(again))
    assert machine_text(back) == "Mine." and back["drafts"]["items"] == []


def test_swap_moves_the_translation_into_the_source(visitor: Visitor) -> None:
    machine = machine_text(visitor.translate())
    swapped = visitor("swap", source_text=SENTENCE, route=ROUTE, options=GREEDY)
    assert swapped["Text to translate"] == machine
    assert (swapped["route"]["source"], swapped["route"]["target"]) == ("en", "fr")


def test_swap_leaves_a_text_alone_that_was_changed_since(visitor: Visitor) -> None:
    visitor.translate()
    swapped = visitor("swap", source_text="I typed this meanwhile", route=ROUTE, options=GREEDY)
    assert swapped["route"]["source"] == "en"
    assert swapped["Text to translate"] == {"__type__": "update"}


def test_an_example_brings_its_direction_along(visitor: Visitor) -> None:
    ways = [visitor("use_example", example=at, options=GREEDY)["route"]["source"] for at in (0, CHIPS)]
    assert ways == ["fr", "en"]


def test_compare_counts_the_words_changed(visitor: Visitor) -> None:
    machine = machine_text(visitor.translate())
    assert visitor("compare", correction_text=machine)["diff"]["changed"] is False
    longer = visitor("compare", correction_text=machine + " really")["diff"]
    assert longer["hter"] == pytest.approx(1 / (len(words_and_signs(machine)) + 1), abs=1e-4)


def test_saving_twice_makes_a_revision_and_not_a_second_correction(visitor: Visitor) -> None:
    text = visitor.save("Une seule fois, pas deux.")
    assert "revision 2" in notice(visitor("save", correction_text=text + " Oui."))
    assert "already" in notice(visitor("save", correction_text=text + " Oui."))
    found = visitor("search", query={"text": "Une seule fois, pas deux."})
    assert found["pager"]["summary"] == "1–1 of 1"
    revisions = visitor.opened("Une seule fois, pas deux.")["history"]["revisions"]
    assert [revision["number"] for revision in revisions] == [2, 1]


def test_undo_takes_a_correction_back(visitor: Visitor) -> None:
    visitor.save("Ceci sera repris.")
    assert "Taken back" in notice(visitor("undo"))
    assert visitor("search", query={"text": "Ceci sera repris."})["records"]["rows"] == []
    assert "nothing to take back" in notice(visitor("undo"))


def test_right_is_kept_as_such(visitor: Visitor) -> None:
    visitor.translate("Rien à redire.")
    assert "right" in notice(visitor("confirm", correction_text=""))
    query = {"text": "Rien à redire.", "verdict": "right", "direction": "fr-en"}
    assert [row["hter"] for row in visitor("search", query=query)["records"]["rows"]] == ["0 %"]


def test_an_unchanged_text_is_no_correction_and_a_changed_one_was_not_right(visitor: Visitor) -> None:
    machine = machine_text(visitor.translate())
    assert "It was right" in notice(visitor("save", correction_text=machine))
    assert "You changed the text" in notice(visitor("confirm", correction_text=machine + "!"))


def test_edit_delete_and_restore(visitor: Visitor) -> None:
    text = visitor.save("Le tiroir du bas est coincé.")
    assert visitor.opened(text)["history"]["machine"] in text
    assert visitor("compare_edit", text=text + " Si.")["editor-diff"]["changed"]
    assert "revision 2" in notice(visitor("save_revision", text=text + " Si.", query={"text": text}))
    gone = visitor("delete_record", query={"text": text})
    assert gone["records"]["rows"] == [] and gone["dataset-notice"]["action"] == "Undo"
    assert len(visitor("restore_record", query={"text": text})["records"]["rows"]) == 1


def test_what_is_not_open_cannot_be_saved(visitor: Visitor) -> None:
    visitor("close_record")
    assert "No correction is open" in notice(visitor("save_revision", text="x"))


def test_pages_are_walked_and_a_page_too_far_is_the_first(visitor: Visitor) -> None:
    visitor.save()
    assert visitor("turn_page", page=1)["pager"]["page"] == 1
    assert visitor("turn_page", page=999)["pager"]["page"] == 1


@pytest.mark.parametrize(
    ("kind", "source"), [("jsonl", "Le train arrive à midi."), ("csv", "La lampe est sur la table.")]
)
def test_an_export_holds_what_the_search_shows(visitor: Visitor, kind: str, source: str) -> None:
    text = visitor.save(source)
    outputs = visitor("export_file", query={"text": text}, export={"kind": kind})
    assert [row["corrected_text"] for row in rows_of(downloaded(outputs))] == [text]


def test_a_snapshot_is_frozen_and_exported_by_its_name(visitor: Visitor) -> None:
    text = visitor.save("À garder pour toujours.")
    frozen = visitor("freeze_snapshot", query={"text": text}, export={"name": "kept"})
    assert "Frozen as kept, for good: 1 corrections" in notice(frozen)
    (kept,) = [one for one in frozen["export"]["snapshots"] if one["name"] == "kept"]
    visitor.opened(text)
    visitor("delete_record", query={"text": text})
    path = downloaded(visitor("export_file", export={"kind": "jsonl", "snapshot": "kept"}))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == kept["id"]
    assert [row["corrected_text"] for row in rows_of(path)] == [text]


@pytest.mark.parametrize("export", [None, {}, {"kind": "xlsx"}, {"kind": ["csv"]}, "csv", 7])
def test_an_export_of_no_known_kind_is_refused(visitor: Visitor, export: Any) -> None:
    assert "`kind` must be one of jsonl," in notice(visitor("export_file", export=export))


def downloaded(outputs: dict[str, Any]) -> Path:
    file = outputs["Download"]
    return Path(file["value"] if isinstance(file, dict) else file)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (map(json.loads, file) if path.suffix == ".jsonl" else csv.DictReader(file))


def test_two_visitors_do_not_see_each_other(client: Client, visitor: Visitor) -> None:
    visitor.translate()
    client.reset_session()
    assert "no translation on the page yet" in notice(visitor("save", correction_text="x"))


def test_a_correction_of_a_sentence_that_is_not_open_any_more_is_refused(visitor: Visitor) -> None:
    before = visitor.translate("La barque est au bord du lac.")["drafts"]
    visitor.translate("Le phare est de l'autre côté.")
    told = visitor("save", correction_text="The boat is at the lake.", drafts=before)
    assert "Another sentence" in notice(told) and notice(told).endswith(".")
    assert visitor("search", query={"text": "The boat is at the lake."})["records"]["rows"] == []
