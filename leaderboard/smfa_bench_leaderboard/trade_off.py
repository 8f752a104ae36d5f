"""What the trade-off picture shows: forgetting against what is kept, one point a row of a comparison."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

import pandas as pd

from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Measure
from smfa_bench_leaderboard.averaging import MISSING
from smfa_bench_leaderboard.table import CONDITIONS

FORGET_MEMORY: Final = ("forget.image_memory.fact", "forget.text_memory.fact")
RETAIN_MEMORY: Final = ("retain.image_memory.fact", "retain.text_memory.fact")
FORGET_UNDERSTANDING: Final = ("forget.image_understanding.fact",)

HORIZONTAL: Final = "Fact on the forget set's memory questions"
VERTICALS: Final = (
    "Fact on the retain set's memory questions",
    "Fact on the forget set's image understanding",
)
"""Of the two panels, left and right; higher is better."""

RANGE: Final = (-0.5, 10.8)
"""What both axes show, so that pictures of different comparisons can be laid side by side."""

CURVE_OPTION: Final = "option.k"


@dataclass(frozen=True)
class Style:
    """How the points of one method are drawn."""

    colour: str
    marker: str
    """As matplotlib names it."""
    symbol: str
    """The same as plotly names it."""


@dataclass(frozen=True)
class Point:
    """One row of the comparison."""

    label: str
    """The whole label, with the conditions that differ between the rows."""
    short: str
    """What tells the point from others of its method; the method's name if it has only this one."""
    method: str
    style: Style
    x: Measure
    y: tuple[Measure, Measure]
    """In the left and in the right panel."""
    reference: bool
    """Whether no method made it: the vanilla or the retain model."""


@dataclass(frozen=True)
class TradeOff:
    """Points, and the curves that join some of them."""

    points: tuple[Point, ...]
    curves: tuple[tuple[Point, ...], ...]
    """Points of one method that differ in k alone, in the order of k."""
    styles: Mapping[str, Style]
    """By method; vanilla model first, retain model last."""
    conditions: str
    """What all points share, in a line."""

    def shown(self, panel: int) -> list[Point]:
        """Return the points that have a place in a panel."""
        return [point for point in self.points if _has_place(point, panel)]

    def curve(self, curve: Sequence[Point], panel: int) -> list[Point]:
        """Return the points of a curve that have a place in a panel."""
        return [point for point in curve if _has_place(point, panel)]

    def front(self, panel: int) -> list[tuple[float, float]]:
        """Return the corners (x, y) of a panel's Pareto front, from left to right.

        It joins the methods' points than which no other is better in one direction and as good in the other; intervals
        have no say in it.
        """
        places = {
            (point.x.value, value)
            for point in self.points
            if not point.reference and point.x.value is not None and (value := point.y[panel].value) is not None
        }
        return sorted(
            one
            for one in places
            if not any(other != one and other[0] <= one[0] and other[1] >= one[1] for other in places)
        )

    def left_out(self) -> list[str]:
        """Return the labels of points that have no place in one of the panels because a number is missing."""
        return [point.label for point in self.points if not all(_has_place(point, panel) for panel in (0, 1))]


def trade_off(frame: pd.DataFrame, conditions: str) -> TradeOff:
    """Return the trade-off picture's content; the base model, which knows nobody, has no place in it.

    Args:
        frame: As `comparison_table` gives it.
        conditions: What all rows share, in a line.
    """
    frame = frame[frame["stage"] != Stage.BASE].reset_index(drop=True)
    styles = _styles(frame)
    differing = [name for name in CONDITIONS if frame[name].nunique() > 1]
    rows_of = frame["method"].value_counts()
    points = []
    for _, row in frame.iterrows():
        where = [str(row[name]) for name in differing]
        bracket = row["label"].removeprefix(row["method"]).strip(" ()")
        own = [bracket] if bracket else []
        parts = [*own, *where] if rows_of[row["method"]] > 1 else []
        points.append(
            Point(
                label=" · ".join([row["label"], *where]),
                short=" · ".join(parts) or row["method"],
                method=row["method"],
                style=styles[row["method"]],
                x=_mean(row, FORGET_MEMORY),
                y=(_mean(row, RETAIN_MEMORY), _mean(row, FORGET_UNDERSTANDING)),
                reference=row["stage"] != Stage.UNLEARNED,
            )
        )
    curves = tuple(tuple(points[index] for index in curve) for curve in _curves(frame))
    return TradeOff(tuple(points), curves, styles, conditions)


def interval_reach(measure: Measure) -> tuple[float, float]:
    """Return how far the interval reaches below and above the value; 0 and 0 if there is none."""
    if measure.value is None or measure.low is None or measure.high is None:
        return (0.0, 0.0)
    return (max(0.0, measure.value - measure.low), max(0.0, measure.high - measure.value))


def _mean(row: Mapping[str, float], metrics: Sequence[str]) -> Measure:
    """Mean of cells of one row, missing if one is.

    Its bounds are the means of the bounds. That is exact if the cells rise and fall together and too wide otherwise.
    """
    value, low, high = (
        sum(row[f"{metric}{part}"] for metric in metrics) / len(metrics) for part in ("", ".low", ".high")
    )
    if math.isnan(value):
        return MISSING
    if math.isnan(low) or math.isnan(high):
        return Measure(value=value)
    return Measure(value=value, low=low, high=high)


def _has_place(point: Point, panel: int) -> bool:
    return point.x.value is not None and point.y[panel].value is not None


def _curves(frame: pd.DataFrame) -> list[list[int]]:
    """Return positions of rows that differ in k alone, each list in the order of k."""
    if CURVE_OPTION not in frame:
        return []
    others = [name for name in frame if name.startswith("option.") and name != CURVE_OPTION]
    curves: dict[tuple[str, ...], list[tuple[float, int]]] = defaultdict(list)
    for position, (_, row) in enumerate(frame.iterrows()):
        k = row[CURVE_OPTION]
        if isinstance(k, float) and not math.isnan(k):
            fixed = (row["method"], *(str(row[name]) for name in (*CONDITIONS, *others)))
            curves[fixed].append((k, position))
    return [[position for _, position in sorted(curve)] for curve in curves.values() if len(curve) > 1]


# The palette of Okabe and Ito, told apart by people with any common colour blindness; five markers to six colours, so
# that thirty methods get thirty different pairs.
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MARKERS: Final = (("o", "circle"), ("^", "triangle-up"), ("D", "diamond"), ("v", "triangle-down"), ("p", "pentagon"))
_REFERENCE_STYLES: Final = {
    Stage.VANILLA: Style("#000000", "s", "square"),
    Stage.RETAIN: Style("#000000", "*", "star"),
}


def _styles(frame: pd.DataFrame) -> dict[str, Style]:
    stages = dict(zip(frame["method"], frame["stage"], strict=True))
    methods = sorted(method for method, stage in stages.items() if stage == Stage.UNLEARNED)
    cycled = zip(cycle(_COLOURS), cycle(_MARKERS), strict=False)
    styles = [Style(colour, *marker) for colour, marker in islice(cycled, len(methods))]
    by_method = dict(zip(methods, styles, strict=True))
    vanilla, retain = (
        {method: style for method, found in stages.items() if found == stage}
        for stage, style in _REFERENCE_STYLES.items()
    )
    return {**vanilla, **by_method, **retain}
