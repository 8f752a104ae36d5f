"""`smfa-bench submit` and `smfa-bench leaderboard`."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from helpers.submitted_runs import WHO, write_runs
from smfa_bench.errors import CheckError, ExitCode, UsageError
from smfa_bench_leaderboard import board_commands
from smfa_bench_leaderboard.board_commands import submit
from smfa_bench_leaderboard.brief import BEGIN, END
from smfa_bench_leaderboard.submission import Submission

pytestmark = pytest.mark.usefixtures("quick_checks")


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("submit")(submit)
    app.add_typer(board_commands.app, name="leaderboard")
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


def test_what_submit_writes_is_verified(tmp_path: Path) -> None:
    (path,) = submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    result = run("leaderboard", "validate", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (0, f"{path}: verified\n")
    assert "checking submissions: 1/1" in result.stderr


def test_submit_writes_nothing_that_would_not_be_verified(tmp_path: Path) -> None:
    runs = write_runs(tmp_path / "runs")
    with pytest.raises(CheckError, match="nothing was written"):
        run(
            "submit",
            *runs,
            "--name",
            "<b>",
            "--contact",
            "a@b.org",
            "--code",
            "https://b.org",
            "--output",
            tmp_path / "out",
        )
    assert not (tmp_path / "out").exists()


def test_validate_says_each_fault_in_a_line_and_ends_with_the_code_of_a_failed_check(tmp_path: Path) -> None:
    (path,) = submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    other = path.with_name("other.json")
    other.write_text("{}")
    app = typer.Typer()
    app.add_typer(board_commands.app, name="leaderboard")
    result = CliRunner().invoke(app, ["leaderboard", "validate", str(path), str(other)])
    assert isinstance(result.exception, CheckError)
    assert result.exception.exit_code is ExitCode.CHECK_FAILED
    assert str(result.exception).startswith("1 of 2 submissions")
    assert result.stdout.splitlines() == [
        f"{path}: verified",
        f"{other}: schema_version: is null; this release checks 3.",
    ]


def test_a_folder_without_submissions_is_told_and_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    told = f"{tmp_path / 'out'}: no submissions there; make one with smfa-bench submit."
    result = run("leaderboard", "validate", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (0, f"{told}\n")
    result = run("leaderboard", "build", tmp_path / "out", "--output", tmp_path / "site")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'site' / 'index.html'}\n")
    assert result.stderr == f"{told} The pages say so.\n"
    assert (tmp_path / "site" / "index.html").is_file()


def test_build_writes_pages_of_what_is_there_and_drops_those_of_what_is_gone(tmp_path: Path) -> None:
    (path,) = submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    gone = tmp_path / "site" / "submissions" / "gone.html"
    gone.parent.mkdir(parents=True)
    gone.touch()
    result = run("leaderboard", "build", tmp_path / "out", "--output", tmp_path / "site")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'site' / 'index.html'}\n")
    found = {one.relative_to(tmp_path / "site").as_posix() for one in (tmp_path / "site").rglob("*.*")}
    tables = {f"leaderboard.{kind}" for kind in ("csv", "md", "parquet")}
    assert found == {"index.html", *tables, f"submissions/{path.stem}.html"}


def test_build_publishes_nothing_unless_all_submissions_pass(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "other.json").write_text("{}")
    with pytest.raises(CheckError, match=r"1 of 1 submissions do not pass, first 'other.json'"):
        run("leaderboard", "build", tmp_path / "out", "--output", tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_build_puts_the_boards_in_brief_into_a_page_that_is_named(tmp_path: Path) -> None:
    submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    page = tmp_path / "README.md"
    page.write_text(f"# Mine\n{BEGIN}\nold\n{END}\nend\n")
    result = run("leaderboard", "build", tmp_path / "out", "--output", tmp_path / "site", "--readme", page)
    assert result.exit_code == 0
    assert page.read_text().startswith(f"# Mine\n{BEGIN}\n\nmodel ")
    assert page.read_text().endswith(f"|\n\n{END}\nend\n")
    assert f"| {WHO['name']} | " in page.read_text()


def test_build_writes_nothing_if_the_page_has_no_place_for_the_boards(tmp_path: Path) -> None:
    submitted(write_runs(tmp_path / "runs"), tmp_path / "out")
    page = tmp_path / "README.md"
    page.write_text("# Mine\n")
    with pytest.raises(UsageError, match="needs the lines"):
        run("leaderboard", "build", tmp_path / "out", "--output", tmp_path / "site", "--readme", page)
    assert page.read_text() == "# Mine\n"
    assert not (tmp_path / "site").exists()
