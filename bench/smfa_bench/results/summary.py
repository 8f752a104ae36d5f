"""From scored answers to cells and aggregates, with bootstrap intervals over people."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from smfa_bench.data.question import USUAL_DOMAIN, Question
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench.results.result import Cell, Measure, ModelResult
from smfa_bench.scoring.aggregate import (
    Cells,
    gold_distance,
    gold_score,
    overall_meaningful,
    overall_memory,
    overall_understanding,
)
from smfa_bench.scoring.interval import percentile_interval, resampled_means
from smfa_bench.scoring.scorer import Score

Replicates = Mapping[str, NDArray[np.float64] | None]
"""The mean of each cell in every bootstrap draw [R]; the same people are drawn in all cells and for all models."""


def summarise(records: Sequence[AnswerRecord], *, seed: int, judge: str | None = None) -> dict[Stage, ModelResult]:
    """Return cells and aggregates of every model that the records hold; the gold score where there is a retain model.

    Args:
        records: Scored answers of one run.
        seed: Seed of the bootstrap.
        judge: Name of the judge whose numbers are wanted; None for the numbers that need no judge.
    """
    stages = [stage for stage in Stage if any(record.model is stage for record in records)]
    cells: dict[Stage, dict[str, Cell]] = {}
    replicates: dict[Stage, Replicates] = {}
    for stage in stages:
        own = [record for record in records if record.model is stage]
        cells[stage], replicates[stage] = _cells(own, judge, seed=seed)
    means = {stage: {name: cell.value for name, cell in found.items()} for stage, found in cells.items()}
    draws = _draws(replicates)
    formulas = _unjudged_formulas if judge is None else _judged_formulas
    results = {}
    for stage in stages:
        aggregates = {name: _measure(formula, means, draws) for name, formula in formulas(stage, stages).items()}
        results[stage] = ModelResult(cells=cells[stage], aggregates=aggregates)
    return results


Formula = Callable[[Mapping[Stage, Cells]], float | None]


def _overall(stage: Stage, scorer: str) -> dict[str, Formula]:
    return {
        f"overall_understanding.{scorer}": _of_one(overall_understanding, stage, scorer),
        f"overall_memory.{scorer}": _of_one(overall_memory, stage, scorer),
    }


def _unjudged_formulas(stage: Stage, stages: Sequence[Stage]) -> dict[str, Formula]:  # noqa: ARG001 (as the other)
    return _overall(stage, "rouge_l")


def _judged_formulas(stage: Stage, stages: Sequence[Stage]) -> dict[str, Formula]:
    formulas = _overall(stage, "fact")
    formulas["overall_meaningful"] = lambda cells: overall_meaningful(cells[stage])
    if Stage.RETAIN in stages:
        formulas["gold_distance"] = lambda cells: gold_distance(cells[stage], cells[Stage.RETAIN])
        formulas["gold_score"] = lambda cells: gold_score(cells[stage], cells[Stage.VANILLA], cells[Stage.RETAIN])
    return formulas


def _of_one(formula: Callable[[Cells, str], float | None], stage: Stage, scorer: str) -> Formula:
    return lambda cells: formula(cells[stage], scorer)


def _scores(record: AnswerRecord, judge: str | None) -> Mapping[str, Score]:
    if judge is None:
        return record.scores
    verdict = record.verdicts[judge]
    return {"fact": verdict.fact, "meaningful": verdict.meaningful}


def _cells(records: Sequence[AnswerRecord], judge: str | None, *, seed: int) -> tuple[dict[str, Cell], Replicates]:
    scores: dict[str, list[tuple[str, float | None]]] = {}
    several = several_domains((f"{record.part}.{record.question.task}", record.question) for record in records)
    for record in records:
        place = f"{record.part}.{record.question.task}"
        for scorer, score in _scores(record, judge).items():
            for name in cell_names(place, record.question, scorer, several):
                scores.setdefault(name, []).append((record.question.subject, score.value))
    return cells_of(scores, seed=seed)


def several_domains(placed: Iterable[tuple[str, Question]]) -> frozenset[str]:
    """Return the places, "<part>.<task>", whose questions are of more than one domain."""
    found: dict[str, set[str]] = {}
    for place, question in placed:
        found.setdefault(place, set()).add(question.domain or USUAL_DOMAIN)
    return frozenset(place for place, domains in found.items() if len(domains) > 1)


def cell_names(place: str, question: Question, scorer: str, several: Collection[str]) -> tuple[str, ...]:
    """Return the cells that a score belongs to: that of its place, and that of its domain where there are several.

    Args:
        place: "<part>.<task>".
        question: What was asked.
        scorer: Name of the score.
        several: Places with several domains.
    """
    pooled = f"{place}.{scorer}"
    return (pooled, f"{place}.{question.domain or USUAL_DOMAIN}.{scorer}") if place in several else (pooled,)


def cells_of(
    scores: Mapping[str, Sequence[tuple[str, float | None]]], *, seed: int
) -> tuple[dict[str, Cell], Replicates]:
    """Return the cell of each name, with the means of its bootstrap draws.

    Args:
        scores: By name of the cell, pairs of a person and a score about them; None for a score that is missing.
        seed: Seed of the bootstrap.
    """
    cells = {}
    replicates: dict[str, NDArray[np.float64] | None] = {}
    for name, pairs in sorted(scores.items()):
        groups = [subject for subject, value in pairs if value is not None]
        values = [value for _, value in pairs if value is not None]
        drawn = resampled_means(values, groups, seed=seed)
        interval = None if drawn is None else percentile_interval(drawn)
        replicates[name] = drawn
        cells[name] = Cell(
            value=float(np.mean(values)) if values else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            n=len(values),
            missing=len(pairs) - len(values),
        )
    return cells, replicates


def _measure(formula: Formula, means: Mapping[Stage, Cells], draws: Sequence[Mapping[Stage, Cells]]) -> Measure:
    value = formula(means)
    drawn = _drawn(formula, draws)
    interval = None if value is None or drawn is None else percentile_interval(drawn)
    return Measure(value=value, low=interval.low if interval else None, high=interval.high if interval else None)


def _draws(replicates: Mapping[Stage, Replicates]) -> list[Mapping[Stage, Cells]]:
    """Return the means of all cells, a mapping for each bootstrap draw."""
    count = max(
        (len(drawn) for cells in replicates.values() for drawn in cells.values() if drawn is not None), default=0
    )
    return [
        {
            stage: {name: None if drawn is None else float(drawn[draw]) for name, drawn in part.items()}
            for stage, part in replicates.items()
        }
        for draw in range(count)
    ]


def _drawn(formula: Formula, draws: Sequence[Mapping[Stage, Cells]]) -> NDArray[np.float64] | None:
    """Return the aggregate in every bootstrap draw [R]; None if a part of it can't be resampled."""
    found = []
    for cells in draws:
        value = formula(cells)
        if value is None:
            return None
        found.append(value)
    return np.array(found) if found else None
