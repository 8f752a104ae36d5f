"""A dense change comes back from the disk as it was."""

from pathlib import Path

import torch

from smfa_bench.adapter.adapter import Modality
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench_methods.dense_adapter import DenseAdapter


def test_a_change_survives_the_disk_and_is_the_same_for_all_questions(tmp_path: Path) -> None:
    change = torch.tensor([[1.0, -2.0], [0.0, 3.5]])
    save_adapter(DenseAdapter("0" * 16, {"layer": change}, curves={"x": [1.0]}), tmp_path / "adapter")
    loaded = load_adapter(tmp_path / "adapter")
    assert isinstance(loaded, DenseAdapter)
    assert loaded.names() == ("layer",)
    assert loaded.curves == {"x": [1.0]}
    assert all(torch.equal(loaded.delta("layer", modality), change) for modality in Modality)
