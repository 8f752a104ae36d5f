"""`smfa-bench erasure`: metrics of each model, "n/a" where there is none, and runs without likelihoods."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from helpers.results_factory import make_model, make_result
from smfa_bench.cli.erasure import erasure
from smfa_bench.errors import PrerequisiteError
from smfa_bench.results.answer import Stage
from smfa_bench.results.store import write_result


def shown(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(erasure)
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = {
        Stage.UNLEARNED: make_model({"forget.text_memory.prefill": 4.0, "membership.loss": 0.5}),
        Stage.VANILLA: make_model({"forget.text_memory.prefill": 10.0, "forget_quality": None}),
    }
    write_result(tmp_path, make_result().model_copy(update={"erasure": found}))
    return tmp_path


def test_each_model_is_a_column_and_what_was_not_measured_is_no_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = shown(str(folder)).splitlines()
    rows = {cells[1]: cells[2:4] for line in lines if len(cells := [one.strip() for one in line.split("│")]) == 5}
    assert rows["forget text memory: prefill, Fact"] == ["10.00 [9.50, 10.50]", "4.00 [3.50, 4.50]"]
    assert rows["membership AUC, LOSS"] == ["n/a", "0.50 [0.00, 1.00]"]
    assert rows["forget quality, p"] == ["n/a", "n/a"]
    assert rows["retain image memory: truth ratio"] == ["n/a", "n/a"]


def test_programs_get_every_number(folder: Path) -> None:
    document = json.loads(shown(str(folder), "--json"))
    assert document["unlearned"]["cells"]["forget.text_memory.prefill"]["value"] == 4.0
    assert document["vanilla"]["aggregates"]["forget_quality"]["value"] is None


def test_a_run_without_likelihoods_is_told_with_what_to_do(tmp_path: Path) -> None:
    write_result(tmp_path, make_result())
    with pytest.raises(PrerequisiteError, match="no likelihoods were taken in smfa-0"):
        shown(str(tmp_path))
