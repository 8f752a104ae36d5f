"""`smfa-bench compare`: runs side by side, as a table and as a trade-off picture."""

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)

PIPE_WIDTH: Final = 160
"""Characters a line of the table may have where stdout is not a terminal."""


class TableFormat(StrEnum):
    """How the table is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"


def compare(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run ids, or paths of run folders.")],
    runs_dir: Annotated[Path, typer.Option(help="Folder that run ids are looked up in.")] = Path("runs"),
    table_format: Annotated[TableFormat, typer.Option("--format", help="How to print the table.")] = TableFormat.TABLE,
    judge: Annotated[
        str, typer.Option(help="Whose Fact and Meaningful are shown: a name, or what the judge was appointed by.")
    ] = "offline",
    output: Annotated[Path, typer.Option(help="Folder for the picture and the table as files.")] = Path("comparison"),
) -> None:
    """Compare runs: a table on stdout, and files with the table and the trade-off picture.

    Runs that differ in nothing but the seed are averaged. Those of another model, split, judge, data or code of a
    method never are. Folders of runs that did not end are named and left out.
    """
    from smfa_bench.results.store import find_run, is_unfinished, read_result
    from smfa_bench.storage import write_bytes
    from smfa_bench_leaderboard.render import conditions_line, csv, markdown
    from smfa_bench_leaderboard.table import comparison_table
    from smfa_bench_leaderboard.trade_off import trade_off
    from smfa_bench_leaderboard.trade_off_html import trade_off_html
    from smfa_bench_leaderboard.trade_off_png import trade_off_png

    unfinished = [name for name in runs if is_unfinished(name)]
    ended = [name for name in runs if name not in unfinished] or runs
    if len(ended) < len(runs):
        log.warning("left out, since they hold no finished run: %s.", ", ".join(unfinished))
    frame = comparison_table([read_result(find_run(name, runs_dir)).by(judge) for name in ended])
    _print_table(frame, table_format)
    picture = trade_off(frame, conditions_line(frame))
    contents = {
        "trade_off.png": trade_off_png(picture),
        "trade_off.html": trade_off_html(picture).encode(),
        "comparison.csv": csv(frame).encode(),
        "comparison.md": markdown(frame).encode(),
    }
    for name, content in contents.items():
        write_bytes(output / name, content)
        typer.echo(output / name, err=True)


def _print_table(frame: "pd.DataFrame", table_format: TableFormat) -> None:
    from rich.console import Console

    from smfa_bench_leaderboard.render import csv, markdown, terminal_tables

    if table_format is TableFormat.TABLE:
        Console(width=None if sys.stdout.isatty() else PIPE_WIDTH).print(terminal_tables(frame), highlight=False)
    else:
        typer.echo({TableFormat.MARKDOWN: markdown, TableFormat.CSV: csv}[table_format](frame), nl=False)
