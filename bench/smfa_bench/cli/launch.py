"""From what was typed to a run and its closing table."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from smfa_bench.cache import cache_folder
from smfa_bench.cli.display import Display, make_progress
from smfa_bench.cli.table import result_table
from smfa_bench.errors import UsageError, option_faults
from smfa_bench.processes import is_first
from smfa_bench.results.answer import Stage
from smfa_bench.results.judged import by_own_judge
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.runner.stages import run
from smfa_bench.tracking import TRACKED, Tracker, track


def configured(asked: Mapping[str, object]) -> RunConfig:
    """Return the configuration of a run.

    Raises:
        UsageError: If a field is not valid.
    """
    try:
        return RunConfig.model_validate(asked)
    except ValidationError as error:
        raise UsageError(f"the run can't be configured: {option_faults(error, 'it')}.") from error


def launch(
    asked: Mapping[str, object],
    *,
    runs_dir: Path,
    display: Display,
    tracker: Tracker | None = None,
) -> None:
    """Run a configuration and print its table on stdout and its folder on stderr.

    Args:
        asked: Fields of `RunConfig`.
        runs_dir: Where run folders go.
        display: How progress is shown.
        tracker: Is told the curves of every training and the closing numbers.

    Raises:
        UsageError: If a field is not valid.
        PrerequisiteError: If the tracker's package is not installed.
    """
    config = configured(asked)
    with ExitStack() as stack:
        progress = stack.enter_context(make_progress(display if is_first() else Display.NONE))
        tracked = None
        if tracker is not None and is_first():
            tracked = stack.enter_context(track(progress, tracker, config=asked, folder=runs_dir / TRACKED))
        result = run(config, runs_dir=runs_dir, cache=cache_folder(), progress=tracked or progress)
        if tracked is not None:
            measures = by_own_judge(result).models[Stage.UNLEARNED].aggregates
            tracked.conclude({name: measure.value for name, measure in measures.items()})
    print_result(result, runs_dir)


def print_result(result: RunResult, runs_dir: Path) -> None:
    """Print the table of a run on stdout and its folder on stderr, once however many processes there are."""
    if is_first():
        Console().print(result_table(by_own_judge(result)))
        Console(stderr=True).print(f"result, answers and adapter: {runs_dir / result.run_id}", soft_wrap=True)
