"""The state of a training on disk, so that a killed one goes on where it stood. Safetensors only."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from smfa_bench.data.validation import Point
from smfa_bench.processes import is_first
from smfa_bench.storage import write_bytes
from smfa_bench.training.watch import Watch

INTERVAL: Final = 20.0
"""Seconds between two states that are kept."""
MOMENTS: Final = ("exp_avg", "exp_avg_sq")


class Checkpoint:
    """Parameters, AdamW moments, losses and validations in one `state.safetensors`; a damaged one counts as none."""

    def __init__(
        self,
        folder: Path | None,
        parameters: Mapping[str, nn.Parameter],
        optimizer: torch.optim.AdamW,
        watch: Watch | None = None,
    ) -> None:
        self._path = folder / "state.safetensors" if folder else None
        self._parameters = parameters
        self._optimizer = optimizer
        self._watch = watch
        self._kept_at = time.monotonic()

    def resume(self) -> list[float]:
        """Restore the kept state, if there is one, and return the losses of the steps it has behind it."""
        if self._path is None or not self._path.exists():
            return []
        try:
            with safe_open(self._path, framework="pt") as file:
                losses: list[float] = json.loads(file.metadata()["losses"])
                points = json.loads(file.metadata()["validation"]) if self._watch else []
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            seen = [Point.model_validate(point) for point in points]
            self._restore(tensors)
        except (SafetensorError, KeyError, TypeError, ValueError):
            self.discard()
            return []
        if self._watch is not None:
            self._watch.points[:] = seen
        return losses

    def keep(self, losses: list[float]) -> None:
        """Write the state if the last one is old enough."""
        if self._path is None or not is_first() or time.monotonic() - self._kept_at < INTERVAL:
            return
        tensors: dict[str, Tensor] = {}
        for name, parameter in self._parameters.items():
            tensors[f"parameter/{name}"] = parameter.detach().contiguous()
            for key, tensor in self._optimizer.state[parameter].items():
                tensors[f"{key}/{name}"] = tensor.contiguous()
        told = {"losses": json.dumps(losses)}
        if self._watch is not None:
            told["validation"] = json.dumps([point.model_dump() for point in self._watch.points])
        write_bytes(self._path, save(tensors, metadata=told))
        self._kept_at = time.monotonic()

    def discard(self) -> None:
        """Delete the state: the training is done."""
        if self._path is not None and is_first():
            self._path.unlink(missing_ok=True)

    def _restore(self, tensors: Mapping[str, Tensor]) -> None:
        states = {}
        for index, (name, parameter) in enumerate(self._parameters.items()):
            # A parameter that no batch depended on so far has neither moments nor a count of steps.
            if f"step/{name}" in tensors:
                states[index] = {key: tensors[f"{key}/{name}"] for key in ("step", *MOMENTS)}
            for key in ("parameter", *(MOMENTS if index in states else ())):
                if tensors[f"{key}/{name}"].shape != parameter.shape:
                    raise ValueError(f"{key}/{name} has another shape")
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(tensors[f"parameter/{name}"])
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": states, "param_groups": groups})
