"""The HTTP API on the real server: what programs and the page make, both find."""

import httpx

from tests.e2e.serving import Client, Served
from tests.e2e.test_api import BEAM, SENTENCE, Visitor


def test_programs_and_the_page_share_translations_and_corrections(served: Served, client: Client) -> None:
    with httpx.Client(base_url=f"{served.url}/api/v1", timeout=60, verify=False) as program:
        asked = {"text": SENTENCE, "source_language": "fr", "target_language": "en", "options": BEAM}
        made = program.post("/translations", json=asked)
        assert made.status_code == 201 and "content-security-policy" in made.headers
        translation = made.json()
        best = translation["segments"][0]["hypotheses"][0]
        page = Visitor(client).translate()["lab-page"]["target"]
        assert (page["text"], page["ids"]) == (best["text"], best["ids"])
        body = {"translation_id": translation["id"], "segment_index": 0, "duration_s": 5}
        text = f"{best['text']} Sent by a program."
        saved = program.post("/corrections", json=body | {"corrected_text": text})
        assert saved.status_code == 201
        assert text in str(Visitor(client).opened("Sent by a program"))
        assert program.get("/nothing").json()["error"]["kind"] == "not_found"
        evil = program.post("/translations", json=asked, headers={"origin": "https://evil.example"})
        assert evil.status_code == 403


def test_a_name_that_is_rebound_to_this_machine_is_not_answered(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=60, verify=False) as browser:
        for path in ("/", "/zh/", "/config", "/api/v1/models", "/healthz"):
            told = browser.get(path, headers={"host": "evil.example:7860"})
            assert told.status_code == 403 and "INTERLINEAR_ALLOWED_HOSTS" in told.text, path
            assert browser.get(path).status_code == 200, path
