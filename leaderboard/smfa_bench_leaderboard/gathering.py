"""From run folders to submissions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from pydantic import JsonValue

from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.results.result import RunResult
from smfa_bench.results.store import read_run
from smfa_bench_leaderboard.asked import asked_again
from smfa_bench_leaderboard.packing import pack_answers
from smfa_bench_leaderboard.submission import (
    FEWEST_SEEDS,
    JUDGE,
    MOST_SEEDS,
    Submission,
    SubmittedRun,
    board_conditions,
    subject,
)


def gather(folders: Sequence[Path], *, name: str, contact: str, code: str) -> list[Submission]:
    """Return a submission for each method, options, model, data and ratio among the runs.

    Of several judges' scores only those of the one that can be verified go with it.

    Args:
        folders: Folders of finished runs, in any order.
        name: What the rows are called.
        contact: Mail address or https page.
        code: https page of the code.

    Raises:
        UsageError: If there are fewer than three seeds of something, one seed of it twice, no scores of that judge,
            answers of a server, or data that can't be made again.
        DamagedFileError: If a result or an answer can't be read.
    """
    groups: dict[str, list[SubmittedRun]] = defaultdict(list)
    for folder in folders:
        whole, answers = read_run(folder)
        if whole.served is not None:
            raise UsageError(f"{whole.run_id} was answered by a server ({whole.served}); submit the run it came from.")
        result = whole.by(JUDGE).model_copy(update={"erasure": {}})  # likelihoods do not go with it
        groups[subject(result)].append(SubmittedRun(result=_without_paths(result), answers=_packed(result, answers)))
    submissions = []
    for key, runs in groups.items():
        others = [other[0].result for name, other in groups.items() if name != key]
        _check_seeds([run.result for run in runs], others)
        ordered = sorted(runs, key=lambda run: run.result.config.seed)
        submissions.append(Submission(name=name, contact=contact, code=code, runs=tuple(ordered)))
    return sorted(submissions, key=lambda submission: submission.key)


def _packed(result: RunResult, answers: Sequence[AnswerRecord]) -> str:
    try:
        return pack_answers(answers, asked_again(result, answers=len(answers)))
    except DamagedFileError as error:
        raise UsageError(f"{result.run_id} can't be submitted: {error}") from error


def _check_seeds(results: Sequence[RunResult], others: Sequence[RunResult]) -> None:
    first = results[0]
    seeds = sorted(result.config.seed for result in results)
    what = f"{first.config.method} on {first.model.name}, {first.split.name}"
    if len(set(seeds)) < len(seeds):
        raise UsageError(f"{what} has a seed twice ({', '.join(map(str, seeds))}); name one run for each seed.")
    if len(seeds) < FEWEST_SEEDS:
        raise UsageError(
            f"{what} has {len(seeds)} of the {FEWEST_SEEDS} seeds that a submission needs "
            f"({', '.join(map(str, seeds))}), all with the same options; run it with another --seed."
            f"{_set_apart(first, others)}"
        )
    if len(seeds) > MOST_SEEDS:
        raise UsageError(f"{what} has {len(seeds)} seeds; a submission has at most {MOST_SEEDS}, leave some out.")


def _set_apart(result: RunResult, others: Sequence[RunResult]) -> str:
    """Return a sentence on what sets a run apart from the one among the others that is most like it; "" if none is."""
    facts = _facts(result)
    unlike: list[list[str]] = []
    for other in map(_facts, others):
        if other["method"] == facts["method"]:
            names = sorted(facts.keys() | other.keys())
            unlike.append(
                [
                    f"{name} ({facts.get(name, 'none')} here, {other.get(name, 'none')} there)"
                    for name in names
                    if facts.get(name) != other.get(name)
                ]
            )
    if not unlike:
        return ""
    nearest = min(unlike, key=len)
    return f" Other runs of the method differ in {', '.join(nearest)}."


def _facts(result: RunResult) -> dict[str, JsonValue]:
    """Return all that runs of one submission have in common, nested names joined by dots."""
    given: dict[str, JsonValue] = {
        "method": result.config.method,
        "options": result.method_config,
        "code": result.method_code,
        **board_conditions(result),
    }
    return dict(_flat(given))


def _flat(value: JsonValue, name: str = "") -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    else:
        yield name, value


def _without_paths(result: RunResult) -> RunResult:
    """Return the result without where on somebody's machine the model lay."""
    path = PurePath(result.model.source)
    if not path.is_absolute():
        return result
    return result.model_copy(update={"model": result.model.model_copy(update={"source": path.name})})
