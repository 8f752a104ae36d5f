"""Run folders: `runs/<run_id>/result.json`, `answers.jsonl`, `likelihoods.jsonl` and `adapter/`."""

import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from smfa_bench.errors import BenchError, DamagedFileError, UsageError, guess
from smfa_bench.results.answer import AnswerRecord, read_answers
from smfa_bench.results.migrations import migrated
from smfa_bench.results.result import RunResult
from smfa_bench.storage import read_json, write_json

RESULT: Final = "result.json"
ANSWERS: Final = "answers.jsonl"
LIKELIHOODS: Final = "likelihoods.jsonl"
ADAPTER: Final = "adapter"
LOCK: Final = ".lock"
"""Is there from a run's first moment on."""


def write_result(folder: Path, result: RunResult) -> None:
    """Write `result.json` atomically."""
    write_json(folder / RESULT, json.loads(result.model_dump_json()))


def read_result(folder: Path) -> RunResult:
    """Read the result of a run; one of an older schema is brought to the newest.

    Raises:
        DamagedFileError: If there is none, or it is damaged.
        PrerequisiteError: If it was written by a newer release.
    """
    path = folder / RESULT
    if not path.exists():
        raise DamagedFileError(f"{folder} has no {RESULT}: the run is not finished; run it again.")
    document = migrated(read_json(path), path)
    try:
        return RunResult.model_validate(document)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise DamagedFileError(f"{path} is not a valid result: {where}: {fault['msg']}; run it again.") from error


def read_run(folder: Path) -> tuple[RunResult, list[AnswerRecord]]:
    """Read the result of a run and all its answers.

    Raises:
        DamagedFileError: If one can't be read, or answers are missing.
        PrerequisiteError: If the result was written by a newer release.
    """
    result = read_result(folder)
    name, first = next(iter(result.judged.items()))
    records = read_answers(folder / ANSWERS, judge=name if len(result.judged) == 1 else None)
    if len(records) != first.answers:
        raise DamagedFileError(
            f"{folder / ANSWERS} holds {len(records)} answers, the run made {first.answers}; "
            "delete the run and run again."
        )
    return result, records


def find_run(name: str, runs_dir: Path) -> Path:
    """Return the folder of a run given by its id, an unambiguous beginning of it, or a path.

    Raises:
        UsageError: If there is no such run, it is not finished, or several begin like that.
    """
    if (Path(name) / RESULT).is_file():
        return Path(name)
    ids = [folder.name for folder in run_folders(runs_dir)]
    matches = [run_id for run_id in ids if run_id == name] or [run_id for run_id in ids if run_id.startswith(name)]
    if not matches and Path(name).is_dir():
        raise UsageError(
            f"{name} holds no finished run: it has no {RESULT}. Run it to its end, or name another folder."
        )
    if not matches:
        raise UsageError(
            f"unknown run {name!r}.{guess(name, ids)} Finished runs in {runs_dir}: {len(ids)}; "
            "see smfa-bench list runs, or name another folder with --runs-dir."
        )
    if len(matches) > 1:
        raise UsageError(f"{name!r} begins the names of {len(matches)} runs: {', '.join(matches)}; name one of them.")
    return runs_dir / matches[0]


def is_unfinished(name: str) -> bool:
    """Whether a name is the path of a folder that no run was finished in."""
    return Path(name).is_dir() and not (Path(name) / RESULT).is_file()


def run_folders(runs_dir: Path, *, begun: bool = False) -> list[Path]:
    """Return the folders of finished runs, by name.

    Args:
        runs_dir: Where run folders are.
        begun: Also those of runs that are under way, were stopped, or lost their result.

    Raises:
        BenchError: If the folder can't be read.
    """
    signs = (RESULT, ANSWERS, ADAPTER, LOCK) if begun else (RESULT,)
    try:
        return sorted({path.parent for sign in signs for path in runs_dir.glob(f"*/{sign}")})
    except OSError as error:
        raise BenchError(f"can't read {runs_dir}: {error.strerror}; choose another with --runs-dir.") from error
