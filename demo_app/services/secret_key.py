"""The one secret of an installation, and the keys made from it. Knows no cookie and no export."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from core.errors import ConfigError, StoreUnavailableError
from demo_app.settings import Settings

MIN_CHARS = 32
FILE = "secret.key"


def secret_key(settings: Settings) -> str:
    """The settings' own, else the one in the data folder, made there (mode 0600) if there is none.

    Raises `ConfigError` for one that is too short, `StoreUnavailableError` if it cannot be kept."""
    if settings.secret_key is not None:
        return _long_enough(settings.secret_key.get_secret_value(), "The setting `secret_key`")
    path = settings.data_dir / FILE
    try:
        if not path.exists():
            _make(path)
        return _long_enough(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnavailableError(
            f"The secret key must be kept in {path}, but cannot be read or written ({error}); make the "
            "folder writable for this account, or set INTERLINEAR_SECRET_KEY."
        ) from error


def pseudonym(name: str, key: str) -> str:
    """The id of an account, which stands in exports: nobody can tell whose it is without the key.

    The same for the same name in every database with this key, whatever the name's case."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "u-" + hmac.new(key.encode(), f"pseudonym:{folded}".encode(), hashlib.sha256).hexdigest()[:16]


def _make(path: Path) -> None:
    """Whole or not at all, and only once: of several processes that start together, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{FILE}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)


def _long_enough(key: str, where: str) -> str:
    if len(key) < MIN_CHARS:
        raise ConfigError(
            f"{where} must have at least {MIN_CHARS} characters, but has {len(key)}; "
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key
