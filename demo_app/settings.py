"""Every choice an operator makes, and the only place that reads the environment. Knows no service.

Each field is also an environment variable, as `INTERLINEAR_PORT=8080`."""

import os
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

PREFIX = "INTERLINEAR_"
SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "assets" / "models"


def default_data_dir() -> Path:
    """Where this account keeps programs' data: `$XDG_DATA_HOME`, else `~/.local/share`."""
    base = Path(os.environ.get("XDG_DATA_HOME", ""))
    # The XDG base directory specification says that a relative path is to be ignored.
    return (base if base.is_absolute() else Path.home() / ".local" / "share") / "interlinear"


class Settings(BaseSettings):
    """Frozen once read; pass it down. `Settings.load` says what is wrong in one sentence."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address to listen on; only this machine by default."
    )
    port: int = Field(default=7860, ge=0, le=65_535, description="Port to listen on; 0 takes any free one.")
    data_dir: Path = Field(
        default_factory=default_data_dir, description="Folder of the database and of everything written."
    )
    database_url: str = Field(
        default_factory=lambda values: f"sqlite:///{quote(str(values['data_dir'] / 'interlinear.db'))}",
        description="SQLAlchemy URL of the database; an SQLite file in `data_dir` by default.",
    )
    models_dir: Path = Field(
        default=SHIPPED_MODELS, description="Folder with one folder a model; the shipped ones by default."
    )
    corpora_dir: Path | None = Field(
        default=None,
        description="Folder of what `python -m core data` makes, to replay and to judge by in fine-tuning.",
    )
    default_model: str | None = Field(
        default=None, description="Model used when none is named; the best by its card if unset."
    )
    device: str = Field(
        default="auto", min_length=1, description="Where models run: auto, cpu, cuda or cuda:N."
    )
    threads: int = Field(
        default=0, ge=0, le=1024, description="Processor threads of a model; 0 leaves it to torch."
    )

    allowed_hosts: str | None = Field(
        default=None,
        description="Names that a browser may ask for where nobody logs in, beside localhost and `host`; "
        "commas between them, * for any.",
    )
    login: bool = Field(
        default=False, description="Ask everybody to log in; accounts are made on the command line."
    )
    session_hours: float = Field(
        default=168, gt=0, le=8760, description="How long a login lasts, hours; a week by default."
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs logins and makes pseudonyms; made once in `data_dir` if unset.",
    )
    licence: str = Field(
        default="CC BY 4.0",
        min_length=1,
        max_length=200,
        description="Licence of the dataset, which contributors accept.",
    )

    max_text_chars: int = Field(default=5000, ge=1, description="Characters of a text to translate.")
    max_word_chars: int = Field(default=500, ge=1, description="Characters between two spaces.")
    max_segments: int = Field(default=50, ge=1, description="Sentences of a text to translate.")
    max_segment_pieces: int = Field(default=200, ge=1, description="Subword pieces of one sentence.")

    max_import_bytes: int = Field(
        default=268_435_456, ge=1, description="Bytes of a file of texts that is sent to a project."
    )

    gate_margin: float = Field(
        default=0.3,
        ge=0.01,
        le=100,
        description="BLEU that the general set may lose at most if a candidate is to be promoted.",
    )

    max_batch: int = Field(
        default=32, ge=1, le=1024, description="Sentences that the model decodes together."
    )
    batch_wait_ms: float = Field(
        default=4,
        ge=0,
        le=1000,
        description="Longest wait for company when other requests have just come, milliseconds.",
    )
    queue_size: int = Field(
        default=256,
        ge=1,
        description="Sentences that may wait for the model before it says it is busy; at least twice "
        "`max_segments`.",
    )
    request_timeout_s: float = Field(
        default=60, gt=0, le=3600, description="Longest time for one translation, seconds."
    )

    @field_validator("data_dir", "models_dir", "corpora_dir")
    @classmethod
    def _expand_home(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @model_validator(mode="after")
    def _longest_text_fits_the_queue(self) -> Self:
        # Each sentence may be asked along with the source of its suggestion (docs/learning-loop.md).
        if self.queue_size < 2 * self.max_segments:
            raise ValueError(
                f"`queue_size` must be at least twice `max_segments` ({self.max_segments}), but is "
                f"{self.queue_size}; the longest text allowed, with suggestions, could never be translated."
            )
        return self

    @property
    def versions_dir(self) -> Path:
        """Where the versions of models lie that came of feedback."""
        return self.data_dir / "models"

    @property
    def jobs_dir(self) -> Path:
        """Where each job has a folder."""
        return self.data_dir / "jobs"

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the environment; `overrides` (flags of a command, None = not given) win.

        Raises `ConfigError` that names each wrong setting, what was got and what must hold."""
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            # A default that depends on a wrong setting fails with it, and is not a second mistake.
            mistakes = [one for one in error.errors() if one["type"] != "default_factory_not_called"]
            raise ConfigError(" ".join(_sentence(one, given) for one in mistakes)) from error


def _sentence(problem: Any, given: dict[str, Any]) -> str:
    """One validation problem in words. Example: `INTERLINEAR_PORT` is '99999': ..."""
    if not problem["loc"]:
        return str(problem["ctx"]["error"])
    name = str(problem["loc"][0])
    spelled = name if name in given else PREFIX + name.upper()
    wanted = problem["msg"][0].lower() + problem["msg"][1:]
    return f"The setting `{spelled}` is {str(problem['input'])!r}: {wanted}."
