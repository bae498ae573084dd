"""Serve the page: flags -> Settings -> create_app -> uvicorn. Nothing else."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from core.errors import InterlinearError
from demo_app.factory import create_app, open_port
from demo_app.settings import Settings

# An open page keeps a connection for as long as it is open; a stop does not wait for that.
LAST_WORDS_S = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 after a normal stop, 1 when the page cannot start (one sentence says why)."""
    try:
        settings = Settings.load(**vars(read_flags(arguments)))
        with open_port(settings.host, settings.port) as listener:
            app = create_app(settings)
            print(f"Interlinear is at http://{settings.host}:{listener.getsockname()[1]}", flush=True)
            config = uvicorn.Config(app.asgi, log_level="warning", timeout_graceful_shutdown=LAST_WORDS_S)
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return 0
    except InterlinearError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_flags(arguments: Sequence[str] | None) -> argparse.Namespace:
    """A flag that is not given leaves the choice to the environment (`INTERLINEAR_PORT` and so on)."""
    parser = argparse.ArgumentParser(prog="app.py", description="Serve Interlinear in the browser.")
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (7860; 0 takes a free one)")
    parser.add_argument("--data-dir", type=Path, help="folder of the database")
    parser.add_argument("--models-dir", type=Path, help="folder with one folder a model (assets/models)")
    parser.add_argument("--device", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, help="processor threads of a model (0: torch decides)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
