"""What the Dataset tab shows of a correction's history."""

from pathlib import Path

from demo_app.store.records import Author
from demo_app.ui.dataset_render import revision_rows
from tests.demo_app.store.reviewed import EVE, corrected_by
from tests.demo_app.store.samples import open_empty


def test_each_revision_says_what_became_of_it_by_whom_and_why(tmp_path: Path) -> None:
    store = open_empty(tmp_path / "x.db")
    first = corrected_by(store, "ada", "It rains.")
    ada = Author(id="ada", role="annotator")
    store.corrections.edit(first.id, 1, "Rain.", by=ada, comment="Short <b>is</b> better.")
    store.reviews.reject(first.id, 2, "too free", EVE)
    store.corrections.delete(first.id, 3, EVE)
    rows = revision_rows(store.corrections.history(first.id), lambda user_id: f"{user_id}!")
    told = [(row["number"], row["status"], row["who"], row["reason"], row["comment"]) for row in rows]
    assert told == [
        (4, "deleted", "eve!", "too free", "Short <b>is</b> better."),
        (3, "rejected", "eve!", "too free", "Short <b>is</b> better."),
        (2, "submitted", "ada!", "", "Short <b>is</b> better."),
        (1, "submitted", "ada!", "", ""),
    ]
    store.close()
