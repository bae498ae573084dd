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
WHO = (
    *(("Le boulanger", "The baker"), ("Ma voisine", "My neighbour"), ("Le facteur", "The postman")),
    *(("Notre maire", "Our mayor"), ("La fleuriste", "The florist"), ("Mon oncle", "My uncle")),
    *(("Le pêcheur", "The fisherman"), ("Une élève", "A pupil"), ("Le bûcheron", "The woodcutter")),
    *(("La notaire", "The solicitor"), ("Mon cousin", "My cousin"), ("Le brocanteur", "The junk dealer")),
    *(("La cordonnière", "The cobbler"), ("Un berger", "A shepherd"), ("Le sourcier", "The dowser")),
    ("Leur nièce", "Their niece"),
)
WHAT = (
    *(("répare une montre", "repairs a watch"), ("peint la porte", "paints the door")),
    *(("range ses outils", "puts the tools away"), ("lit le journal", "reads the paper")),
    *(("vend des cerises", "sells cherries"), ("cherche un parapluie", "is looking for an umbrella")),
    *(("attend le bac", "is waiting for the ferry"), ("chante une berceuse", "sings a lullaby")),
    *(("affûte une faux", "sharpens a scythe"), ("ramasse des girolles", "picks chanterelles")),
    *(("tresse un panier", "weaves a basket"), ("accorde le piano", "tunes the piano")),
    *(("ferre un âne", "shoes a donkey"), ("écosse des fèves", "shells broad beans")),
    *(("taille la haie", "trims the hedge"), ("nourrit les oies", "feeds the geese")),
)
WHERE = (
    *(("devant l'église", "outside the church"), ("sur le quai", "on the quay")),
    *(("dans la cour", "in the yard"), ("près du moulin", "near the mill")),
    *(("au bord du lac", "by the lake"), ("à la gare", "at the station")),
    *(("sous les tilleuls", "under the lime trees"), ("dans le grenier", "in the attic")),
    *(("derrière la grange", "behind the barn"), ("au lavoir", "at the wash house")),
    *(("sur la passerelle", "on the footbridge"), ("dans la tourbière", "in the peat bog")),
    *(("au pied du phare", "at the foot of the lighthouse"), ("dans la serre", "in the greenhouse")),
    *(("près de l'écluse", "near the lock"), ("sous le préau", "under the covered playground")),
)
VILLAGE = len(WHO) * len(WHAT)
"""Sentences that `village` has."""


def toy(number: int) -> tuple[str, str]:
    """A source and what it means; no two are near each other."""
    drawn = random.Random(number).choices(range(len(WORDS)), k=LENGTH)
    return " ".join(SYLLABLES[one] for one in drawn), " ".join(WORDS[one] for one in drawn)


def village(number: int) -> tuple[str, str]:
    """A sentence and what it means; no two share more than one part of three."""
    one, other = number % len(WHO), number // len(WHO) % len(WHAT)
    parts = WHO[one], WHAT[other], WHERE[(one + other) % len(WHERE)]
    return " ".join(part[0] for part in parts) + ".", " ".join(part[1] for part in parts) + "."


@contextmanager
def learning_in(settings: Settings) -> Iterator[Store]:
    """The database of a server that runs."""
    store = open_store(settings.database_url, clock=utc_now, new_id=new_id)
    yield store
    store.close()


def correct_all(store: Store, pairs: list[tuple[str, str]]) -> None:
    """As if people had corrected what the machine wrote, all at once."""
    with store.database.writing():
        for source, target in pairs:
            shown = store.translations.add(translation(source, "something else"))
            store.corrections.add(NewCorrection(shown.id, 0, 0, target, "corrected", 9.0))


def write_corpora(folder: Path) -> Path:
    """A general set, of what the toys cannot know."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = (f"{SYLLABLES[n % 10]}{n}\t{WORDS[n % 7]}{n * n}\n" for n in range(GENERAL_PAIRS))
    (folder / "toy.fr-en.dev.tsv").write_text("".join(rows))
    return folder
