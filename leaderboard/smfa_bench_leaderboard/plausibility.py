"""What of a submitted run can be told to be wrong before anything is scored again."""

from collections.abc import Iterator
from typing import Final

from smfa_bench.results.answer import Stage
from smfa_bench.results.result import SCHEMA_VERSION, Measure, RunResult
from smfa_bench_leaderboard.submission import Submission, subject
from smfa_bench_leaderboard.wording import printable

MOST_COST: Final = 1e9
"""Seconds, mebibytes, tokens: of none a run can have more."""
MOST_ENTRIES: Final = 200
"""Options or versions; a method has about ten."""
_TOP: Final = {"fact": 10.0, "meaningful": 10.0, "overall_meaningful": 10.0}
_SIGNED: Final = ("overall_memory", "gold_score")
"""Aggregates that may be below zero."""


def seed_faults(submission: Submission) -> Iterator[str]:
    """Yield what is wrong with the runs as a group."""
    seeds = [run.result.config.seed for run in submission.runs]
    if len(set(seeds)) < len(seeds):
        yield f"the seeds {', '.join(map(str, seeds))} are not distinct."
    taught = [run.result.fingerprints.get("vanilla") for run in submission.runs]
    if len(set(taught)) < len(taught):
        yield "two seeds have the same vanilla model, which was taught other people with each."
    for run in submission.runs[1:]:
        if subject(run.result) != subject(submission.first):
            yield f"seed {run.result.config.seed}: differs from seed {seeds[0]} in more than the seed."


def value_faults(result: RunResult) -> Iterator[str]:
    """Yield every claimed number that is impossible, whatever was answered."""
    for stage in (Stage.VANILLA, Stage.UNLEARNED):
        if stage not in result.models:
            yield f"the {stage} model is missing."
    for stage, model in result.models.items():
        for name, measure in (*model.cells.items(), *model.aggregates.items()):
            if not _is_possible(name, measure):
                yield f"{stage} {printable(name)}: a value or bound is out of range."
    if result.schema_version != SCHEMA_VERSION:
        yield f"schema version {result.schema_version} of the result: this release checks {SCHEMA_VERSION}."
    if set(result.fingerprints) != {"base", "vanilla"}:
        yield "fingerprints: must be those of the base and the vanilla model."
    if not {"python", "smfa-bench"} <= set(result.versions):
        yield "versions: python and smfa-bench must be among them."
    asked = (number for one in result.asking.values() for number in one.model_dump().values())
    cost = [*result.seconds.values(), *(number for number in asked if number is not None)]
    if not all(0 <= number <= MOST_COST for number in cost) or not 0 < result.peak_memory_mib <= MOST_COST:
        yield f"cost: seconds, memory and what was asked can't be negative or above {MOST_COST:g}."
    if max(len(result.method_config), len(result.config.options), len(result.versions)) > MOST_ENTRIES:
        yield f"options and versions: there are more than {MOST_ENTRIES}."
    if result.config.with_retain_model != (Stage.RETAIN in result.models):
        yield "the configuration and the results do not agree on whether there is a retain model."


def _is_possible(name: str, measure: Measure) -> bool:
    words = name.split(".")
    top = _TOP.get(words[-1], 1.0)
    low = -top if words[0] in _SIGNED else 0.0
    bottom = float("-inf") if words[0] == "gold_score" else low
    numbers = [number for number in (measure.value, measure.low, measure.high) if number is not None]
    ordered = measure.low is None or measure.high is None or measure.low <= measure.high
    return ordered and all(bottom <= number <= top for number in numbers)
