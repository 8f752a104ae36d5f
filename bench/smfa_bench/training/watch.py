"""Looks at what is known, every so many steps of a training."""

from collections.abc import Callable
from dataclasses import dataclass, field

from smfa_bench.data.validation import Known, Point


@dataclass
class Watch:
    """The validations of one training."""

    every: int
    measure: Callable[[], Known]
    """Must change nothing; every process gets the same."""
    points: list[Point] = field(default_factory=list)

    def look(self, step: int, *, last: int) -> dict[str, float]:
        """Measure after so many steps if it is time, and return what a tracker is told; nothing if it is not."""
        if step % self.every and step != last:
            return {}
        known = self.measure()
        self.points.append(Point(step=step, forget=known.forget, retain=known.retain))
        told = {"forget": known.forget, "retain": known.retain, "margin": known.margin}
        return {f"validation {name}": value for name, value in told.items()}

    def note(self) -> str:
        """Return the newest margin as a clause for the display."""
        return f", margin {self.points[-1].margin:.3f} at step {self.points[-1].step}" if self.points else ""
