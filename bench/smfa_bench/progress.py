"""How long work tells how far it is; where it is shown is the caller's business."""

from collections.abc import Mapping
from typing import Protocol


class Progress(Protocol):
    """Receives what a stage does."""

    def stage(self, title: str, total: int) -> None:
        """Say that a stage of `total` steps begins; it ends the one before."""
        ...

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:
        """Say that steps of the stage are done, and what was measured in the last of them, by name."""
        ...


class Silent:
    """A progress that nobody sees."""

    def stage(self, title: str, total: int) -> None:
        """Say nothing."""

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:
        """Say nothing."""
