"""Which model translates between which languages, and the nearest that can be had of what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.errors import ConfigError
from demo_app.services.model_info import ModelInfo


@dataclass(frozen=True)
class Route:
    """What the menus above the text say."""

    model: str | None
    source: str
    target: str

    def to_dict(self) -> dict[str, Any]:
        """As the menus have it."""
        return {"model": self.model, "source": self.source, "target": self.target}


def read_route(route: Any) -> Route:
    """What the menus sent; raises `ConfigError`."""
    if not isinstance(route, dict) or not all(isinstance(route.get(n), str) for n in ("source", "target")):
        raise ConfigError(f"`route` must name a `source` and a `target` language, but is {route!r}.")
    model = route.get("model")
    return Route(model if isinstance(model, str) else None, route["source"], route["target"])


def turned(now: Route, models: Sequence[ModelInfo]) -> Route:
    """The way back, by the same model if it knows it, else by one that does."""
    back = replace(now, source=now.target, target=now.source)
    names = [model.name for model in models if (back.source, back.target) in model.directions]
    return back if not names or back.model in (None, *names) else replace(back, model=names[0])


def route_from(language: str, now: Route, models: Sequence[ModelInfo]) -> Route:
    """The route nearest to the present one whose source is in that language; the present one if none is.

    assets/components/route.js has the same order: into the same language, else into the one that was the
    source, and rather by the same model."""
    found = [
        Route(model.name, source, target)
        for model in models
        for source, target in model.directions
        if source == language
    ]

    def distance(route: Route) -> tuple[bool, bool, bool]:
        return (route.target != now.target, route.target != now.source, route.model != now.model)

    return min(found, key=distance, default=now)
