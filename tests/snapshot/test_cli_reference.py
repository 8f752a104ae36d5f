"""The page on the command line is that of the commands."""

from helpers.documentation import ROOT
from smfa_bench.cli.reference import command_line, commands, reference


def test_the_page_is_the_one_that_the_commands_make() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m smfa_bench.cli.reference docs/cli.md"


def test_every_command_and_every_parameter_says_what_it_is_for() -> None:
    found = dict(commands(command_line()))
    assert len(found) > 15
    silent = [
        f"{name} {one.name}"
        for name, command in found.items()
        for one in command.params
        if not (one.help or "").strip()
    ]
    assert silent == []
    assert [name for name, command in found.items() if not (command.help or "").strip()] == []
