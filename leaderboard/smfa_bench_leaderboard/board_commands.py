"""`smfa-bench submit` and `smfa-bench leaderboard`: from runs to a row that anybody can check."""

from pathlib import Path
from typing import Annotated, Final

import typer

SUBMISSIONS: Final = Path("leaderboard/submissions")


def submit(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, or paths of run folders.")],
    name: Annotated[str, typer.Option(help="What the row is called.")],
    contact: Annotated[str, typer.Option(help="Mail address or https page for questions.")],
    code: Annotated[str, typer.Option(metavar="URL", help="https page of the code.")],
    runs_dir: Annotated[Path, typer.Option(help="Folder that run ids are looked up in.")] = Path("runs"),
    output: Annotated[Path, typer.Option(help="Folder for the submissions.")] = SUBMISSIONS,
) -> None:
    """Make submissions of finished runs: one file for each method, model, data and ratio, over three seeds or more.

    All answers go with it, so that anybody can score them again without the model. The files' names go to stdout.
    """
    from smfa_bench.results.store import find_run
    from smfa_bench.storage import write_bytes
    from smfa_bench_leaderboard.gathering import gather

    folders = [find_run(run, runs_dir) for run in runs]
    for submission in gather(folders, name=name, contact=contact, code=code):
        path = output / f"{submission.key}.json"
        write_bytes(path, f"{submission.model_dump_json(indent=2)}\n".encode())
        typer.echo(path)
