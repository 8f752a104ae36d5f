"""The command itself: every verb, those of plugins too, behind one guard against faults."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from smfa_bench.cli import app as module
from smfa_bench.errors import UsageError
from smfa_bench.registry import COMMANDS


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
        monkeypatch.setitem(COMMANDS.entries, name, SimpleNamespace(load=load))
    monkeypatch.setattr(module.app, "registered_commands", [])
    monkeypatch.setattr(module.app, "registered_groups", [])


def code(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    """Return the exit code of the command line."""
    monkeypatch.setattr(sys, "argv", ["smfa-bench", *arguments])
    with pytest.raises(SystemExit) as caught:
        module.main()
    return caught.value.code


def test_help_names_the_commands_of_everybody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    assert all(f"{name} " in shown for name in ("run", "score", "list", "check", "compare", "failing", "group"))


def test_a_command_that_can_not_be_imported_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code(monkeypatch, "--help") == 0
    captured = capsys.readouterr()
    assert "warning: command 'broken' can't be imported (ImportError: no module named x)" in captured.err
    assert "broken " not in captured.out


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
