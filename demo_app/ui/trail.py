"""What a person did with one sentence: the hypotheses they took, and the targets they made of them."""

from dataclasses import dataclass, replace
from typing import Self

from demo_app.services.readings import Target

LONGEST = 50
"""Steps that can be undone; the oldest go."""


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Step 0 is a hypothesis, each later one a target made in the lab or another hypothesis, by its rank."""

    start: int = 0
    made: tuple[Target | int, ...] = ()
    step: int = 0

    @property
    def steps(self) -> int:
        return 1 + len(self.made)

    @property
    def target(self) -> Target | None:
        """What is looked at; None for the hypothesis itself."""
        made = self.made[self.step - 1] if self.step else None
        return made if isinstance(made, Target) else None

    @property
    def hypothesis(self) -> int:
        """The one that was taken last."""
        return _last_taken(self.made[: self.step], self.start)

    @property
    def taken_at(self) -> int:
        """The step that took it."""
        steps = enumerate(self.made[: self.step], start=1)
        return max((step for step, made in steps if isinstance(made, int)), default=0)

    def going_on(self, made: Target | int) -> Self:
        """One step further; what had been undone is gone."""
        steps = (*self.made[: self.step], made)
        start = _last_taken(steps[:-LONGEST], self.start)
        return replace(self, start=start, made=steps[-LONGEST:], step=len(steps[-LONGEST:]))

    def at(self, step: int) -> Self:
        """Another step, as near to the one asked for as there is."""
        return replace(self, step=min(max(0, step), len(self.made)))


def _last_taken(made: tuple[Target | int, ...], start: int) -> int:
    return next((one for one in reversed(made) if isinstance(one, int)), start)
