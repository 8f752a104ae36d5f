"""A batch as methods see it, padded, with the same samples packed behind it for whoever wants their loss alone."""

from collections.abc import Callable

from torch import Tensor

from smfa_bench.models.encoding import Tensors
from smfa_bench.training.packing import Packed


class Batch(dict[str, Tensor]):
    """Padded tensors. As long as nobody changed any, they stand for the packed samples too."""

    def __init__(self, tensors: Tensors, pack: Callable[[], Packed]) -> None:
        """Hold tensors, and how to pack the same samples when asked."""
        super().__init__(tensors)
        self._pack = pack
        self._made = {name: (tensor, tensor._version) for name, tensor in tensors.items()}

    def packed(self) -> Packed | None:
        """Return the samples packed; None if a tensor was replaced or changed."""
        same = self.keys() == self._made.keys() and all(
            self[name] is tensor and tensor._version == version for name, (tensor, version) in self._made.items()
        )
        return self._pack() if same else None
