"""A server where people log in, and people who do."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from demo_app.factory import build_accounts, new_id, utc_now
from demo_app.services.accounts import AccountService
from demo_app.services.passwords import Passwords
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from tests.e2e.serving import Served, serve

PASSWORD = "correct horse battery"
MEMBERS = {"ada": "annotator", "bob": "annotator", "eve": "reviewer", "root": "admin"}
SENTENCE = "La lampe du couloir est encore allumée."
FORM = {"accept": "CC BY 4.0", "level-fr": "4", "level-en": "5", "level-de": "0"}


@dataclass(frozen=True)
class Team:
    """A server with login on, and its accounts as the command line has them."""

    served: Served
    store: Store
    accounts: AccountService

    @property
    def url(self) -> str:
        return self.served.url

    @contextlib.contextmanager
    def visitor(self, name: str = "", *, agreed: bool = True) -> Iterator[httpx.Client]:
        """A browser of its own, logged in if a name is given."""
        with httpx.Client(base_url=self.url, timeout=60, verify=False) as client:
            if name:
                told = client.post("/login", data={"name": name, "password": PASSWORD})
                assert told.status_code == 303, told.text
                if agreed:
                    assert client.post("/me", data=FORM).status_code == 303
            yield client


@contextlib.contextmanager
def team_in(data_dir: Path, models_dir: Path) -> Iterator[Team]:
    """With one account for each of `MEMBERS`."""
    settings = Settings(data_dir=data_dir, models_dir=models_dir, threads=1, login=True)
    # Hashes that cost little: each login would take a fifth of a second of processor time.
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with serve(settings, weak) as served:
        store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
        accounts = build_accounts(settings, store, weak)
        for name, role in MEMBERS.items():
            accounts.add(name, PASSWORD, role)
        yield Team(served, store, accounts)
        store.close()


class Page:
    """The page's endpoints as its script calls them, without the script."""

    def __init__(self, client: httpx.Client, session: str = "session") -> None:
        self._client, self._session = client, session
        config = client.get("/config").json()
        self.endpoints = {
            each["api_name"]: each
            for each in config["dependencies"]
            if each["backend_fn"] and each["api_name"]
        }
        self._labels = {each["id"]: each["props"].get("elem_id", "") for each in config["components"]}

    def __call__(self, endpoint: str, *inputs: Any) -> dict[str, Any]:
        """Outputs by `elem_id`."""
        found = self.endpoints[endpoint]
        data = [*inputs, *[None] * (len(found["inputs"]) - len(inputs))]
        body = {"data": data, "fn_index": found["id"], "session_hash": self._session}
        told = self._client.post("/gradio_api/run/predict", json=body)
        told.raise_for_status()
        outputs = [self._labels[each] for each in found["outputs"]]
        return dict(zip(outputs, told.json()["data"], strict=True))

    def translated(self, text: str = SENTENCE) -> None:
        """A translation is open on the page."""
        route = {"source": "fr", "target": "en"}
        told = self("translate", text, route, {"mode": "greedy"}, "", None)
        assert notice(told) == ""

    def saved(self, text: str) -> str:
        """What the page said to a correction."""
        self.translated()
        return notice(self("save", text, None))


def notice(outputs: dict[str, Any]) -> str:
    """What was told, wherever."""
    told = [value for name, value in outputs.items() if name.endswith("-notice") and isinstance(value, dict)]
    return " ".join(str(value[part]) for value in told for part in ("text", "detail") if value.get(part))
