"""The command itself: every verb, those of plugins too, behind one guard against faults."""

import importlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from helpers.people_file import change, write_people
from smfa_bench.cli import app as module
from smfa_bench.errors import UsageError
from smfa_bench.registry import COMMANDS
from smfa_bench.testing import Outcome

# The package offers a function of this name, which hides the module.
check_method = importlib.import_module("smfa_bench.testing.check_method")


def failing() -> None:
    raise UsageError("no such thing")


def interrupted() -> None:
    raise KeyboardInterrupt


def broken() -> None:
    raise ImportError("no module named x")


@pytest.fixture(autouse=True)
def commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plugins that bring commands, one of which can't be imported."""
    group = typer.Typer()
    group.command("inner")(failing)
    group.command("other")(failing)
    loads = {"failing": lambda: failing, "interrupted": lambda: interrupted, "group": lambda: group, "broken": broken}
    for name, load in loads.items():
        monkeypatch.setitem(COMMANDS.entries, name, SimpleNamespace(load=load, dist=None))
    monkeypatch.setattr(module.app, "registered_commands", [])
    monkeypatch.setattr(module.app, "registered_groups", [])


def code(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """Return the exit code of the command line."""
    monkeypatch.setattr(sys, "argv", ["smfa-bench", *arguments])
    with pytest.raises(SystemExit) as caught:
        module.main()
    return caught.value.code


def test_the_version_is_that_of_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"smfa-bench {version('smfa-bench')}\n"


def test_help_names_the_commands_of_everybody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    assert all(
        f"{name} " in shown for name in ("run", "score", "list", "check", "judge", "compare", "failing", "group")
    )


def test_a_command_that_can_not_be_imported_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "--help") == 0
    captured = capsys.readouterr()
    told = "warning: command 'broken' can't be imported (ImportError: no module named x, test_app.py line "
    assert told in captured.err
    assert "broken " not in captured.out


def test_building_again_leaves_no_command_out(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        module.build()
    assert "is left out" not in capsys.readouterr().err


@pytest.mark.parametrize(("name", "why"), [("run", "the name is taken"), ("five", "no command")])
def test_a_command_that_would_hide_another_or_is_none_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    monkeypatch.setitem(COMMANDS.entries, name, SimpleNamespace(load=lambda: 5))
    assert code(monkeypatch, "run", "--help") == 0
    captured = capsys.readouterr()
    assert f"warning: command {name!r} is left out: {why}." in captured.err
    assert "Measure one unlearning method" in captured.out


@pytest.mark.parametrize("command", [["failing"], ["group", "inner"]])
def test_a_fault_of_any_command_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert code(monkeypatch, *command) == 2
    captured = capsys.readouterr()
    assert captured.err.endswith("error: no such thing\n")
    assert "Traceback" not in captured.err


def test_a_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert code(monkeypatch, "--traceback", "failing") == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupted_command_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "interrupted") == 130
    assert "the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["runn"], ["run"], ["run", "--bla"], []])
def test_what_can_not_be_parsed_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    assert code(monkeypatch, *arguments) == 2


def test_options_that_make_no_run_are_refused_before_anything_slow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "run", "--method", "smfa", "--size", "2", "--seed", "-1") == 2
    error = capsys.readouterr().err
    assert "the run can't be configured: size: " in error
    assert "seed: " in error


def test_scoring_an_unknown_run_is_a_usage_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert code(monkeypatch, "score", "nothing", "--runs-dir", str(tmp_path)) == 2


def test_a_run_is_made_shown_listed_and_scored_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, small_model_name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    runs = ["--runs-dir", str(tmp_path / "runs")]
    method = ["--method", "helpers.steady_method:Steady", "--set", "strength=0.2"]
    people = ["--profiles", "helpers.people:five_people", "--size", "5", "--forget-ratio", "0.2", "--few-shot", "1"]
    assert code(monkeypatch, "run", *method, *people, "--model", small_model_name, *runs, "--display", "none") == 0
    shown = capsys.readouterr()
    (folder,) = (tmp_path / "runs").iterdir()
    assert "forget image memory" in shown.out
    assert f"result, answers and adapter: {folder}" in shown.err
    assert code(monkeypatch, "list", "runs", *runs, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["run"] == folder.name
    judge = ["--judge", "helpers.steady_method:Generous"]
    assert code(monkeypatch, "score", folder.name, *judge, *runs, "--display", "none") == 0
    assert "judge generous-1" in capsys.readouterr().out


def test_the_check_of_a_method_shows_every_property_and_fails_if_one_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = [Outcome("it is quick", passed=True), Outcome("it is right", passed=False, why="It is [b]wrong[/bold].")]
    monkeypatch.setattr(check_method, "check_method", lambda _, model: outcomes if model == "tiny" else outcomes[:1])
    assert code(monkeypatch, "check", "method", "smfa") == 4
    captured = capsys.readouterr()
    assert captured.out == "pass  it is quick\nFAIL  it is right\n      It is [b]wrong[/bold].\n"
    assert "error: smfa fails 1 of 2 properties" in captured.err
    assert code(monkeypatch, "check", "method", "smfa", "--model", "small") == 0


def test_faulty_people_are_refused_before_anything_slow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = write_people(tmp_path)
    change(file, 2, lambda record: record.update(picture="../p1"))
    assert code(monkeypatch, "run", "--method", "smfa", "--profiles", str(file)) == 2
    assert "my.jsonl:2: picture: '../p1' is not a plain name" in capsys.readouterr().err
