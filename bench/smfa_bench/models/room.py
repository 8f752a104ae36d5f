"""Whether the weights of a saved model fit into the memory that is free, told before they are read."""

import gc
from math import prod
from pathlib import Path

import psutil
import torch
from safetensors import SafetensorError, safe_open

from smfa_bench.errors import PrerequisiteError
from smfa_bench.models.quantization import BYTES


def check_room(source: Path, *, dtype: torch.dtype, device: torch.device, quantization: str | None = None) -> None:
    """Refuse to load weights that are larger than the free memory; what is no folder of safetensors is not looked at.

    Args:
        source: Folder of the model.
        dtype: Type that the weights will have.
        device: Where they go.
        quantization: How those of the decoder are packed, if they are; all are counted as if they were.

    Raises:
        PrerequisiteError: If there is less free than the weights alone take.
    """
    width = dtype.itemsize if quantization is None else BYTES[quantization]
    refuse_if_short(str(source), int(_numbers(source) * width), dtype=dtype, device=device)


def refuse_if_short(source: str, weights: int, *, dtype: torch.dtype, device: torch.device) -> None:
    """Refuse to load weights that are larger than the free memory.

    Args:
        source: Folder or id of the model.
        weights: Bytes of its weights.
        dtype: Their type.
        device: Where they go.

    Raises:
        PrerequisiteError: If there is less free.
    """
    free = free_memory(device, wanted=weights)
    if weights > free:
        advice = "use --dtype bfloat16" if dtype == torch.float32 else "use a smaller model, or --device-map auto"
        raise PrerequisiteError(
            f"{source} needs {weights / 2**30:.1f} GiB for its weights in {str(dtype).removeprefix('torch.')}, "
            f"{free / 2**30:.1f} GiB are free on {device.type}; {advice}."
        )


def free_memory(device: torch.device, *, wanted: int) -> int:
    """Return the bytes that are free on a device; if fewer than wanted are, what nobody uses any more is given back."""
    free = _free(device)
    if free >= wanted:
        return free
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    return _free(device)


def _free(device: torch.device) -> int:
    return int(torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else psutil.virtual_memory().available)


def _numbers(folder: Path) -> int:
    count = 0
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="pt") as file:
                count += sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
        except SafetensorError:
            return 0  # who reads them tells what is wrong
    return count
