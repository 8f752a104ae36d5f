"""`smfa-bench score`: score a run's saved answers again, without the model."""

from pathlib import Path
from typing import Annotated

import typer

from smfa_bench.cli.display import Display


def score(
    run: Annotated[str, typer.Argument(help="Run id or folder.")],
    judge: Annotated[str, typer.Option(help="Who gives Fact and Meaningful.")] = "offline",
    judge_set: Annotated[
        list[str] | None, typer.Option("--judge-set", help="Option of the judge as key=value; may be repeated.")
    ] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Apply a judge and all scorers to the saved answers of a run; what other judges said stays beside it."""
    from rich.console import Console

    from smfa_bench.cli.display import make_progress
    from smfa_bench.cli.table import result_table
    from smfa_bench.results.store import find_run
    from smfa_bench.runner.rescoring import rescore
    from smfa_bench.scoring.appoint import with_options

    folder = find_run(run, runs_dir)
    with make_progress(display) as progress:
        result = rescore(folder, with_options(judge, judge_set or []), progress=progress)
    Console().print(result_table(result))
