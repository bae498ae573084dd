"""What a person did with one sentence: which hypothesis they took, and the targets they made of it since."""

from dataclasses import dataclass, replace
from typing import Self

from demo_app.services.readings import Target

LONGEST = 50
"""Steps that can be undone; the oldest go."""


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Step 0 is the hypothesis, each later one a target made in the lab."""

    hypothesis: int = 0
    made: tuple[Target, ...] = ()
    step: int = 0

    @property
    def steps(self) -> int:
        return 1 + len(self.made)

    @property
    def target(self) -> Target | None:
        """What is looked at; None for the hypothesis itself."""
        return self.made[self.step - 1] if self.step else None

    def going_on(self, target: Target) -> Self:
        """One step further; what had been undone is gone."""
        made = (*self.made[: self.step], target)[-LONGEST:]
        return replace(self, made=made, step=len(made))

    def at(self, step: int) -> Self:
        """Another step, as near to the one asked for as there is."""
        return replace(self, step=min(max(0, step), len(self.made)))
