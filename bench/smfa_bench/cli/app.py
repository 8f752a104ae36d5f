"""The command `smfa-bench`: its own verbs, and those that installed packages add."""

import logging
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from smfa_bench.cli import answer, check, erasure, export, judge, listing, new, run, score, study, sweep
from smfa_bench.cli.faults import faults
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.registry import COMMANDS


class _Guarded(TyperGroup):
    """The commands, inside of what typer itself does with errors and interruptions."""

    def invoke(self, ctx: Any) -> Any:
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # on some processors it advertises kernels
        with faults(with_traceback=ctx.params["traceback"]):
            return super().invoke(ctx)


app = typer.Typer(
    name="smfa-bench",
    cls=_Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"smfa-bench {version('smfa-bench')}")
        raise typer.Exit


@app.callback()
def _common(
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where an error came from.")] = False,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Measures whether a multimodal LLM has benignly forgotten people (S-MLLMUn Bench)."""


VERBS: Final[Mapping[str, Callable[..., None]]] = {
    "run": run.run,
    "answer": answer.answer,
    "score": score.score,
    "erasure": erasure.erasure,
    "sweep": sweep.sweep,
    "export": export.export,
}
GROUPS: Final[Mapping[str, typer.Typer]] = {
    "list": listing.app,
    "check": check.app,
    "judge": judge.app,
    "study": study.app,
    "new": new.app,
}
"""The suite's own, whose names no plugin takes."""


def build() -> typer.Typer:
    """Return the application with every installed command; one that can't be had is named and left out."""
    for name, verb in VERBS.items():
        app.command(name)(verb)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    for name in COMMANDS.entries:
        try:
            command = COMMANDS.get(name)
            taken = name in VERBS or name in GROUPS
            if taken or not callable(command):
                raise UsageError(f"command {name!r} is left out: {'the name is taken' if taken else 'no command'}.")
        except BenchError as error:
            print(f"warning: {error}", file=sys.stderr)  # noqa: T201
            continue
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def main() -> None:
    """Run the command line; what the console script and `python -m smfa_bench` call."""
    build()()
