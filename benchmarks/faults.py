#!/usr/bin/env python
"""Kills a small run at random moments, fills its disk, takes its rights, cuts its files: does the next run mend it?

benchmarks/faults.py [--kills 30] [--seed 0] [--folder FOLDER]

Each trial begins with empty folders. A run is killed (SIGKILL) when it has used a random share of the processor time
that an undisturbed one uses, one trial in each of `--kills` equal spans; the run after it must end with the same bytes
in the answers, the likelihoods, the scores and the adapter. Then the same after writes that failed because a file could
grow no further, after a folder that could not be written, and after a last line that was cut off. Each run is a forked
process, so that the libraries are imported once. Exit code 4 if anything came out otherwise.
"""

import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.errors import BenchError
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Silent
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import read_run
from smfa_bench.runner.setting import prepare
from smfa_bench.runner.stages import run
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.source import fictional

PEOPLE, SCENES, STRANGERS = 3, 1, 8
NOBODY = 65534
LIMITS = (0, 2_000, 40_000, 1_000_000, 20_000_000)
"""Bytes that no file may exceed, for a disk that is full: lock, ledger, answers, checkpoint, model."""


def recipe() -> ModelSpec:
    """Return the embedded model, taught in few steps, without a gate: what it knows does not matter here."""
    standard = spec()
    hasty = standard.teaching.model_copy(update={"epochs": 1, "min_steps": 8, "batch_size": 8})
    return standard.model_copy(
        update={"name": "hasty", "teaching": hasty, "gate": 0.0, "answer_batch_size": 16, "max_new_tokens": 6}
    )


def people(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return fictional people, asked a sixth of the questions, with few scenes and strangers beside them."""
    return _drawn(size, seed, picture_size)


@cache
def _drawn(size: int, seed: int, picture_size: int) -> ProfileSet:
    made = fictional(size=size, seed=seed, picture_size=picture_size)
    known = (profile.model_copy(update={"questions": profile.questions[::6]}) for profile in made.profiles)
    few = replace(made, profiles=tuple(known), unseen=made.unseen[:SCENES], general=made.general[:SCENES])
    return replace(few, rehearsal=few.rehearsal[:STRANGERS])


CONFIG = RunConfig(
    method="smfa",
    model="__main__:recipe",
    profiles="__main__:people",
    size=PEOPLE,
    few_shot=1,
    forget_ratio=0.3,
    options={"epochs": 3},
)
FORK = multiprocessing.get_context("fork")


class Told:
    """A progress that another process can read, and the error that the run ended with."""

    def __init__(self) -> None:
        self.title = FORK.Array("c", 100)
        self.error = FORK.Array("c", 500)

    def stage(self, title: str, total: int) -> None:  # noqa: ARG002
        """Note the stage."""
        self.title.value = title.encode()[:99]

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:
        """Note nothing."""


def started(folder: Path, before: Callable[[], object] = lambda: None) -> tuple[Any, Told]:
    """Start a run in a process of its own, which ends with 0, with 1 and a line, or with 2 for a bug."""
    told = Told()

    def body() -> None:
        before()
        try:
            run(CONFIG, runs_dir=folder / "runs", cache=folder / "cache", progress=told)
        except BenchError as error:
            told.error.value = str(error).encode()[:499]
            typer.echo(f"    error: {error}".replace(str(folder), "…"))
            os._exit(1)
        except BaseException as error:
            typer.echo(f"    BUG: {type(error).__name__}: {error}")
            os._exit(2)
        os._exit(0)

    process = FORK.Process(target=body)
    process.start()
    return process, told


def ended(folder: Path, before: Callable[[], object] = lambda: None, *, saying: str = "") -> int:
    """Run to the end and return the exit code; 2 also if a run that can't be done does not say this."""
    process, told = started(folder, before)
    process.join()
    code = int(process.exitcode)
    return 2 if code == 1 and saying not in told.error.value.decode() else code


def traces(folder: Path) -> dict[str, bytes]:
    """Return what a run left that must not depend on what happened to it."""
    (own,) = (path.parent for path in folder.glob("runs/*/result.json"))
    result = json.loads((own / "result.json").read_bytes())
    files = {name: (own / name).read_bytes() for name in ("answers.jsonl", "likelihoods.jsonl", "adapter/seal.json")}
    scores = {name: json.dumps(result[name]).encode() for name in ("judged", "unjudged", "erasure")}
    return files | scores


def kill(folder: Path, at: float) -> str:
    """Kill a run when it has used so many seconds of a processor; return the stage that it was in."""
    process, told = started(folder)
    seen = psutil.Process(process.pid)
    while process.is_alive():
        try:
            used = seen.cpu_times()
        except psutil.NoSuchProcess:
            break
        if used.user + used.system >= at:
            process.kill()
            break
        time.sleep(0.002)
    process.join()
    return told.title.value.decode() or "before the first stage" if process.exitcode else "already done"


def limited(most: int) -> Callable[[], None]:
    """Return what forbids a process to let a file grow beyond so many bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def without_rights() -> None:
    """Become somebody who may not write."""
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)


def cut(path: Path) -> None:
    """Cut the last line in two."""
    os.truncate(path, path.stat().st_size - 20)


def main(
    kills: Annotated[int, typer.Option(min=0, help="Runs to kill.")] = 30,
    seed: Annotated[int, typer.Option(help="Seeds the moments.")] = 0,
    folder: Annotated[Path | None, typer.Option(help="Where the runs go, and are deleted.")] = None,
) -> None:
    """Print a line a trial, and how many came out otherwise than an undisturbed run."""
    chance = random.Random(seed)
    root = Path(tempfile.mkdtemp(dir=folder))
    root.chmod(0o755)
    wrong = trials = 0

    def judged(what: str, place: Path, code: int, expected: dict[str, bytes]) -> None:
        nonlocal wrong, trials
        found = traces(place) if code == 0 else {}
        other = [name for name in expected if found.get(name) != expected[name]]
        trials, wrong = trials + 1, wrong + bool(other)
        typer.echo(f"{what}: {f'OTHERWISE in {other}' if other else 'mended'}")
        shutil.rmtree(place)

    try:
        prepare(CONFIG, root / "cache", Silent())  # so that the processes have nothing to import and to draw
        load_model(recipe())
        if ended(root / "undisturbed"):
            raise SystemExit(2)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = used.ru_utime + used.ru_stime
        expected = traces(root / "undisturbed")
        typer.echo(f"an undisturbed run: {whole:.1f} s of one processor")
        stages: Counter[str] = Counter()
        for number in range(kills):
            at, place = whole * (number + chance.random()) / max(1, kills), root / f"killed-{number}"
            stage = kill(place, at)
            stages[stage] += 1
            judged(f"killed after {at:.2f} s, {stage}", place, ended(place), expected)
        for most in LIMITS:
            place = root / f"full-{most}"
            place.mkdir()
            code = ended(place, limited(most))
            wrong += code > 1
            judged(f"no file larger than {most} bytes, exit code {code}", place, ended(place), expected)
        for name in ("runs", "cache"):
            place = root / f"read-only-{name}"
            for each in ("runs", "cache"):
                (place / each).mkdir(parents=True)
                (place / each).chmod(0o555 if each == name else 0o777)
            code = ended(place, without_rights, saying="Permission denied")
            wrong += code != 1
            (place / name).chmod(0o777)
            judged(f"{name} is read-only, exit code {code}", place, ended(place), expected)
        place = root / "cut"
        for pattern in ("cache/answers/*/answers.jsonl", "cache/likelihoods/*/likelihoods.jsonl"):
            shutil.copytree(root / "undisturbed", place)
            shutil.rmtree(place / "runs")
            for path in place.glob(pattern):
                cut(path)
            judged(f"last line cut of {pattern}", place, ended(place), expected)
        shutil.copytree(root / "undisturbed", place)
        (own,) = place.glob("runs/*")
        cut(own / "answers.jsonl")
        try:
            read_run(own)
        except BenchError as error:
            typer.echo(f"last line cut of a finished run's answers, refused: {error}".replace(str(place), "…"))
        else:
            wrong += 1
            typer.echo("last line cut of a finished run's answers: TAKEN AS WHOLE")
        (own / "result.json").unlink()
        judged("and its result lost", place, ended(place), expected)
        typer.echo(f"{trials} trials, {wrong} otherwise than they should; killed in: {dict(stages)}")
    finally:
        shutil.rmtree(root, ignore_errors=True)
    sys.exit(4 if wrong else 0)


if __name__ == "__main__":
    typer.run(main)
