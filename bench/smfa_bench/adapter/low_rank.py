"""The change of one weight matrix as a product of two thin ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from torch import Tensor

TILE_ENTRIES: Final = 2**17
"""Entries of a tile: half a MiB in float32, so that what is done to it finds it in a processor's cache."""


@dataclass(frozen=True)
class LowRank:
    """LoRA factors of one linear layer, float32 on the CPU."""

    down: Tensor
    """A [r, in]."""
    up: Tensor
    """B [out, r]."""
    scale: float
    """α / r."""

    def delta(self) -> Tensor:
        """Return the dense change (α / r) · B · A [out, in]."""
        return (self.scale * self.up) @ self.down

    def tiles(self) -> Iterator[Tensor]:
        """Yield the dense change in tiles of whole rows [rows, in], from the first row to the last.

        Factors of equal shapes have tiles of equal shapes.
        """
        rows = max(1, TILE_ENTRIES // self.down.shape[1])
        for up in self.up.split(rows):
            yield (self.scale * up) @ self.down
