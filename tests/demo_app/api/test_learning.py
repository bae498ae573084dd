"""The learning loop over HTTP: a job, what came of it, promotion past the gate, and back."""

from collections.abc import Callable, Iterator

import pytest

from core.checkpoint import save_checkpoint
from core.lineage import SHIPPED
from demo_app.services.learning import registries
from demo_app.store.records import CorrectionQuery
from tests.demo_app.api.rig import ApiRig, Caller
from tests.demo_app.api.test_projects import error_of
from tests.demo_app.services.loop_rig import add_refused, sentence
from tests.demo_app.store.samples import correct
from tests.tiny import tiny_checkpoint

REASON = "Looked at by two people."
By = Callable[[str], Caller]


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiRig]:
    """With sixteen corrections, frozen as v1, of a model whose folder is a real one."""
    rig = ApiRig(tmp_path_factory.mktemp("loop"), tiny="additive")
    save_checkpoint(rig.settings.models_dir / "tiny", tiny_checkpoint())
    for number in range(16):
        correct(rig.store, sentence(number).upper(), sentence(number), "something else")
    rig.bundle.files.freeze("v1", CorrectionQuery())
    yield rig
    rig.close()


@pytest.fixture(scope="module")
def by(loop: ApiRig) -> By:
    """Somebody, by name."""
    people = {name: loop.caller(name) for name in ("eve", "root")}
    return people.__getitem__


@pytest.fixture(scope="module")
def candidate(loop: ApiRig) -> str:
    """It translates one sentence otherwise."""
    change = {"source": "Oui.", "before": "Yes.", "after": "Yeah.", "reference": "Yes."}
    told = {"directions": ["fr-en"], "changes": [change]}
    return add_refused(
        registries(loop.settings).of("tiny"), loop.settings.data_dir, candidate="tiny@new", held_out=told
    )


def test_a_job_is_started_once_however_often_it_is_sent(by: By) -> None:
    body, key = {"snapshot": "v1", "model": "tiny", "options": {"epochs": 1}}, {"idempotency-key": "j"}
    told = [by("root")("POST", "/jobs", body, headers=key) for _ in range(2)]
    assert [one.status_code for one in told] == [201, 201], told[0].text
    job = told[0].json()
    assert told[1].json() == job and (job["state"], job["options"]["epochs"]) == ("queued", 1)
    other = by("root")("POST", "/jobs", body | {"options": {"epochs": 2}}, headers=key)
    assert error_of(other) == (400, "input")
    assert error_of(by("root")("POST", "/jobs", body)) == (400, "input")  # the same is under way
    address = f"/jobs/{job['id']}"
    assert by("eve")("GET", "/jobs").json() == {"jobs": [job]} and by("eve")("GET", address).json() == job
    assert by("eve")("GET", f"{address}/curve").json() == {"rows": []}
    assert by("eve")("GET", f"{address}/log?lines=3").json() == {"lines": []}
    assert error_of(by("eve")("POST", f"{address}/cancel")) == (403, "not_allowed")
    assert by("root")("POST", f"{address}/cancel").json()["state"] == "cancelled"
    assert error_of(by("root")("POST", f"{address}/cancel")) == (400, "input")


def test_a_snapshot_is_found_by_its_name_and_by_its_id(by: By) -> None:
    found = by("eve")("GET", "/snapshots/v1").json()
    assert by("eve")("GET", f"/snapshots/{found['id'][:12]}").json() == found
    assert error_of(by("eve")("GET", "/snapshots/v2")) == (404, "not_found")


def test_people_compare_what_a_version_translates_otherwise(by: By, loop: ApiRig, candidate: str) -> None:
    address = f"/models/tiny/versions/{candidate}/trial"
    assert by("eve")("GET", address).json()["projects"] == []
    sent = by("root")("POST", address, {"at_most": 5})
    assert sent.status_code == 201 and (sent.json()["sent"], sent.json()["total"]["judged"]) == (1, 0)
    assert by("root")("POST", address, {}).json() == sent.json()
    (project,) = sent.json()["projects"]
    ada = loop.caller("ada")
    turn = ada("POST", f"/projects/{project}/turns").json()["turn"]
    assert "tiny@new" not in str(turn) and set(turn["item"]["texts"]) == {"Yes.", "Yeah."}
    ranks = [1 if text == "Yeah." else 2 for text in turn["item"]["texts"]]
    told = ada("PUT", f"/turns/{turn['id']}/comparison", {"ranks": ranks, "duration_s": 30})
    assert told.status_code == 200, told.text
    versions = by("eve")("GET", "/models/tiny/versions").json()["versions"]
    assert versions[0]["trial"] is None and versions[1]["trial"] == by("eve")("GET", address).json()
    assert versions[1]["trial"]["sets"]["held_out"] == {
        "better": 1, "worse": 0, "equal": 0, "judged": 1, "p": 1.0
    }  # fmt: skip
    assert error_of(by("root")("POST", "/models/tiny/versions/shipped/trial", {})) == (404, "not_found")


def test_a_version_is_promoted_past_the_gate_and_taken_back_once(by: By, candidate: str) -> None:
    eve, root = by("eve"), by("root")
    shipped, new = eve("GET", "/models/tiny/versions").json()["versions"]
    assert (shipped["id"], shipped["alias"], shipped["lineage"]) == (SHIPPED, "production", None)
    assert (new["id"], new["verdict"]["passed"]) == (candidate, False)
    assert eve("GET", f"/models/tiny/versions/{candidate}/report").json()["verdict"]["passed"] is False
    refused = root("POST", "/models/tiny/promotion", {"version": candidate})
    assert error_of(refused) == (409, "promotion_refused")
    assert "cannot be told" in refused.json()["error"]["message"]
    made = root("POST", "/models/tiny/promotion", {"version": candidate, "reason": REASON})
    assert made.status_code == 200 and made.json()["alias"] == "production"
    back = {"version": f"tiny@{candidate}", "reason": "It was a test."}
    assert root("POST", "/models/tiny/rollback", back).json()["id"] == SHIPPED
    assert error_of(root("POST", "/models/tiny/rollback", back)) == (409, "stale_revision")
    events = eve("GET", "/models/tiny/history").json()["events"]
    assert [event["kind"] for event in events] == ["added", "promoted", "rolled_back"]
    assert events[1]["facts"]["reason"] == REASON and events[1]["facts"]["by"]
    assert root("POST", "/models/tiny/clean-up", {"keep": 0}).json() == {"removed": [candidate]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/models/none/versions", None),
        ("GET", "/models/tiny/versions/none/report", None),
        ("GET", "/models/tiny/versions/shipped/report", None),
        ("POST", "/models/tiny/promotion", {"version": "none", "reason": REASON}),
        ("POST", "/jobs", {"snapshot": "v1", "model": "none"}),
        ("POST", "/jobs", {"snapshot": "none", "model": "tiny"}),
        ("GET", "/jobs/none/log", None),
    ],
)
def test_what_is_not_there_is_told(by: By, method: str, path: str, body: object) -> None:
    assert error_of(by("root")(method, path, body)) == (404, "not_found")
