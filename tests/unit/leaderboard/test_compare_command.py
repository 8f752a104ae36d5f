"""`smfa-bench compare`."""

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner, Result

from helpers.results_factory import make_judged, make_result
from smfa_bench.errors import UsageError
from smfa_bench.results.answer import Stage
from smfa_bench.results.store import write_result
from smfa_bench_leaderboard.commands import compare

FILES = ("trade_off.png", "trade_off.html", "comparison.csv", "comparison.md")
NUMBERS = {
    "forget.image_memory.fact": 2.0,
    "forget.text_memory.fact": 3.0,
    "retain.image_memory.fact": 8.0,
    "retain.text_memory.fact": 9.0,
    "forget.image_understanding.fact": 7.0,
}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for method in ("smfa", "idk-tuning"):
        write_result(tmp_path / "runs" / f"{method}-0", make_result(method, NUMBERS))
    return tmp_path / "runs"


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("compare")(compare)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_table_on_stdout_and_paths_of_the_files_on_stderr(runs: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    result = run("smfa-0", "idk-tuning-0", "--runs-dir", runs, "--output", output)
    assert "smfa" in result.stdout
    assert "idk-tuning" in result.stdout
    assert result.stderr.split() == [str(output / name) for name in FILES]
    assert all((output / name).stat().st_size > 100 for name in FILES)


def test_a_run_may_be_a_path(runs: Path, tmp_path: Path) -> None:
    assert "smfa" in run(runs / "smfa-0", "--output", tmp_path / "out").stdout


def test_stdout_as_csv_is_nothing_but_csv(runs: Path, tmp_path: Path) -> None:
    result = run("smfa-0", "--runs-dir", runs, "--output", tmp_path / "out", "--format", "csv")
    assert list(pd.read_csv(io.StringIO(result.stdout))["label"]) == ["smfa"]
    assert result.stdout == (tmp_path / "out" / "comparison.csv").read_text()


def test_stdout_as_markdown_is_the_file(runs: Path, tmp_path: Path) -> None:
    result = run("smfa-0", "--runs-dir", runs, "--output", tmp_path / "out", "--format", "markdown")
    assert result.stdout == (tmp_path / "out" / "comparison.md").read_text()


def test_an_unknown_run_is_refused_and_nothing_is_written(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="smfa-0"):
        run("smfa-1", "--runs-dir", runs, "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_importing_the_command_is_cheap() -> None:
    heavy = ["pandas", "matplotlib", "plotly", "torch", "numpy"]
    code = f"import sys, smfa_bench_leaderboard.commands; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_judge_is_compared_and_never_two(runs: Path, tmp_path: Path) -> None:
    other = make_judged({Stage.UNLEARNED: dict.fromkeys(NUMBERS, 5.0)}, appointed="hf?model=m")
    result = make_result("smfa", NUMBERS)
    both = result.model_copy(update={"judged": {**result.judged, "hf m": other}})
    write_result(runs / "smfa-0", both)
    for judge, shown, value in (("offline", "offline-1", 2.0), ("hf", "hf m", 5.0)):
        run("smfa-0", "--judge", judge, "--runs-dir", runs, "--output", tmp_path / judge)
        frame = pd.read_csv(tmp_path / judge / "comparison.csv")
        assert frame[["judge", "forget.image_memory.fact"]].to_numpy().tolist() == [[shown, value]]
    with pytest.raises(UsageError, match="idk-tuning-0 has no scores of the judge 'hf'"):
        run("smfa-0", "idk-tuning-0", "--judge", "hf", "--runs-dir", runs, "--output", tmp_path)


def test_folders_of_runs_that_did_not_end_are_named_and_left_out(
    runs: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (runs / "smfa-1").mkdir()
    output = tmp_path / "out"
    table = run(runs / "smfa-0", runs / "smfa-1", "--output", output, "--format", "csv").stdout
    assert table == run(runs / "smfa-0", "--output", output, "--format", "csv").stdout
    assert [record.message for record in caplog.records] == [
        f"left out, since they hold no finished run: {runs / 'smfa-1'}."
    ]
    with pytest.raises(UsageError, match="holds no finished run"):
        run(runs / "smfa-1", "--output", output)
