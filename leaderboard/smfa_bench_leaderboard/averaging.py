"""One number out of several runs: over repeats of a seed, and over seeds."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Final

from smfa_bench.results.result import Measure

T_QUANTILES: Final = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
)
"""97.5 % quantiles of Student's t with 1, 2, … degrees of freedom."""

MISSING: Final = Measure(value=None)


def over_repeats(measures: Sequence[Measure]) -> Measure:
    """Return the mean of measures of one model made with one seed, such as the vanilla model in several runs.

    Value and bounds are averaged; a repeat that did not measure is passed over, as it does not contradict the others.
    """
    present = [measure for measure in measures if measure.value is not None]
    if not present:
        return MISSING
    return Measure(
        value=_mean([measure.value for measure in present]),
        low=_mean([measure.low for measure in present]),
        high=_mean([measure.high for measure in present]),
    )


def over_seeds(measures: Sequence[Measure], *, least: float = -math.inf, most: float = math.inf) -> Measure:
    """Return the mean over seeds with its 95 % interval.

    One seed keeps its own interval, the bootstrap over people. Of several seeds only the spread between them counts:
    mean ± t · s / sqrt(seeds), where s is the standard deviation of the values and t the 97.5 % quantile of Student's
    t with seeds - 1 degrees of freedom (beyond 20 that of 20: a little too wide). What of this interval lies beyond the
    range of the score, where no mean can be, is cut off. If one seed has no value, neither has the mean: it would not
    be over the seeds it names.

    Args:
        measures: One measure a seed, at least one, all in the range.
        least: Lowest value that the score can have.
        most: Highest value that the score can have.
    """
    if len(measures) == 1:
        return measures[0]
    values = [measure.value for measure in measures if measure.value is not None]
    if len(values) < len(measures):
        return MISSING
    mean = fmean(values)
    degrees = min(len(values) - 1, len(T_QUANTILES))
    half = T_QUANTILES[degrees - 1] * stdev(values) / math.sqrt(len(values))
    return Measure(value=mean, low=max(least, mean - half), high=min(most, mean + half))


def _mean(numbers: Sequence[float | None]) -> float | None:
    present = [number for number in numbers if number is not None]
    return fmean(present) if len(present) == len(numbers) else None
