"""The real program on a free port: in a thread for most tests, as a process of its own where one must die."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from gradio_client import Client as Client  # type: ignore[import-untyped]

from core.checkpoint import save_checkpoint
from core.config import TransformerConfig
from demo_app.factory import create_app, open_port
from demo_app.services.passwords import Passwords
from demo_app.settings import SHIPPED_MODELS, Settings
from tests.sources import ROOT
from tests.tiny import tiny_checkpoint

START_S = 60
TRANSFORMER = TransformerConfig(
    vocab_size=400, embed_dim=12, heads=3, encoder_layers=2, decoder_layers=2, feedforward_dim=19
)


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    settings: Settings


@contextlib.contextmanager
def serve(settings: Settings, passwords: Passwords | None = None) -> Iterator[Served]:
    """In a thread of this process."""
    app = create_app(settings, passwords)
    with open_port("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app.asgi, log_level="error", timeout_graceful_shutdown=0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", settings)
        server.should_exit = True
        thread.join(timeout=10)
    app.close()


@contextlib.contextmanager
def process(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`python app.py` as a user starts it, with its address; killed at the end if it still runs."""
    flags = ["--port", "0", "--data-dir", str(settings.data_dir), "--models-dir", str(settings.models_dir)]
    command = [sys.executable, "app.py", *flags, "--threads", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            url = "http" + running.stdout.readline().strip().partition("http")[2]
            wait_until(lambda: is_up(url))
            yield running, url
        finally:
            running.kill()


def program_at(url: str) -> Client:
    """Talks to the server. It makes a connection of its own for every request, and with no TLS to check none
    of them reads all the authorities of the world first: 20 ms each, twice a question."""
    return Client(url, verbose=False, ssl_verify=False)


def is_up(url: str) -> bool:
    """True once it answers; the address is printed a moment earlier."""
    try:
        return httpx.get(f"{url}/healthz", verify=False).status_code == 200
    except httpx.TransportError:
        return False


def models_folder(folder: Path) -> Path:
    """The shipped models, and a tiny Transformer with random weights, for what only several heads show."""
    for model in SHIPPED_MODELS.glob("*/config.json"):
        (folder / model.parent.name).symlink_to(model.parent, target_is_directory=True)
    if not any(folder.iterdir()):
        save_checkpoint(folder / "tiny", tiny_checkpoint())
    save_checkpoint(folder / "tiny-transformer", tiny_checkpoint(TRANSFORMER, name="tiny-transformer"))
    return folder


def settings_in(data_dir: Path, models_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, models_dir=models_dir, threads=1)


def wait_until(condition: Callable[[], bool], seconds: float = START_S) -> None:
    """Poll; fail with a sentence rather than hang."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"nothing happened within {seconds} s"
        time.sleep(0.02)
