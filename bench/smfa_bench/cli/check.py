"""`smfa-bench check`: does a plugin keep its contract?"""

from typing import Annotated

import typer

app = typer.Typer(help="Check that a plugin keeps its contract.", no_args_is_help=True)


@app.command()
def method(
    name: Annotated[str, typer.Argument(help="Name, package.module:Class or ./file.py:Class.")],
    model: Annotated[str, typer.Option(help="Model to check with.")] = "tiny",
) -> None:
    """Check a method: every property, with pass or fail and why."""
    from rich.console import Console

    from smfa_bench.errors import CheckError
    from smfa_bench.testing.check_method import check_method

    outcomes = check_method(name, model=model)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for outcome in outcomes:
        console.print(f"{'pass' if outcome.passed else 'FAIL'}  {outcome.title}")
        if outcome.why:
            console.print(f"      {outcome.why}")
    failed = sum(not outcome.passed for outcome in outcomes)
    if failed:
        raise CheckError(f"{name} fails {failed} of {len(outcomes)} properties; each is explained above.")
