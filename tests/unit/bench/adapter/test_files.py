"""Adapters on disk: the same change comes back, and anything else is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from smfa_bench.adapter.adapter import LoraAdapter, Modality
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.fingerprint import file_digest
from smfa_bench.storage import SEAL, write_json


@pytest.fixture
def saved(lora: LoraAdapter, tmp_path: Path) -> Path:
    save_adapter(lora, tmp_path / "adapter")
    return tmp_path / "adapter"


def rewrite(folder: Path, **changes: Any) -> None:
    """Change fields of the document, and the seal with it."""
    document = json.loads((folder / "adapter.json").read_text()) | changes
    write_json(folder / "adapter.json", document)
    reseal(folder)


def reseal(folder: Path) -> None:
    names = [path.name for path in folder.iterdir() if path.name != SEAL]
    write_json(folder / SEAL, {name: file_digest(folder / name) for name in names})


def test_the_same_change_comes_back(lora: LoraAdapter, saved: Path) -> None:
    loaded = load_adapter(saved)
    assert isinstance(loaded, LoraAdapter)
    assert (loaded.model_fingerprint, loaded.names(), loaded.curves) == (
        lora.model_fingerprint,
        lora.names(),
        lora.curves,
    )
    for name in lora.names():
        assert torch.equal(loaded.delta(name, Modality.TEXT), lora.delta(name, Modality.TEXT))


def test_the_folder_holds_safetensors_json_and_a_seal_and_no_pickle(saved: Path) -> None:
    assert {path.name for path in saved.iterdir()} == {"adapter.safetensors", "adapter.json", SEAL}


@pytest.mark.parametrize("name", ["adapter.safetensors", "adapter.json"])
def test_a_truncated_file_is_refused(saved: Path, name: str) -> None:
    (saved / name).write_bytes((saved / name).read_bytes()[:-7])
    with pytest.raises(DamagedFileError, match="was changed"):
        load_adapter(saved)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="No such file"):
        load_adapter(tmp_path / "nowhere")


def test_a_kind_that_is_not_installed_is_a_usage_error(saved: Path) -> None:
    rewrite(saved, kind="lroa")
    with pytest.raises(UsageError, match=r"unknown adapter kind 'lroa'. Did you mean 'lora'"):
        load_adapter(saved)


def test_a_newer_schema_is_refused(saved: Path) -> None:
    rewrite(saved, schema_version=2)
    with pytest.raises(DamagedFileError, match="not an adapter of schema version 1"):
        load_adapter(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": []},
        {"settings": {}},
        {"settings": {"scales": []}},
        {"settings": {"scales": {"no.such.layer": 1.0}}},
        {"settings": {"scales": {"no.such.layer": "many"}}},
        {"curves": None},
        {"curves": {"training": ["high"]}},
    ],
)
def test_a_document_of_another_shape_is_refused(saved: Path, changes: dict[str, Any]) -> None:
    rewrite(saved, **changes)
    with pytest.raises(DamagedFileError, match="does not hold a valid lora adapter"):
        load_adapter(saved)


def test_tensors_that_are_none_are_refused(saved: Path) -> None:
    (saved / "adapter.safetensors").write_bytes(b"no tensors")
    reseal(saved)
    with pytest.raises(DamagedFileError, match="does not hold a valid lora adapter"):
        load_adapter(saved)
