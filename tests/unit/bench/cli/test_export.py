"""`smfa-bench export`."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
import typer
from safetensors.torch import load_file
from typer.testing import CliRunner

import smfa_bench.runner.references as references
import smfa_bench.runner.setting as setting
from helpers.results_factory import make_result
from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.adapter.files import save_adapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.cli.export import export
from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.results.store import ADAPTER, write_result


@pytest.fixture
def run(small_vlm: VisionLanguageModel, tmp_path: Path) -> Path:
    """A finished run whose adapter doubles the first matrix's first entry."""
    folder = tmp_path / "runs" / "some-run"
    write_result(folder, make_result("idk-tuning"))
    name, module = next(iter(small_vlm.decoder_linears().items()))
    down, up = torch.zeros(1, module.in_features), torch.zeros(module.out_features, 1)
    down[0, 0], up[0, 0] = 1.0, module.weight[0, 0].item()
    save_adapter(LoraAdapter(small_vlm.fingerprint(), {name: LowRank(down, up, 1.0)}), folder / ADAPTER)
    return folder


def invoke(run: Path, *arguments: str | Path) -> str:
    app = typer.Typer()
    app.command()(export)
    given = [str(argument) for argument in (run, *arguments, "--display", "none")]
    result = CliRunner().invoke(app, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_error_of_the_rank_is_told_on_stdout(run: Path, tmp_path: Path) -> None:
    told = invoke(run, "--to", "peft", "--rank", "1", "--output", tmp_path / "lora")
    assert told.startswith("relative error of rank 1: ")
    assert float(told.split()[-1]) < 1e-5
    assert (tmp_path / "lora" / "adapter_config.json").is_file()


def test_the_delta_is_written_where_it_was_asked_for(run: Path, tmp_path: Path) -> None:
    assert invoke(run, "--to", "delta", "--output", tmp_path / "delta") == ""
    (change,) = load_file(tmp_path / "delta" / "delta.safetensors").values()
    assert (change != 0).sum() == 1


def test_merged_weights_are_those_of_the_runs_vanilla_model_with_the_change(
    run: Path, small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setting, "prepare", lambda *_: SimpleNamespace(spec=small_vlm.spec))
    monkeypatch.setattr(references, "taught_model", lambda _, stage: references.Reference(stage, "", None))
    invoke(run, "--to", "merged", "--output", tmp_path / "merged")
    name, module = next(iter(small_vlm.decoder_linears().items()))
    expected = module.weight.detach().clone()
    expected[0, 0] *= 2
    assert torch.equal(load_model(small_vlm.spec, tmp_path / "merged").decoder_linears()[name].weight, expected)


def test_an_adapter_that_tells_modalities_apart_needs_one_named(
    run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(LoraAdapter, "routed", True)
    with pytest.raises(UsageError, match="add --modality image or text"):
        invoke(run, "--to", "delta", "--output", tmp_path / "delta")
    invoke(run, "--to", "delta", "--modality", "text", "--output", tmp_path / "delta")
    assert (tmp_path / "delta").is_dir()


def test_an_unknown_modality_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown modality 'sound'"):
        invoke(run, "--to", "delta", "--modality", "sound", "--output", tmp_path / "delta")


def test_an_unknown_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown run 'nobody'"):
        invoke(Path("nobody"), "--to", "peft", "--output", tmp_path / "lora", "--runs-dir", tmp_path)
    assert not (tmp_path / "lora").exists()


def test_a_rank_that_does_not_fit_leaves_nothing(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rank 100000 does not fit"):
        invoke(run, "--to", "peft", "--rank", "100000", "--output", tmp_path / "lora")
    assert not (tmp_path / "lora").exists()


@pytest.mark.parametrize("form", ["merged", "delta"])
def test_a_rank_for_what_has_none_is_refused(run: Path, tmp_path: Path, form: str) -> None:
    with pytest.raises(UsageError, match=f"and {form} is none"):
        invoke(run, "--to", form, "--rank", "4", "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()
