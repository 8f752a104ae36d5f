"""How well each metric tells models that know facts from models that don't."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from smfa_bench.record import Record
from smfa_bench.results.result import Measure
from smfa_bench.scoring.erasure.auc import auc_with_interval


class Condition(StrEnum):
    """What was done to a model before it was measured."""

    TAUGHT = "as taught"
    INT8 = "int8"
    RELEARNT = "relearnt"


class Studied(Record):
    """One model of a pool with its metrics."""

    exposure: str
    """What it was taught of the forget set."""
    knows: bool
    """Whether that was the facts."""
    seed: int
    learning_rate: float
    values: dict[Condition, dict[str, float | None]]
    """Of each metric over the forget set's memory questions; None where it could not be measured."""


class Study(Record):
    """All models, and how well each metric tells the pools apart."""

    models: tuple[Studied, ...]
    areas: dict[str, dict[Condition, Measure]]
    """ROC-AUC by metric: 1 knowing models always measure as knowing more, 0.5 chance. The interval is a bootstrap over
    models within each pool."""


DOWNWARD: Final = frozenset({"truth_ratio", "forget_quality"})
"""Metrics that are lower for a model that knows."""


def study(models: Sequence[Studied], *, seed: int) -> Study:
    """Return how well each metric tells the two pools apart under each condition; missing if a model lacks it.

    Args:
        models: Of both pools, in any order.
        seed: Seed of the bootstrap.
    """
    names = dict.fromkeys(name for one in models for found in one.values.values() for name in found)
    areas = {name: {condition: _area(models, condition, name, seed) for condition in Condition} for name in names}
    return Study(models=tuple(models), areas=areas)


def _area(models: Sequence[Studied], condition: Condition, name: str, seed: int) -> Measure:
    values: Mapping[bool, list[float | None]] = {
        knows: [one.values[condition].get(name) for one in models if one.knows is knows] for knows in (True, False)
    }
    present = {knows: [value for value in found if value is not None] for knows, found in values.items()}
    if not all(present.values()) or any(len(present[knows]) < len(values[knows]) for knows in values):
        return Measure(value=None)
    sign = -1.0 if name in DOWNWARD else 1.0
    knowing, ignorant = ([sign * value for value in present[knows]] for knows in (True, False))
    area = auc_with_interval(knowing, ignorant, seed=seed)
    return Measure(value=area.value, low=area.interval.low, high=area.interval.high)
