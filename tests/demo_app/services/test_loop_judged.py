"""What people judged, in ratings and comparisons, is learned from beside what they wrote."""

import json

from demo_app.store.project_records import Output
from demo_app.store.records import CorrectionQuery
from tests.demo_app.services.loop_rig import Loop, sentence
from tests.demo_app.services.test_loop import candidate, lines
from tests.demo_app.store.judged import project_of, rated
from tests.demo_app.store.samples import correct
from tests.demo_app.store.test_preferences import compared


def test_what_people_preferred_is_learned_from_beside_what_they_wrote(loop: Loop) -> None:
    for number in range(30):
        correct(loop.store, sentence(number).upper(), sentence(number), "something else")
    compared(loop.store, 1, 2, 2)
    loop.exports.freeze("both", CorrectionQuery(), judgements=True)
    plan = loop.tuning.plan("both", "tiny")
    assert (plan.counts["records"], plan.preferences, plan.ratings) == (30, 2, 0)
    job = loop.start("both", preference=1.0, steps=1)
    assert loop.run(job) == 0, loop.folder(job).log_tail(50)
    told = json.loads((loop.folder(job).path / "train" / "run.json").read_text())["data"]
    counts = loop.folder(job).job()["data"]
    assert counts["records"] == 32
    assert told["feedback"]["examples"] == counts["learned"]


def test_ratings_are_learned_from_as_rewards_beside_what_people_wrote(loop: Loop) -> None:
    for number in range(30):
        correct(loop.store, sentence(number).upper(), sentence(number), "something else")
        output = Output(text=sentence(500 + number), made_by="rnn")
        item = project_of(loop.store, candidates=(output,), source_text=sentence(900 + number))[0]
        rated(loop.store, item, 3 * number)
    loop.exports.freeze("both", CorrectionQuery(), judgements=True)
    assert loop.tuning.plan("both", "tiny").ratings == 30
    job = loop.start("both", objective="risk", reward="rating", risk_share=0.5, steps=2)
    assert loop.run(job) == 0, loop.folder(job).log_tail(50)
    folder = loop.folder(job)
    told = json.loads((folder.path / "train" / "run.json").read_text())["data"]
    ratings = [one["rating"] for one in lines(folder, "judged")]
    assert len(ratings) > 10 and set(ratings) <= {3.0 * number for number in range(30)}
    assert told["feedback"]["examples"] == len(ratings) + len(lines(folder, "feedback"))
    lineage = loop.registries.of("tiny").get(candidate(loop)).lineage
    assert lineage and lineage.options["reward"] == "rating"
