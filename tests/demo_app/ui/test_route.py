"""The menus follow what is chosen: whatever some model serves is one choice away, and the rest stays near."""

import pytest

from demo_app.services.model_info import ModelInfo
from demo_app.ui.route import Route, route_from, turned

Way = tuple[str, str]


def model(name: str, *directions: Way) -> ModelInfo:
    return ModelInfo(name, f"{name}@0", directions, True, 1, 1, 7, "")


TWO = model("two", ("fr", "en"), ("en", "fr"))
MANY = model("many", ("fr", "en"), ("en", "fr"), ("de", "en"), ("en", "de"), ("es", "en"))
MODELS = (TWO, MANY)


@pytest.mark.parametrize(
    ("language", "now", "wanted"),
    [
        ("fr", Route("two", "fr", "en"), Route("two", "fr", "en")),
        ("en", Route("two", "fr", "en"), Route("two", "en", "fr")),
        ("de", Route("two", "fr", "en"), Route("many", "de", "en")),
        ("en", Route("many", "de", "en"), Route("many", "en", "de")),
        ("fr", Route("many", "en", "de"), Route("many", "fr", "en")),
        ("fr", Route("two", "en", "fr"), Route("two", "fr", "en")),
        ("zh", Route("many", "en", "de"), Route("many", "en", "de")),
    ],
)
def test_the_route_from_a_language_is_the_nearest(language: str, now: Route, wanted: Route) -> None:
    assert route_from(language, now, MODELS) == wanted


def test_where_nothing_is_served_the_route_stays() -> None:
    assert route_from("fr", Route("two", "en", "fr"), ()) == Route("two", "en", "fr")
    assert turned(Route("two", "en", "fr"), ()) == Route("two", "fr", "en")


def test_the_way_back_is_by_the_same_model_or_by_one_that_knows_it() -> None:
    one_way = model("one-way", ("en", "de"))
    assert turned(Route("many", "en", "de"), (one_way, MANY)) == Route("many", "de", "en")
    assert turned(Route("one-way", "en", "de"), (one_way, MANY)) == Route("many", "de", "en")
    assert turned(Route(None, "en", "de"), (one_way, MANY)) == Route(None, "de", "en")
