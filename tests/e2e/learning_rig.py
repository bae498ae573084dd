"""What a server can learn from: corrections in its database, and corpora beside it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo_app.factory import new_id, utc_now
from demo_app.settings import Settings
from demo_app.store.database import Store, open_store
from demo_app.store.records import NewCorrection
from tests.demo_app.store.samples import translation

SYLLABLES = ("ba", "do", "fi", "gu", "le", "mo", "ni", "pa", "ru", "to")
WORDS = ("ferry", "island", "baker", "bread", "kitchen", "door", "bicycles", "cellar", "morning", "seven")
"""What the syllables mean in the language of the toys, one each."""
LENGTH = 5
GENERAL_PAIRS = 70


def toy(number: int) -> tuple[str, str]:
    """A source and what it means; no two are near each other."""
    drawn = random.Random(number).choices(range(len(WORDS)), k=LENGTH)
    return " ".join(SYLLABLES[one] for one in drawn), " ".join(WORDS[one] for one in drawn)


@contextmanager
def learning_in(settings: Settings) -> Iterator[Store]:
    """The database of a server that runs."""
    store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
    yield store
    store.close()


def correct_all(store: Store, pairs: list[tuple[str, str]]) -> None:
    """As if people had corrected what the machine wrote."""
    for source, target in pairs:
        shown = store.translations.add(translation(source, "something else"))
        store.corrections.add(NewCorrection(shown.id, 0, 0, target, "corrected", 9.0))


def write_corpora(folder: Path) -> Path:
    """A general set, of what the toys cannot know."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = (f"{SYLLABLES[n % 10]}{n}\t{WORDS[n % 7]}{n * n}\n" for n in range(GENERAL_PAIRS))
    (folder / "toy.fr-en.dev.tsv").write_text("".join(rows))
    return folder
