"""Claimed against verified: every number of a submitted run, computed again from its answers."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Final

from smfa_bench.data.question import Task
from smfa_bench.models.spec import ModelSpec
from smfa_bench.progress import Silent
from smfa_bench.registry import MODELS
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.result import ModelResult, RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.offline import OfflineJudge
from smfa_bench_leaderboard.packing import DIGITS
from smfa_bench_leaderboard.submission import JUDGE
from smfa_bench_leaderboard.wording import printable

SCORERS: Final = {"rouge_l", "refusal"}
"""Rules that every result has scores of; others are verified if they are claimed and installed."""

TOLERANCE: Final = 1e-6
"""What another order of summing may change."""

ROUNDING: Final = 0.5 * 10**-DIGITS
"""What the rounding of packed probabilities may change in a mean of them, or in a bound of it."""

LEAST_GATE: Final = 7.0
"""Of models that are not installed, whatever their recipe says; the gate of an installed one is in its own recipe."""

KEPT: Final = 0.5
"""Share of the gate that a retain model must pass: a run does not look whether it passes all of it."""

Numbers = Mapping[str, float | None]


def number_faults(result: RunResult, records: Sequence[AnswerRecord]) -> Iterator[str]:
    """Yield every number that is not what the answers give, and the tasks in which the gate is not passed.

    Args:
        result: What is claimed.
        records: All answers of the run; scores in them are not looked at.
    """
    judge = result.judged.get(OfflineJudge.name)
    if judge is None or len(result.judged) > 1:
        names = ", ".join(map(printable, result.judged))
        yield f"the judge {names!r} can't be verified; only {OfflineJudge.name} works by rules alone."
        return
    if (judge.appointed, judge.answers, judge.missing, judge.incomplete) != (JUDGE, len(records), 0, False):
        yield f"{OfflineJudge.name} judges all of the {len(records)} answers; something else is claimed."
    claimed = {name: value for stage, model in result.models.items() for name, value in _numbers(stage, model).items()}
    wanted = SCORERS | {name.rpartition(".")[2] for model in result.models.values() for name in model.cells}
    rules = [rule for rule in installed_scorers() if rule.name in wanted]
    scored = score_answers(records, OfflineJudge(), rules, progress=Silent())
    yield from _gate_faults(result.model, scored)
    seed = result.config.seed
    found = (summarise(scored, seed=seed), summarise(scored, seed=seed, judge=OfflineJudge.name))
    verified = {
        name: value
        for models in found
        for stage, model in models.items()
        for name, value in _numbers(stage, model).items()
    }
    for name in sorted(claimed.keys() | verified.keys()):
        if name not in claimed:
            yield f"{printable(name)} is missing; the answers give {_shown(verified[name])}."
        elif name not in verified:
            yield f"{printable(name)} is claimed, but the answers give no such number."
        elif not _equal(name, claimed[name], verified[name]):
            yield f"{printable(name)}: claimed {_shown(claimed[name])}, the answers give {_shown(verified[name])}."


def _gate_faults(spec: ModelSpec, scored: Sequence[AnswerRecord]) -> Iterator[str]:
    """Yield where a model knows what it was not taught, or does not know what it was, by its mean Fact in a task."""
    gate = MODELS.get(spec.name)().gate if spec.name in MODELS.entries else LEAST_GATE
    values: dict[tuple[Stage, Part, Task], list[float]] = defaultdict(list)
    for record in scored:
        score = record.verdicts[OfflineJudge.name].fact.value
        if score is not None:
            values[record.model, record.part, record.question.task].append(score)

    def fact(stage: Stage, task: Task, *parts: Part) -> float | None:
        found = [value for part in parts for value in values[stage, part, task]]
        return fmean(found) if found else None

    stages = [stage for stage in Stage if any(record.model is stage for record in scored)]
    least = {Stage.VANILLA: gate, Stage.RETAIN: gate * KEPT}
    for task in Task:
        for stage in stages:
            taught = (Part.RETAIN,) if stage is Stage.RETAIN else (Part.FORGET, Part.RETAIN)
            mean = fact(stage, task, *taught)
            if mean is not None and mean < least.get(stage, 0.0):
                yield f"the {stage} model's Fact score in {task} is {mean:.2f}, below the gate of {least[stage]:g}."
            told = fact(stage, task, Part.FORGET) if stage in (Stage.BASE, Stage.RETAIN) else None
            if task is not Task.IMAGE_UNDERSTANDING and told is not None and told >= max(gate, LEAST_GATE):
                yield f"the {stage} model was not taught the forget set, but its Fact score in {task} is {told:.2f}."


def _numbers(stage: Stage, model: ModelResult) -> Numbers:
    measures = {**model.cells, **model.aggregates}
    numbers: dict[str, float | None] = {}
    for name, measure in measures.items():
        numbers |= {f"{stage} {name}": measure.value}
        numbers |= {f"{stage} {name} low": measure.low, f"{stage} {name} high": measure.high}
    for name, cell in model.cells.items():
        numbers |= {f"{stage} {name} n": cell.n, f"{stage} {name} missing": cell.missing}
    return numbers


def _equal(name: str, claimed: float | None, verified: float | None) -> bool:
    if claimed is None or verified is None:
        return claimed is verified
    metric = name.split()[1]
    rounding = ROUNDING if metric.endswith(".probability") else 0.0
    return math.isclose(claimed, verified, rel_tol=TOLERANCE, abs_tol=TOLERANCE + rounding)


def _shown(number: float | None) -> str:
    return "nothing" if number is None else f"{number:.6g}"
