"""Tensors in safetensors files, read and written where they lie, one at a time.

A file is the length of its header (8 bytes, little-endian), the header (JSON: type, shape and place of each tensor by
name), and the bytes of the tensors.
"""

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from smfa_bench.errors import DamagedFileError

TYPES: Final = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""Those a weight that can be changed may have."""


@dataclass(frozen=True)
class TensorPlace:
    """Where a tensor lies."""

    path: Path
    start: int
    """Its first byte in the file."""
    shape: tuple[int, ...]
    dtype: torch.dtype

    def read(self) -> Tensor:
        """Return the tensor, in memory of its own."""
        content = bytearray(prod(self.shape) * self.dtype.itemsize)
        with self.path.open("rb") as file:
            file.seek(self.start)
            if file.readinto(content) != len(content):
                raise DamagedFileError(f"{self.path} is shorter than its header says; make it again.")
        return torch.frombuffer(content, dtype=self.dtype).view(self.shape)

    def write(self, tensor: Tensor) -> None:
        """Put another tensor of the same shape and type in its place."""
        with self.path.open("r+b") as file:
            file.seek(self.start)
            file.write(tensor.contiguous().view(torch.uint8).numpy().data)


def find_tensors(folder: Path) -> dict[str, TensorPlace]:
    """Return where the tensors of all safetensors files of a folder lie, by name, integers left out.

    Raises:
        DamagedFileError: If a header can't be read.
    """
    found = {}
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            for name, told in header.items():
                if told["dtype"] in TYPES:
                    start = 8 + length + told["data_offsets"][0]
                    found[name] = TensorPlace(path, start, tuple(told["shape"]), TYPES[told["dtype"]])
        except (OSError, OverflowError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedFileError(f"{path} is not a safetensors file ({error}); make it again.") from error
    return found
