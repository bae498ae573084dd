"""The pairs that are dev and test for good, so that figures stay comparable: fingerprints, not texts."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path

from core.corpora.split import FINGERPRINT_BYTES, HELD, Pinned
from core.errors import ConfigError


def read_pinned(path: Path) -> dict[str, Pinned]:
    """Pinned pairs by name of the corpus; a line is name, part and fingerprints in base64."""
    found: dict[str, dict[str, frozenset[bytes]]] = {}
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            if line and not line.startswith("#"):
                name, part, encoded = line.split()
                found.setdefault(name, {})[part] = _unpack(base64.b64decode(encoded, validate=True))
    except (OSError, ValueError) as error:
        raise ConfigError(f"The list of pinned pairs {path} cannot be read: {error}.") from error
    return dict(found)


def format_pinned(pinned: Mapping[str, Mapping[str, Iterable[bytes]]]) -> str:
    """The lines that `read_pinned` reads."""
    return "".join(
        f"{name} {part} {base64.b64encode(b''.join(sorted(set(parts[part])))).decode()}\n"
        for name, parts in pinned.items()
        for part in HELD
    )


def _unpack(packed: bytes) -> frozenset[bytes]:
    starts = range(0, len(packed), FINGERPRINT_BYTES)
    return frozenset(packed[start : start + FINGERPRINT_BYTES] for start in starts)
