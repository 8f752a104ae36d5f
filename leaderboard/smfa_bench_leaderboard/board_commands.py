"""`smfa-bench submit` and `smfa-bench leaderboard`: from runs to a row that anybody can check."""

from pathlib import Path
from typing import Annotated, Final

import typer

from smfa_bench.cli.display import Display

SUBMISSIONS: Final = Path("leaderboard/submissions")
SHOWN: Final = "How progress is shown on stderr."
NONE: Final = "no submissions there; make one with smfa-bench submit."

app = typer.Typer(help="Check submissions and publish them.", no_args_is_help=True)


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
    import json

    from smfa_bench.errors import CheckError
    from smfa_bench.results.store import find_run
    from smfa_bench.storage import write_bytes
    from smfa_bench_leaderboard.gathering import gather
    from smfa_bench_leaderboard.validation import check_document

    folders = [find_run(run, runs_dir) for run in runs]
    texts = {one.key: one.model_dump_json() for one in gather(folders, name=name, contact=contact, code=code)}
    for key, text in texts.items():
        _, faults, _ = check_document(json.loads(text))
        for fault in faults:
            typer.echo(f"{key}: {fault}", err=True)
        if faults:
            raise CheckError(f"{key} would not pass `smfa-bench leaderboard validate`; nothing was written.")
    for key, text in texts.items():
        path = output / f"{key}.json"
        write_bytes(path, f"{text}\n".encode())
        typer.echo(path)


@app.command()
def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER|FILE]...", help="Submissions, or folders of them.")
    ] = None,
    display: Annotated[Display, typer.Option(help=SHOWN)] = Display.RICH,
) -> None:
    """Check submissions: form, seeds, data, gate, and every number against the answers; one line for each fault."""
    from smfa_bench.cli.display import make_progress
    from smfa_bench.errors import CheckError
    from smfa_bench_leaderboard.validation import check_files
    from smfa_bench_leaderboard.wording import printable

    places = paths or [SUBMISSIONS]
    with make_progress(display) as progress:
        checked = check_files(places, progress=progress)
    if not checked:
        typer.echo(f"{', '.join(printable(str(place)) for place in places)}: {NONE}")
    for one in checked:
        for fault in one.faults or ("verified",):
            typer.echo(f"{printable(str(one.path))}: {fault}")
    bad = sum(bool(one.faults) for one in checked)
    if bad:
        raise CheckError(f"{bad} of {len(checked)} submissions do not pass; each fault is on a line above.")


@app.command()
def build(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[FOLDER|FILE]...", help="Submissions, or folders of them.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder of the site; pages of submissions that are gone go too.")] = Path(
        "site"
    ),
    readme: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Markdown page that also gets the boards in brief, between its marks."),
    ] = None,
    display: Annotated[Display, typer.Option(help=SHOWN)] = Display.RICH,
) -> None:
    """Build the leaderboard: a site that works offline, a Markdown table, CSV and Parquet, of checked submissions."""
    from smfa_bench.cli.display import make_progress
    from smfa_bench.errors import CheckError
    from smfa_bench.storage import write_bytes
    from smfa_bench_leaderboard.boards import boards
    from smfa_bench_leaderboard.brief import placed
    from smfa_bench_leaderboard.site import site
    from smfa_bench_leaderboard.validation import check_files
    from smfa_bench_leaderboard.wording import printable

    places = paths or [SUBMISSIONS]
    with make_progress(display) as progress:
        checked = check_files(places, progress=progress)
    if not checked:
        typer.echo(f"{', '.join(printable(str(place)) for place in places)}: {NONE} The pages say so.", err=True)
    bad = [one for one in checked if one.faults]
    if bad:
        raise CheckError(
            f"{len(bad)} of {len(checked)} submissions do not pass, first {bad[0].path.name!r}: {bad[0].faults[0]} "
            "See all with smfa-bench leaderboard validate."
        )
    written = set()
    submissions = [one.submission for one in checked if one.submission]
    samples = {one.submission.key: one.samples for one in checked if one.submission}
    if readme:
        write_bytes(readme, placed(readme, boards(submissions)).encode())
    for name, content in site(submissions, samples):
        write_bytes(output / name, content)
        written.add(output / name)
    for page in set((output / "submissions").glob("*.html")) - written:
        page.unlink()
    typer.echo(output / "index.html")
