"""A change that is stored as it is, matrix by matrix: for results of merging and masking, which have no low rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue
from torch import Tensor

from smfa_bench.adapter.adapter import Adapter, Modality


@dataclass
class DenseAdapter(Adapter):
    """Takes as much memory as the matrices that it changes, in float32."""

    kind = "dense"

    deltas: dict[str, Tensor]
    """Change [out, in] of each layer by its full name, float32 on the CPU."""

    def names(self) -> tuple[str, ...]:
        """Return the names of the changed layers."""
        return tuple(self.deltas)

    def delta(self, name: str, modality: Modality) -> Tensor:  # noqa: ARG002
        """Return the change of one layer [out, in], the same for all questions."""
        return self.deltas[name]

    def tensors(self) -> dict[str, Tensor]:
        """Return the changes."""
        return dict(self.deltas)

    def settings(self) -> dict[str, JsonValue]:
        """Return nothing: the changes say it all."""
        return {}

    @classmethod
    def restore(cls, model_fingerprint: str, tensors: Mapping[str, Tensor], settings: Mapping[str, JsonValue]) -> Self:  # noqa: ARG003
        """Make the adapter again."""
        return cls(model_fingerprint, dict(tensors))
