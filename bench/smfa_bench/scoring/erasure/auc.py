"""How well a score tells two groups apart: the area under the ROC curve, with a bootstrap interval."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from smfa_bench.scoring.interval import Interval, percentile_interval


class Area(NamedTuple):
    """An area under the ROC curve in [0, 1]: 1 members always score higher, 0.5 chance, 0 always lower."""

    value: float
    interval: Interval


def auc(members: Sequence[float], others: Sequence[float]) -> float:
    """Return the probability that a member scores higher than another, ties counted as half, in [0, 1].

    This is the Mann-Whitney statistic divided by the number of pairs (Hanley and McNeil 1982, Radiology 143, 29-36).

    Raises:
        ValueError: If a group is empty or holds a NaN.
    """
    return _area(*_groups(members, others))


def auc_with_interval(
    members: Sequence[float], others: Sequence[float], *, seed: int, resamples: int = 1000, level: float = 0.95
) -> Area:
    """Return the area with the percentile interval of a bootstrap that draws within each group.

    Args:
        members: Scores of what was trained on, at least one.
        others: Scores of what was not.
        seed: Seed of the draws.
        resamples: Number of draws, at least 1.
        level: Share of the draws between the bounds, in (0, 1).

    Raises:
        ValueError: If an argument is outside what is said above, or a score is NaN.
    """
    alone = [{str(place): [score] for place, score in enumerate(group)} for group in (members, others)]
    return auc_over_people(*alone, seed=seed, resamples=resamples, level=level)


def auc_over_people(
    members: Mapping[str, Sequence[float]],
    others: Mapping[str, Sequence[float]],
    *,
    seed: int,
    resamples: int = 1000,
    level: float = 0.95,
) -> Area:
    """Return the area with the percentile interval of a bootstrap that draws whole people within each group.

    The scores about one person are not independent; an interval over scores would be too narrow.

    Args:
        members: Scores by person of what was trained on, at least one.
        others: Scores of what was not.
        seed: Seed of the draws.
        resamples: Number of draws, at least 1.
        level: Share of the draws between the bounds, in (0, 1).

    Raises:
        ValueError: If an argument is outside what is said above, or a score is NaN.
    """
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; it must be at least 1.")
    groups = [[np.asarray(scores, dtype=np.float64) for scores in group.values()] for group in (members, others)]
    if not all(scores.size for group in groups for scores in group):
        raise ValueError("each person needs one score or more.")
    whole = _groups(*(np.concatenate(group).tolist() if group else [] for group in groups))
    rng = np.random.default_rng(seed)

    def drawn(group: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.concatenate([group[place] for place in rng.integers(len(group), size=len(group))])

    areas = np.array([_area(drawn(groups[0]), drawn(groups[1])) for _ in range(resamples)])
    return Area(_area(*whole), percentile_interval(areas, level=level))


def _groups(members: Sequence[float], others: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    inside, outside = np.asarray(members, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if not inside.size or not outside.size or np.isnan(inside).any() or np.isnan(outside).any():
        raise ValueError("each group needs one score or more, and no NaN.")
    return inside, outside


def _area(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    ordered = np.sort(outside)
    lower = np.searchsorted(ordered, inside, side="left")
    not_higher = np.searchsorted(ordered, inside, side="right")
    return float((lower + not_higher).sum() / (2 * inside.size * outside.size))
