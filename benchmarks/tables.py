#!/usr/bin/env python
"""The tables of docs/results.md, from what `smfa-bench compare`, `leaderboard build` and `run` wrote.

benchmarks/tables.py compact COMPARISON.csv [--split forget05] [--stage unlearned] [--no-intervals] [--sum]
benchmarks/tables.py compact LEADERBOARD.csv --split forget10 [...]
benchmarks/tables.py by-domain COMPARISON.csv [--split forget05] [--no-intervals]
benchmarks/tables.py paired RUNS_FOLDER smfa idk-tuning
"""

from collections import defaultdict
from pathlib import Path
from typing import Annotated, Final

import pandas as pd
import typer

from smfa_bench.errors import UsageError
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Measure, ModelResult
from smfa_bench.results.store import read_result
from smfa_bench_leaderboard.averaging import over_seeds

COLUMNS: Final = {
    "forget.image_memory.fact": "forget image memory ↓",
    "forget.text_memory.fact": "forget text memory ↓",
    "retain.image_memory.fact": "retain image memory ↑",
    "retain.text_memory.fact": "retain text memory ↑",
    "forget.image_understanding.fact": "forget underst. ↑",
    "general.image_understanding.fact": "general underst. ↑",
    "overall_understanding.fact": "overall underst. ↑",
    "overall_memory.fact": "overall memory ↑",
    "overall_meaningful": "meaningful ↑",
    "gold_score": "gold score ↑",
}
KNOWLEDGE: Final = {"knowledge.text_memory.fact": "general knowledge ↑"}
"""Of runs that asked about the world."""
BY_DOMAIN: Final = {
    "forget.image_memory": "forget image memory ↓",
    "forget.text_memory": "forget text memory ↓",
    "retain.image_memory": "retain image memory ↑",
    "retain.text_memory": "retain text memory ↑",
    "forget.image_understanding": "forget underst. ↑",
    "retain.image_understanding": "retain underst. ↑",
    "unseen.image_understanding": "unseen underst. ↑",
}
SUM: Final = ("overall_understanding.fact", "overall_memory.fact")

WORTH_SHOWING: Final = 0.05

app = typer.Typer(add_completion=False)


@app.command()
def compact(
    comparison: Annotated[
        Path, typer.Argument(help="comparison.csv of `compare`, or leaderboard.csv of `leaderboard build`.")
    ],
    split: Annotated[str | None, typer.Option(help="Rows of this split only.")] = None,
    stage: Annotated[str | None, typer.Option(help="Rows of this stage only.")] = None,
    intervals: Annotated[bool, typer.Option(help="Show intervals.")] = True,
    with_sum: Annotated[
        bool, typer.Option("--sum", help="Add understanding and memory, and leave out the rest.")
    ] = False,
) -> None:
    """Print the measures of each row that a reader compares first, as Markdown."""
    frame = _rows(comparison, split=split, stage=stage)
    left_out = ("general.image_understanding.fact", "overall_meaningful", "gold_score") if with_sum else ()
    columns = {
        name: heading
        for name, heading in (COLUMNS | KNOWLEDGE).items()
        if name not in left_out and name in frame and frame[name].notna().any()
    }
    rows = []
    for _, row in frame.iterrows():
        cells = [_cell(row, name, intervals=intervals) for name in columns]
        rows.append([row["label"], *cells, *([f"{sum(row[name] for name in SUM):.2f}"] if with_sum else [])])
    _print([" ", *columns.values(), *(["sum"] if with_sum else [])], rows)


@app.command()
def by_domain(
    comparison: Annotated[Path, typer.Argument(help="comparison.csv of `smfa-bench compare`.")],
    split: Annotated[str | None, typer.Option(help="Rows of this split only.")] = None,
    stage: Annotated[str | None, typer.Option(help="Rows of this stage only.")] = None,
    intervals: Annotated[bool, typer.Option(help="Show intervals.")] = True,
) -> None:
    """Print the Fact of each row by domain, as Markdown: a line for each domain of a row."""
    frame = _rows(comparison, split=split, stage=stage)
    first, *_ = BY_DOMAIN
    domains = [name.split(".")[2] for name in frame if name.startswith(f"{first}.") and name.endswith(".fact")]
    domains = [domain for domain in domains if domain != "fact"]
    rows = [
        [row["label"], domain, *(_cell(row, f"{name}.{domain}.fact", intervals=intervals) for name in BY_DOMAIN)]
        for _, row in frame.iterrows()
        for domain in domains
    ]
    _print([" ", "domain", *BY_DOMAIN.values()], rows)


@app.command()
def paired(
    runs: Annotated[Path, typer.Argument(help="Folder with the runs of both methods.")],
    first: Annotated[str, typer.Argument(help="Method.")],
    second: Annotated[str, typer.Argument(help="Method that is subtracted.")],
) -> None:
    """Print by how much two methods differ seed by seed, and the mean with its interval over the seeds.

    Left out is what differs by less than 0.05 with every seed.
    """
    by_method: dict[str, dict[tuple[str, int], ModelResult]] = defaultdict(dict)
    found: dict[tuple[str, str, int], str] = {}
    for path in runs.glob("*/result.json"):
        result = read_result(path.parent)
        models = result.by("offline").models
        what = (result.config.method, result.split.name, result.config.seed)
        if result.config.method in (first, second) and what in found:
            raise UsageError(f"{found[what]} and {result.run_id} are of one method, split and seed; leave one there.")
        found[what] = result.run_id
        by_method[result.config.method][result.split.name, result.config.seed] = models[Stage.UNLEARNED]
    pairs = sorted(by_method[first].keys() & by_method[second].keys())
    seeds = sorted({seed for _, seed in pairs})
    rows = []
    for split in dict.fromkeys(split for split, _ in pairs):
        for name, heading in COLUMNS.items():
            differences = [
                _value(by_method[first][split, seed], name) - _value(by_method[second][split, seed], name)
                for seed in seeds
            ]
            if max(map(abs, differences)) < WORTH_SHOWING:
                continue
            mean = over_seeds([Measure(value=difference) for difference in differences])
            rows.append([split, heading, *(f"{value:+z.2f}" for value in differences), _text(mean, sign="+")])
    _print(["split", f"{first} − {second}", *(f"seed {seed}" for seed in seeds), "mean"], rows)


def _rows(comparison: Path, *, split: str | None, stage: str | None) -> pd.DataFrame:
    frame = pd.read_csv(comparison).rename(columns={"name": "label"})
    frame = frame[(split is None) | (frame["split"] == split)]
    return frame[(stage is None) | (frame["stage"] == stage)]


def _value(model: ModelResult, name: str) -> float:
    value = {**model.cells, **model.aggregates}[name].value
    if value is None:
        raise UsageError(f"{name} was not measured in every run; run with --with-retain-model.")
    return value


def _cell(row: pd.Series, name: str, *, intervals: bool) -> str:
    if pd.isna(row[name]):
        return "–"
    low, high = (row[f"{name}.{bound}"] if intervals else None for bound in ("low", "high"))
    return _text(Measure(value=row[name], low=low, high=high))


def _text(measure: Measure, *, sign: str = "") -> str:
    text = f"{measure.value:{sign}z.2f}"
    return text if measure.low is None else f"{text} [{measure.low:{sign}z.2f}, {measure.high:{sign}z.2f}]"


def _print(headings: list[str], rows: list[list[str]]) -> None:
    rules = ["---", *["---:"] * (len(headings) - 1)]
    for line in [headings, rules, *rows]:
        typer.echo(f"| {' | '.join(line)} |")


if __name__ == "__main__":
    app()
