"""`smfa-bench sweep`: many runs from one file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smfa_bench.cli.display import Display

if TYPE_CHECKING:
    from rich.table import Table

    from smfa_bench.results.result import RunConfig
    from smfa_bench.runner.sweeping import Outcome


def sweep(
    file: Annotated[Path, typer.Argument(help="YAML: fields of a run with a value or a list of values each.")],
    processes: Annotated[int, typer.Option(min=1, help="Runs at a time on this machine.")] = 1,
    ray: Annotated[str | None, typer.Option(help="Run on a Ray cluster: auto, local or an address.")] = None,
    part: Annotated[str | None, typer.Option(help="Run one part, such as 2/5, of the sweep.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show all runs, done or not, and do none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders go.")] = Path("runs"),
    display: Annotated[Display, typer.Option(help="How progress is shown on stderr.")] = Display.RICH,
) -> None:
    """Do all runs of a sweep that are not done yet; what fails is told at the end and does not stop the others."""
    from rich.console import Console

    from smfa_bench.cache import cache_folder
    from smfa_bench.cli.display import make_progress
    from smfa_bench.errors import BenchError, UsageError
    from smfa_bench.processes import size
    from smfa_bench.runner.on_ray import sweep_on_ray
    from smfa_bench.runner.sweep_plan import part_of, read_sweep
    from smfa_bench.runner.sweeping import failures, sweep_here, sweep_in_processes

    if size() > 1:
        raise UsageError("a sweep is started as one process; share it out with --processes, --ray or --part.")
    configs = read_sweep(file)
    if part is not None:
        configs = part_of(configs, part)
    outcomes: list[Outcome] = []
    if not dry_run:
        cache = cache_folder()
        with make_progress(display) as progress:
            if ray is not None:
                ending = sweep_on_ray(configs, address=ray, runs_dir=runs_dir, cache=cache)
            elif processes > 1:
                ending = sweep_in_processes(configs, processes=processes, runs_dir=runs_dir, cache=cache)
            else:
                ending = sweep_here(configs, runs_dir=runs_dir, cache=cache, progress=progress)
            for outcome in ending:
                outcomes.append(outcome)
                typer.echo(f"{len(outcomes)}/{len(configs)}: {outcome.run_id or outcome.reason}", err=True)
    if as_json:
        rows = outcomes or configs
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=2, ensure_ascii=False))
    else:
        Console().print(_table(configs if dry_run else [outcome.config for outcome in outcomes], outcomes))
    failed = failures(outcomes)
    if failed:
        raise BenchError(f"{len(failed)} of {len(outcomes)} runs failed; the same command does them again.")


def _table(configs: "list[RunConfig]", outcomes: "list[Outcome]") -> "Table":
    from rich.table import Table

    ends = ("state", "run") if outcomes else ()
    table = Table("method", "options", "model", "ratio", "seed", *ends)
    for place, config in enumerate(configs):
        options = ", ".join(
            [*(f"{name}={value}" for name, value in config.options.items()), *filter(None, [config.form])]
        )
        ended = outcomes[place] if outcomes else None
        state = (ended.state, ended.run_id or ended.reason or "") if ended else ()
        table.add_row(config.method, options, config.model, f"{config.forget_ratio:g}", str(config.seed), *state)
    return table
