"""`smfa-bench run --dry-run`: the stages of a run, which are done, how long the others take, and in what memory."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from smfa_bench.cache import cache_folder
from smfa_bench.cli.launch import configured
from smfa_bench.errors import UsageError
from smfa_bench.processes import size
from smfa_bench.progress import Silent
from smfa_bench.runner.forecast import foresee
from smfa_bench.runner.memory import GIB, Need, foresee_memory
from smfa_bench.runner.setting import name_run, prepare


def foretell(asked: Mapping[str, object], *, runs_dir: Path) -> None:
    """Print the stages of a run and its memory on stdout; nothing is written.

    Args:
        asked: Fields of `RunConfig`.
        runs_dir: Where the run folder would be.

    Raises:
        UsageError: If a field is not valid, or several processes ask.
    """
    if size() > 1:
        raise UsageError("a dry run is one process; leave accelerate launch out.")
    setting = prepare(configured(asked), cache_folder(), Silent())
    need = foresee_memory(setting)
    stages = foresee(setting, runs_dir)
    known = [stage.seconds for stage in stages if stage.seconds is not None]
    table = Table("stage", "state", "about", title=name_run(setting), caption=_caption(sum(known), to_do=bool(known)))
    for stage in stages:
        about = "" if stage.seconds is None else f"{stage.seconds:.0f} s"
        table.add_row(stage.stage, "done" if stage.done else "to do", about)
    console = Console()
    console.print(table)
    if need is not None:
        console.print(_memory(need))


def _memory(need: Need) -> str:
    most, weights, training, answering = (
        f"{part / GIB:.2f}" for part in (need.most, need.weights, need.training, need.answering)
    )
    return (
        f"memory: at most {most} GiB by formula, weights {weights} and either training {training} or answering "
        f"{answering}; libraries and the pass through the vision tower come on top"
    )


def _caption(seconds: float, *, to_do: bool) -> str:
    if not to_do:
        return "nothing is left to do"
    return (
        f"about {seconds / 60:.0f} min in all, by a few steps of each stage on the base model: half or twice as long "
        "is possible. Of the method the first training is counted; scoring is not."
    )
