"""The change of one weight matrix as a product of two thin ones."""

from dataclasses import dataclass

from torch import Tensor


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
        return self.scale * (self.up @ self.down)
