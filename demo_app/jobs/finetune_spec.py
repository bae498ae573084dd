"""What a job of fine-tuning is told. Knows no tensor: whoever starts one need not load torch."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FinetuneJob:
    """What job.json says."""

    base: str = ""
    """Model folder of the version that it starts from: of the one in use when its process first starts, which
    notes it here."""
    registry: str
    """Folder of the versions of this model."""
    shipped: str
    """Model folder of the shipped one."""
    corpora: str
    """Folder of what it learned from; empty where there is none."""
    config: dict[str, Any]
    """As `FinetuneConfig.from_dict` takes it."""
    device: str
    threads: int
    margin: float
    """BLEU that the general set may fall."""
    snapshot: str
    """Id."""
    snapshot_name: str
    created_at: str
    code_version: str
    data: dict[str, int]
    """How many records were learned from, held out, dropped and so on."""
    halvings: int = 0
    """How often the batch is halved from the start."""
