"""The kept state of a training: restored when whole, ignored when not, never half of it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from smfa_bench.training import checkpoint
from smfa_bench.training.checkpoint import Checkpoint

State = tuple[Checkpoint, dict[str, nn.Parameter]]


def fresh(folder: Path | None) -> State:
    parameters = {"a": nn.Parameter(torch.ones(2, 3)), "b": nn.Parameter(torch.ones(4))}
    return Checkpoint(folder, parameters, torch.optim.AdamW(parameters.values(), lr=0.1)), parameters


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.Tensor]:
    """Keep a state after one step in `tmp_path` and return the parameters in it."""
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    parameters = fresh(None)[1]
    optimizer = torch.optim.AdamW(parameters.values(), lr=0.1)
    sum((parameter**2).sum() for parameter in parameters.values()).backward()  # type: ignore[union-attr]
    optimizer.step()
    Checkpoint(tmp_path, parameters, optimizer).keep([0.75])
    return {name: parameter.detach().clone() for name, parameter in parameters.items()}


def test_a_kept_state_comes_back(tmp_path: Path, kept: dict[str, torch.Tensor]) -> None:
    state, parameters = fresh(tmp_path)
    assert state.resume() == [0.75]
    assert all(torch.equal(parameters[name], kept[name]) for name in kept)


@pytest.mark.parametrize("damage", ["empty", "truncated", "no losses", "missing tensor", "other shape"])
def test_a_damaged_state_is_ignored_and_deleted_and_changes_nothing(
    tmp_path: Path,
    kept: dict[str, torch.Tensor],  # noqa: ARG001
    damage: str,
) -> None:
    path = tmp_path / "state.safetensors"
    tensors = load_file(path)
    losses: dict[str, str] | None = {"losses": "[0.75]"}
    if damage in ("empty", "truncated"):
        content = path.read_bytes()
        path.write_bytes(content[: 0 if damage == "empty" else -5])
    else:
        if damage == "no losses":
            losses = None
        elif damage == "missing tensor":
            del tensors["exp_avg_sq/b"]
        else:
            tensors["parameter/b"] = torch.ones(5)
        save_file(tensors, path, metadata=losses)
    state, parameters = fresh(tmp_path)
    assert state.resume() == []
    assert not path.exists()
    assert all(torch.equal(parameter, torch.ones_like(parameter)) for parameter in parameters.values())


def test_a_state_is_kept_only_when_the_last_is_old_enough(tmp_path: Path) -> None:
    state, _ = fresh(tmp_path)
    state.keep([0.5])
    assert not list(tmp_path.iterdir())


def test_a_discarded_state_is_gone(tmp_path: Path, kept: dict[str, torch.Tensor]) -> None:  # noqa: ARG001
    fresh(tmp_path)[0].discard()
    assert not list(tmp_path.iterdir())
    assert fresh(tmp_path)[0].resume() == []


def test_without_a_folder_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    state, _ = fresh(None)
    state.keep([0.5])
    state.discard()
    assert state.resume() == []
