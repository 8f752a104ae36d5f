"""An adapter in forms that other software reads: PEFT's LoRA, merged weights, or the plain change."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from peft import LoraConfig as PeftConfig
from pydantic import JsonValue
from safetensors.torch import save
from torch import Tensor

from smfa_bench.adapter.adapter import Adapter, Modality, attached
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.adapter.merging import merge_saved
from smfa_bench.errors import UsageError
from smfa_bench.models.quantization import unpack
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import linear_names, load_model
from smfa_bench.storage import sealed_folder, write_bytes, write_json


@dataclass(frozen=True)
class Approximation:
    """How far a change of low rank is from the change itself."""

    rank: int
    relative_error: float
    """‖ΔW − B · A‖_F / ‖ΔW‖_F over all matrices, in [0, 1]; 0 is exact."""
    relative_error_by_matrix: dict[str, float]


def export_peft(adapter: Adapter, folder: Path, *, rank: int, modality: Modality) -> Approximation:
    """Write the nearest LoRA of a rank in PEFT's form, with `approximation.json` beside it.

    Args:
        adapter: Any adapter.
        folder: Must not be there yet; appears when it is whole.
        rank: At least 1, at most the smaller side of the smallest matrix.
        modality: Which change of a routed adapter.

    Raises:
        UsageError: If the folder is there, or the rank does not fit a matrix.
    """
    _check_new(folder)
    tensors: dict[str, Tensor] = {}
    errors, norms = {}, {}
    for name in adapter.names():
        delta = adapter.delta(name, modality)
        factors = nearest(delta, rank)
        tensors[f"base_model.model.{name}.lora_A.weight"] = factors.down
        tensors[f"base_model.model.{name}.lora_B.weight"] = factors.up
        norms[name] = torch.linalg.matrix_norm(delta).item()
        errors[name] = torch.linalg.matrix_norm(delta - factors.delta()).item()
    approximation = Approximation(
        rank,
        _ratio(math.hypot(*errors.values()), math.hypot(*norms.values())),
        {name: _ratio(error, norms[name]) for name, error in errors.items()},
    )
    with sealed_folder(folder) as working:
        write_bytes(working / "adapter_model.safetensors", save(tensors))
        write_json(working / "adapter_config.json", _peft_settings(adapter.names(), rank))
        write_json(working / "approximation.json", asdict(approximation))
    return approximation


def export_merged(spec: ModelSpec, source: Path, adapter: Adapter, folder: Path, *, modality: Modality) -> None:
    """Write model and processor with the change in the weights, as `from_pretrained` reads them.

    The saved files are copied and changed matrix by matrix; only where their weights are not the ones that the adapter
    was made for as they lie there (other names, another type) is the model loaded.

    Args:
        spec: Recipe of the model.
        source: Folder of the saved model that the adapter was made for.
        adapter: Any adapter.
        folder: Must not be there yet; appears when it is whole.
        modality: Which change of a routed adapter.

    Raises:
        UsageError: If the folder is there.
        BenchError: If the adapter does not fit the model.
    """
    _check_new(folder)
    if merge_saved(source, linear_names(spec, source), adapter, folder, modality=modality):
        return
    vlm = load_model(spec, source)
    unpack(vlm.model)
    with attached(vlm, adapter, modality), sealed_folder(folder) as working:
        vlm.save(working)


def export_delta(adapter: Adapter, folder: Path, *, modality: Modality) -> None:
    """Write `delta.safetensors`: the dense change [out, in] of each weight, float32, by the weight's full name.

    Raises:
        UsageError: If the folder is there.
    """
    _check_new(folder)
    tensors = {f"{name}.weight": adapter.delta(name, modality).contiguous() for name in adapter.names()}
    with sealed_folder(folder) as working:
        write_bytes(working / "delta.safetensors", save(tensors))


def nearest(delta: Tensor, rank: int) -> LowRank:
    """Return the factors of a rank whose product is nearest to a matrix, by its truncated SVD (Eckart and Young 1936).

    Args:
        delta: The matrix [out, in].
        rank: In [1, min(out, in)].

    Raises:
        UsageError: If the rank is not in that range.
    """
    if not 1 <= rank <= min(delta.shape):
        raise UsageError(f"rank {rank} does not fit a matrix of {[*delta.shape]}; valid: 1 to {min(delta.shape)}.")
    left, sizes, right = torch.linalg.svd(delta, full_matrices=False)
    half = sizes[:rank].sqrt()
    return LowRank((half[:, None] * right[:rank]).contiguous(), (left[:, :rank] * half).contiguous(), 1.0)


def _peft_settings(names: Sequence[str], rank: int) -> dict[str, JsonValue]:
    settings: dict[str, JsonValue] = PeftConfig(r=rank, lora_alpha=rank, inference_mode=True).to_dict()
    settings["target_modules"] = [*sorted(names)]
    return settings


def _ratio(error: float, norm: float) -> float:
    return error / norm if norm else 0.0


def _check_new(folder: Path) -> None:
    if folder.exists():
        raise UsageError(f"{folder} is there already; name a folder that is not, or delete it.")
