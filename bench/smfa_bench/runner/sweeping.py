"""Many runs, one after another or several at a time; one that fails does not stop the others."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Literal

from smfa_bench.errors import BenchError
from smfa_bench.progress import Progress
from smfa_bench.record import Record
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import RESULT
from smfa_bench.runner.setting import Setting, name_run, prepare
from smfa_bench.runner.stages import run_prepared
from smfa_bench.runner.sweep_plan import vanilla_of

State = Literal["done", "was done", "failed"]


class Outcome(Record):
    """How a run of a sweep ended."""

    config: RunConfig
    state: State
    run_id: str | None = None
    """None if it failed."""
    reason: str | None = None
    """Why it failed."""


def sweep_here(configs: Sequence[RunConfig], *, runs_dir: Path, cache: Path, progress: Progress) -> Iterator[Outcome]:
    """Yield the outcome of each run, one after another in this process."""
    before: Setting | None = None
    for config in configs:
        outcome, before = _run_after(before, config, runs_dir=runs_dir, cache=cache, progress=progress)
        yield outcome


def sweep_in_processes(
    configs: Sequence[RunConfig], *, processes: int, runs_dir: Path, cache: Path
) -> Iterator[Outcome]:
    """Yield outcomes as the runs end, several at a time, each in a process of its own."""
    with ThreadPoolExecutor(processes) as workers:
        waiting = [workers.submit(_run_apart, config, runs_dir, cache) for config in in_turn(configs)]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise


def in_turn(configs: Sequence[RunConfig]) -> list[RunConfig]:
    """Return runs in an order in which they seldom wait for one another: first one for each vanilla model."""
    seen: set[str] = set()
    first: list[RunConfig] = []
    rest: list[RunConfig] = []
    for config in configs:
        (rest if vanilla_of(config) in seen else first).append(config)
        seen.add(vanilla_of(config))
    return [*first, *rest]


def run_one(config: RunConfig, *, runs_dir: Path, cache: Path, progress: Progress) -> Outcome:
    """Do one run, unless it is done, and return its outcome; what a user can mend is a failure and not raised."""
    return _run_after(None, config, runs_dir=runs_dir, cache=cache, progress=progress)[0]


def _run_after(
    before: Setting | None, config: RunConfig, *, runs_dir: Path, cache: Path, progress: Progress
) -> tuple[Outcome, Setting | None]:
    """Do one run and return its outcome and setting; people of the run before are not made again."""
    try:
        before = prepare(config, cache, progress, before=before)
        state: State = "was done" if (runs_dir / name_run(before) / RESULT).exists() else "done"
        result = run_prepared(before, runs_dir=runs_dir)
    except BenchError as error:
        return Outcome(config=config, state="failed", reason=str(error)), before
    return Outcome(config=config, state=state, run_id=result.run_id), before


def _run_apart(config: RunConfig, runs_dir: Path, cache: Path) -> Outcome:
    arguments = [config.model_dump_json(), str(runs_dir), str(cache)]
    ended = subprocess.run(
        [sys.executable, "-m", "smfa_bench.runner.sweeping", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    lines = ended.stdout.splitlines()
    if ended.returncode == 0 and lines:
        return Outcome.model_validate_json(lines[-1])
    last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
    return Outcome(config=config, state="failed", reason=f"its process ended with code {ended.returncode}: {last}")


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the runs that failed."""
    return [outcome for outcome in outcomes if outcome.state == "failed"]


if __name__ == "__main__":
    from smfa_bench.progress import Silent

    asked, folder, kept = sys.argv[1:]
    outcome = run_one(RunConfig.model_validate_json(asked), runs_dir=Path(folder), cache=Path(kept), progress=Silent())
    print(outcome.model_dump_json())  # noqa: T201
