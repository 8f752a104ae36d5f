"""`smfa-bench erasure`: does a model still hold what it no longer says?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from smfa_bench.results.result import Measure, RunResult

GROUPS: Final = ("forget", "retain")
TASKS: Final = ("image_memory", "text_memory")
METRICS: Final = {"multiple_choice": "multiple choice", "truth_ratio": "truth ratio", "prefill": "prefill, Fact"}
AGGREGATES: Final = {
    "forget_quality": "forget quality, p",
    "membership.loss": "membership AUC, LOSS",
    "membership.zlib": "membership AUC, zlib",
    "membership.min_k": "membership AUC, Min-K%",
    "membership.min_k_plus_plus": "membership AUC, Min-K%++",
}


def erasure(
    run: Annotated[str, typer.Argument(help="Run id or folder.")],
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what likelihoods tell of the models of a run, beside what they say."""
    import json

    from rich.console import Console

    from smfa_bench.errors import PrerequisiteError
    from smfa_bench.results.store import find_run, read_result

    result = read_result(find_run(run, runs_dir))
    if not result.erasure:
        raise PrerequisiteError(
            f"no likelihoods were taken in {result.run_id}, which an older release made; delete its folder and run it "
            "again."
        )
    if as_json:
        document = {stage.value: model.model_dump(mode="json") for stage, model in result.erasure.items()}
        print(json.dumps(document, indent=2, ensure_ascii=False))  # noqa: T201
        return
    Console().print(erasure_table(result))


def erasure_table(result: "RunResult") -> "Table":
    """Return a table with a row a metric and a column a model; what could not be measured is "n/a"."""
    from rich.table import Table

    from smfa_bench.cli.table import shown
    from smfa_bench.results.answer import Stage

    stages = [stage for stage in Stage if stage in result.erasure]
    table = Table(title=result.run_id, caption="mean or AUC [95 % interval over people]")
    table.add_column("")
    for stage in stages:
        table.add_column(result.config.method if stage is Stage.UNLEARNED else f"{stage} model", justify="right")

    def add(name: str, label: str) -> None:
        found: list[Measure | None] = [
            result.erasure[stage].cells.get(name) or result.erasure[stage].aggregates.get(name) for stage in stages
        ]
        table.add_row(label, *map(shown, found))

    for metric, title in METRICS.items():
        for group in GROUPS:
            for task in TASKS:
                add(f"{group}.{task}.{metric}", f"{group} {task.replace('_', ' ')}: {title}")
    table.add_section()
    for name, title in AGGREGATES.items():
        add(name, title)
    return table
