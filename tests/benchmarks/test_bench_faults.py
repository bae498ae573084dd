from pathlib import Path

from benchmarks.bench_faults import compare
from tests.demo_app.store.samples import correct, open_at


def test_what_was_lost_doubled_or_stored_by_half_is_seen(tmp_path: Path) -> None:
    store = open_at(tmp_path / "x.db")
    saved = {text: correct(store, text).id for text in ("one", "two", "three")}
    sound = {"lost": 0, "doubled": 0, "half_stored": 0, "database_is_sound": True}
    assert compare(store, saved) == sound
    assert compare(store, {**saved, "four": "never-stored", "one": "other"}) == {**sound, "lost": 2}
    correct(store, "one")
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM correction_revisions WHERE correction_id = '{saved['two']}'")
    assert compare(store, {"two": saved["two"]}) == {**sound, "doubled": 1, "half_stored": 1}
    store.close()
