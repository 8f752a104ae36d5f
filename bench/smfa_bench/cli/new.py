"""`smfa-bench new`: a package to begin a plugin with."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Begin a plugin package of your own.", no_args_is_help=True)


@app.callback()
def _begin() -> None:
    """Begin a plugin package of your own."""


@app.command()
def method(
    name: Annotated[str, typer.Argument(help="Name of the method: small letters, digits and hyphens.")],
    into: Annotated[Path, typer.Option(help="Folder in which the package's folder is made.")] = Path(),
) -> None:
    """Begin a method: a package with options, test and README that installs and keeps the contract."""
    from smfa_bench.cli.scaffold import begin_method

    folder = begin_method(name, into)
    print(f"{folder}\nnext: pip install -e {folder} && smfa-bench check method {name}")  # noqa: T201
