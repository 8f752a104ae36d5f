"""The reference of the command line as a page: `python -m smfa_bench.cli.reference docs/cli.md`."""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Final

import typer

from smfa_bench.cli.app import build
from smfa_bench.storage import write_bytes

HEAD: Final = """\
# Command line

Results go to stdout, progress and errors to stderr. Exit codes: 0 done, 1 the run failed, 2 usage or configuration,
3 something is missing that the step stands on, 4 a check did not pass, 130 interrupted. Whatever was interrupted goes
on with the same command.

This page is made from the commands themselves (`python -m smfa_bench.cli.reference docs/cli.md`).
"""


def command_line() -> Any:
    """Return the whole application as the command that typer makes of it."""
    return typer.main.get_command(build())


def commands(command: Any, name: str = "smfa-bench") -> Iterator[tuple[str, Any]]:
    """Yield every command below one that is a group, with what is typed to call it, by name."""
    for part, below in sorted(getattr(command, "commands", {}).items()):
        whole = f"{name} {part}"
        if getattr(below, "commands", None):
            yield from commands(below, whole)
        else:
            yield whole, below


def reference() -> str:
    """Return the page, as Markdown."""
    root = command_line()
    sections = [_section("smfa-bench", root), *(_section(name, command) for name, command in commands(root))]
    return "\n".join([HEAD, *sections])


def _section(name: str, command: Any) -> str:
    shown = [one for one in command.params if one.name not in ("help", "install_completion", "show_completion")]
    arguments = [one for one in shown if not one.opts[0].startswith("-")]
    options = [one for one in shown if one.opts[0].startswith("-")]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *(_metavar(one) for one in arguments)])
    if getattr(command, "commands", None):
        usage += " COMMAND"
    lines = [f"## {name}", "", "```text", usage, "```", "", _prose(command.help), ""]
    rows = [(_metavar(one), one) for one in arguments] + [
        (", ".join([*one.opts, *one.secondary_opts]), one) for one in options
    ]
    if rows:
        lines += ["| | meaning | default |", "|---|---|---|"]
        lines += [f"| `{written}` | {_cell(_meaning(one))} | {_cell(_default(one))} |" for written, one in rows]
        lines.append("")
    return "\n".join(lines)


def _metavar(argument: Any) -> str:
    name = argument.metavar or argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _meaning(parameter: Any) -> str:
    text = parameter.help or ""
    choices = _choices(parameter)
    return f"{text} One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else text


def _choices(parameter: Any) -> list[str]:
    """Return what may be typed; older releases of typer hold it as click does, newer ones as the annotation."""
    of_click = getattr(getattr(parameter, "type", None), "choices", None)
    annotation = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(choice.value) for choice in annotation]
    return [str(getattr(choice, "value", choice)) for choice in of_click or ()]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "must be given"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    value = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    return "" if value is None or value is False else f"`{value}`"


def _prose(text: str | None) -> str:
    """Return a help text with paragraphs kept and lines joined."""
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("[default:", "[Default:")


if __name__ == "__main__":
    write_bytes(Path(sys.argv[1]), reference().encode())
