"""`smfa-bench resculpt`."""

import math
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner

from helpers.results_factory import make_result
from smfa_bench.adapter.adapter import Adapter, LoraAdapter
from smfa_bench.adapter.files import save_adapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import ADAPTER, write_result
from smfa_bench_methods.commands import resculpt
from smfa_bench_methods.sculpted_adapter import Combination, Factors, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import Mask, Scale


def make_run(folder: Path, *parts: str, options: Mapping[str, str] | None = None) -> None:
    """Write a finished run of SMFA with forgetting adapters of these names; without any, of another method."""
    result = make_result("smfa" if parts else "idk-tuning")
    config = result.config.model_copy(update={"options": dict(options or {})})
    write_result(folder, result.model_copy(update={"config": config}))
    forgetting: dict[str, Factors] = {part: make_factors() for part in parts}
    sculpting = Sculpting(dict.fromkeys(parts, 5.0), Mask.BOTH, Scale.MATRIX, Combination.ROUTE)
    adapter: Adapter = LoraAdapter("0" * 16, make_factors())
    if parts:
        adapter = SculptedAdapter("0" * 16, forgetting, make_factors(), sculpting)
    save_adapter(adapter, folder / ADAPTER)


def make_factors() -> dict[str, LowRank]:
    return {"layer": LowRank(torch.ones(1, 3), torch.ones(2, 1), 1.0)}


class Launched:
    """Stands in for the runs that would follow."""

    def __init__(self) -> None:
        self.options: list[Mapping[str, object]] = []
        self.k: list[Mapping[str, float]] = []
        self.before: list[RunConfig | None] = []

    def prepare(self, config: RunConfig, *_: object, before: RunConfig | None) -> RunConfig:
        self.before.append(before)
        return config

    def run(self, setting: RunConfig, *, runs_dir: Path, adapter: SculptedAdapter) -> None:
        del runs_dir
        self.options.append(setting.options)
        self.k.append(adapter.sculpting.k)


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Launched:
    stand_in = Launched()
    monkeypatch.setattr("smfa_bench.runner.setting.prepare", stand_in.prepare)
    monkeypatch.setattr("smfa_bench.runner.stages.run_prepared", stand_in.run)
    monkeypatch.setattr("smfa_bench.cli.launch.print_result", lambda *_: None)
    return stand_in


def invoke(*arguments: str | Path) -> None:
    app = typer.Typer()
    app.command()(resculpt)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_run_of_another_method_is_refused(tmp_path: Path, launched: Launched) -> None:
    make_run(tmp_path / "idk")
    with pytest.raises(UsageError, match="only runs of SMFA"):
        invoke("idk", "--k", "3", "--runs-dir", tmp_path)
    assert not launched.k


@pytest.mark.parametrize(
    "arguments", [("--k=-1",), ("--k=nan",), ("--k=3", "--k-text=-0.5"), ("--k=3", "--k-text=nan")]
)
def test_a_k_that_is_no_number_of_at_least_zero_is_refused(
    arguments: tuple[str, ...], tmp_path: Path, launched: Launched
) -> None:
    make_run(tmp_path / "smfa", "image", "text")
    with pytest.raises(UsageError, match="at least 0"):
        invoke("smfa", *arguments, "--runs-dir", tmp_path)
    assert not launched.k


def test_an_unknown_run_is_refused(tmp_path: Path, launched: Launched) -> None:
    with pytest.raises(UsageError, match="unknown run"):
        invoke("smfa", "--k", "3", "--runs-dir", tmp_path)
    assert not launched.k


def test_a_damaged_adapter_is_refused(tmp_path: Path, launched: Launched) -> None:
    make_run(tmp_path / "smfa", "mixed")
    (tmp_path / "smfa" / ADAPTER / "adapter.safetensors").write_bytes(b"nothing")
    with pytest.raises(DamagedFileError, match="changed"):
        invoke("smfa", "--k", "3", "--runs-dir", tmp_path)
    assert not launched.k


@pytest.mark.parametrize(
    ("parts", "given", "arguments", "k", "options"),
    [
        (("mixed",), {}, ("--k=2.5",), {"mixed": 2.5}, {"k": "2.5"}),
        (("mixed",), {"k": "9", "rank": "4"}, ("--k=inf",), {"mixed": math.inf}, {"k": "inf", "rank": "4"}),
        (("mixed",), {}, ("--k=0",), {"mixed": 0.0}, {"k": "0.0"}),
        (("image", "text"), {}, ("--k=2",), {"image": 2.0, "text": 2.0}, {"k": "2.0"}),
        (("image", "text"), {}, ("--k=2", "--k-text=4"), {"image": 2.0, "text": 4.0}, {"k": "2.0", "k_text": "4.0"}),
        (("image", "text"), {"k_text": "9"}, ("--k=2",), {"image": 2.0, "text": 9.0}, {"k": "2.0", "k_text": "9"}),
    ],
)
def test_the_new_k_is_in_the_adapter_and_in_the_options(
    parts: tuple[str, ...],
    given: dict[str, str],
    arguments: tuple[str, ...],
    k: dict[str, float],
    options: dict[str, str],
    tmp_path: Path,
    launched: Launched,
) -> None:
    make_run(tmp_path / "smfa", *parts, options=given)
    invoke("smfa", *arguments, "--runs-dir", tmp_path)
    assert launched.k == [k]
    assert launched.options == [options]


def test_each_k_is_a_run_of_its_own_on_the_same_people(tmp_path: Path, launched: Launched) -> None:
    make_run(tmp_path / "smfa", "mixed")
    invoke("smfa", "--k", "1", "--k", "inf", "--runs-dir", tmp_path)
    assert launched.k == [{"mixed": 1.0}, {"mixed": math.inf}]
    first, second = launched.before
    assert first is None
    assert second is not None
    assert second.options == {"k": "1.0"}


def test_one_k_that_is_no_number_stops_all(tmp_path: Path, launched: Launched) -> None:
    make_run(tmp_path / "smfa", "mixed")
    with pytest.raises(UsageError, match="at least 0"):
        invoke("smfa", "--k", "1", "--k=-1", "--runs-dir", tmp_path)
    assert not launched.k
