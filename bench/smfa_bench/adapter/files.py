"""Adapters on disk: `adapter.safetensors` and `adapter.json` in a sealed folder."""

from pathlib import Path
from typing import Final

from pydantic import JsonValue
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.data.validation import Validation
from smfa_bench.errors import DamagedFileError
from smfa_bench.registry import ADAPTERS
from smfa_bench.storage import check_seal, read_json, sealed_folder, write_bytes, write_json

SCHEMA_VERSION: Final = 1


def save_adapter(adapter: Adapter, folder: Path) -> None:
    """Write an adapter; the folder appears when it is whole."""
    curves: dict[str, JsonValue] = {name: list(losses) for name, losses in adapter.curves.items()}
    with sealed_folder(folder) as working:
        tensors = {name: tensor.contiguous() for name, tensor in adapter.tensors().items()}
        write_bytes(working / "adapter.safetensors", save(tensors))
        document: dict[str, JsonValue] = {
            "schema_version": SCHEMA_VERSION,
            "kind": adapter.kind,
            "model_fingerprint": adapter.model_fingerprint,
            "settings": adapter.settings(),
            "curves": curves,
        }
        if adapter.validation is not None:
            document["validation"] = adapter.validation.model_dump(mode="json")
        write_json(working / "adapter.json", document)


def load_adapter(folder: Path) -> Adapter:
    """Read an adapter that `save_adapter` wrote.

    Raises:
        DamagedFileError: If a file is missing or changed, of another schema version, or does not hold an adapter.
        UsageError: If no installed package offers adapters of this kind.
    """
    check_seal(folder)
    document = read_json(folder / "adapter.json")
    if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
        raise DamagedFileError(f"{folder} is not an adapter of schema version {SCHEMA_VERSION}; run the method again.")
    kind: type[Adapter] = ADAPTERS.get(str(document.get("kind")))
    try:
        settings, curves = document["settings"], document["curves"]
        if not isinstance(settings, dict) or not isinstance(curves, dict):
            raise TypeError("settings and curves must be objects")
        adapter = kind.restore(str(document["model_fingerprint"]), load_file(folder / "adapter.safetensors"), settings)
        adapter.curves = {name: [float(str(loss)) for loss in losses or ()] for name, losses in curves.items()}  # type: ignore[union-attr]
        if "validation" in document:
            adapter.validation = Validation.model_validate(document["validation"])
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise DamagedFileError(f"{folder} does not hold a valid {kind.kind} adapter ({error}); run again.") from error
    return adapter
