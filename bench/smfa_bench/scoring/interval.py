"""Confidence interval of a mean whose values come in groups."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Interval(NamedTuple):
    """Bounds of a number, in its unit."""

    low: float
    high: float


def resampled_means(
    values: Sequence[float], groups: Sequence[str], *, seed: int, resamples: int = 1000
) -> NDArray[np.float64] | None:
    """Return the mean of `values` in each draw of a cluster bootstrap, float64 [resamples].

    The questions about one person are not independent, so whole groups (people) are drawn with replacement, as many
    as there are; the statistic is the mean over all values of the drawn groups. The order of the values has no
    influence beyond rounding. Equal seeds and equal groups give the same draws, so that means of several scores over
    the same people can be combined draw by draw.

    Args:
        values: One score an answer, finite.
        groups: The group of each value, usually the question's `subject`.
        seed: Seed of the draws.
        resamples: Number of draws, at least 1.

    Returns:
        The means, or None if there are fewer than two groups: nothing can be said of the spread between people.

    Raises:
        ValueError: If an argument is outside what is said above.
    """
    if len(values) != len(groups):
        raise ValueError(f"{len(values)} values but {len(groups)} groups; each value needs one group.")
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; it must be at least 1.")
    scores = np.asarray(values, dtype=np.float64)
    if not np.isfinite(scores).all():
        raise ValueError("a value is NaN or infinite; leave unscored answers out before the interval is taken.")
    names, group_of_value = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    if len(names) < 2:
        return None
    sums = np.bincount(group_of_value, weights=scores)  # [groups]
    counts = np.bincount(group_of_value)  # [groups]
    drawn = np.random.default_rng(seed).integers(len(names), size=(resamples, len(names)))
    means: NDArray[np.float64] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return means


def percentile_interval(means: NDArray[np.float64], *, level: float = 0.95) -> Interval:
    """Return the bounds between which the middle share `level` of resampled means lies.

    Raises:
        ValueError: If `level` is not between 0 and 1, both excluded.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must lie between 0 and 1, both excluded.")
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))
