"""`smfa-bench study`: how far a metric can be trusted."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smfa_bench.cli.display import Display

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from smfa_bench.results.gold import GoldCheck
    from smfa_bench.results.study import Study

app = typer.Typer(help="Measure metrics.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Measure metrics."""


@app.command()
def metrics(
    model: Annotated[str, typer.Option(help="Name, ./file.py:function, folder or hub id.")] = "tiny",
    profiles: Annotated[str, typer.Option(help="Source of the people.")] = "fictional",
    size: Annotated[int, typer.Option(help="People of a model.")] = 20,
    forget_ratio: Annotated[float, typer.Option(help="Share of the people whose facts are in question.")] = 0.2,
    data_seed: Annotated[int, typer.Option(help="Of the people and the split.")] = 0,
    seed: Annotated[list[int] | None, typer.Option(help="Of a teaching; twice or more. [default: 0, 1, 2]")] = None,
    rate: Annotated[
        list[float] | None, typer.Option(help="Learning rate; may be repeated. [default: the recipe's]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the values of every model.")] = False,
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Show how well each metric tells models that know facts from models that don't; what is cached is not redone."""
    from rich.console import Console

    from smfa_bench.cache import cache_folder
    from smfa_bench.cli.display import make_progress
    from smfa_bench.data.sources import find_source
    from smfa_bench.data.split import make_split
    from smfa_bench.models.choose import choose_model
    from smfa_bench.runner.pools import School
    from smfa_bench.runner.studying import study_metrics

    spec = choose_model(model)
    people = find_source(profiles)(size=size, seed=data_seed, picture_size=spec.picture_size)
    split = make_split(people, forget_ratio=forget_ratio, few_shot=1, seed=data_seed)
    with make_progress(display) as progress:
        school = School(spec.unpacked(), people, split, cache_folder(), progress)
        found = study_metrics(school, seeds=seed or [0, 1, 2], rates=rate or [spec.teaching.learning_rate])
    if as_json:
        print(found.model_dump_json(indent=2))  # noqa: T201
        return
    Console().print(study_table(found))


@app.command()
def gold(
    runs: Annotated[list[str], typer.Argument(help="Run ids or folders, made with a retain model.")],
    other_seed: Annotated[
        int | None, typer.Option(help="Of the second teaching.", show_default="each run's plus 1,000")
    ] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Hold gold scores against that of a second retain model, taught with another seed; above it nothing is better."""
    from rich.console import Console

    from smfa_bench.cache import cache_folder
    from smfa_bench.cli.display import make_progress
    from smfa_bench.results.store import find_run
    from smfa_bench.runner.gold import check_gold, checkable

    folders = [find_run(run, runs_dir) for run in runs]
    with make_progress(display) as progress:
        cache = cache_folder()
        # All are looked at before anything slow begins.
        able = [checkable(folder, other_seed=other_seed, cache=cache, progress=progress) for folder in folders]
        found = [check_gold(run) for run in able]
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=2))  # noqa: T201
        return
    Console().print(gold_table(found))


def gold_table(found: "Sequence[GoldCheck]") -> "Table":
    """Return a table with a row a run."""
    from rich.table import Table

    from smfa_bench.cli.table import shown

    above = sum(one.above for one in found)
    caption = f"gold score [95 % interval]; {above} of {len(found)} above the other retain model's interval"
    table = Table("run", "its gold score", "that of a retain model of another seed", caption=caption)
    for one in found:
        table.add_row(one.run_id, shown(one.run), shown(one.retain))
    return table


def study_table(found: "Study") -> "Table":
    """Return a table with a row a metric and a column a condition."""
    from rich.table import Table

    from smfa_bench.cli.table import shown
    from smfa_bench.results.study import Condition

    knowing = sum(one.knows for one in found.models)
    caption = f"ROC-AUC [95 % interval], {knowing} models that know, {len(found.models) - knowing} that don't"
    table = Table("metric", *Condition, caption=caption)
    for name, areas in found.areas.items():
        table.add_row(name, *(shown(areas[condition]) for condition in Condition))
    return table
