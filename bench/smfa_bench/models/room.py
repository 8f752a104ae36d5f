"""Whether the weights of a saved model fit into the memory that is free, told before they are read."""

import gc
from math import prod
from pathlib import Path

import psutil
import torch
from safetensors import SafetensorError, safe_open

from smfa_bench.errors import PrerequisiteError


def check_room(source: Path, *, dtype: str, device: torch.device) -> None:
    """Refuse to load weights that are larger than the free memory; what is no folder of safetensors is not looked at.

    Args:
        source: Folder of the model.
        dtype: Name of the type that the weights will have.
        device: Where they go.

    Raises:
        PrerequisiteError: If there is less free than the weights alone take.
    """
    needed = _numbers(source) * torch.empty(0, dtype=getattr(torch, dtype)).element_size()
    free = free_memory(device)
    if needed > free:
        advice = "use --dtype bfloat16" if dtype == "float32" else "use a smaller model, or --device-map auto"
        raise PrerequisiteError(
            f"{source} needs {needed / 2**30:.1f} GiB for its weights in {dtype}, {free / 2**30:.1f} GiB are free on "
            f"{device.type}; {advice}."
        )


def free_memory(device: torch.device) -> int:
    """Return the bytes that are free on a device, once what nobody uses any more was given back."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def _numbers(folder: Path) -> int:
    count = 0
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="pt") as file:
                count += sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118
        except SafetensorError:
            return 0  # who reads them tells what is wrong
    return count
