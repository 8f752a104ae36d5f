"""Weights that do not fit are told before they are read, and nothing else is."""

from pathlib import Path

import pytest
import torch

from smfa_bench.errors import PrerequisiteError
from smfa_bench.models import room
from smfa_bench.models.room import check_room, free_memory
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model

CPU = torch.device("cpu")


def test_weights_that_do_not_fit_are_refused_with_advice(
    small_vlm: VisionLanguageModel, small_spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = sum(parameter.numel() for parameter in small_vlm.model.parameters())
    monkeypatch.setattr(room, "free_memory", lambda *_, **__: 4 * count - 1)
    with pytest.raises(PrerequisiteError, match=r"in float32, 0\.0 GiB are free on cpu; use --dtype bfloat16"):
        load_model(small_spec)
    check_room(Path(small_spec.source), dtype=torch.bfloat16, device=CPU)
    monkeypatch.setattr(room, "free_memory", lambda *_, **__: 4 * count)
    check_room(Path(small_spec.source), dtype=torch.float32, device=CPU)
    monkeypatch.setattr(room, "free_memory", lambda *_, **__: 0)
    with pytest.raises(PrerequisiteError, match="use a smaller model, or --device-map auto"):
        check_room(Path(small_spec.source), dtype=torch.float16, device=CPU)


def test_what_is_no_folder_of_safetensors_is_left_to_who_reads_it(tmp_path: Path) -> None:
    check_room(tmp_path / "none", dtype=torch.float32, device=CPU)
    (tmp_path / "model.safetensors").write_bytes(b"x")
    check_room(tmp_path, dtype=torch.float32, device=CPU)


def test_some_memory_is_free() -> None:
    assert free_memory(CPU, wanted=1) > 0


def test_memory_that_nobody_uses_any_more_is_given_back_if_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    free = [3]
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: free.append(10))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (free[-1], 12))
    assert free_memory(torch.device("cuda"), wanted=3) == 3
    assert free_memory(torch.device("cuda"), wanted=4) == 10
