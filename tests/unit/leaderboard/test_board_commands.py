"""`smfa-bench submit` and `smfa-bench leaderboard`."""

from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from helpers.submitted_runs import WHO, write_runs
from smfa_bench_leaderboard.board_commands import submit
from smfa_bench_leaderboard.submission import Submission


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("submit")(submit)
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def submitted(runs: list[Path], output: Path) -> list[Path]:
    who = [part for option, value in WHO.items() for part in (f"--{option}", value)]
    result = run("submit", *runs, *who, "--output", output)
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.stdout.splitlines()]


def test_submit_writes_the_file_it_names(tmp_path: Path) -> None:
    (path,) = submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    submission = Submission.model_validate_json(path.read_bytes())
    assert path == tmp_path / "out" / f"{submission.key}.json"
    assert submission.name == WHO["name"]


def test_the_same_runs_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    runs = write_runs(tmp_path / "runs")
    (one,) = submitted(runs, tmp_path / "one")
    (two,) = submitted(runs[::-1], tmp_path / "two")
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()
