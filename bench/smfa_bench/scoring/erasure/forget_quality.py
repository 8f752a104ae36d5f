"""Forget quality: could the unlearned model's truth ratios be those of a model that never knew?

The p-value of the two-sample Kolmogorov-Smirnov test between the truth ratios of the unlearned and of the retain model
on the forget set (TOFU, arXiv 2401.06121). Near 1: they can't be told apart; near 0: they can.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb

import numpy as np


def forget_quality(unlearned: Sequence[float], retain_model: Sequence[float]) -> float:
    """Return the p-value in (0, 1], higher is better forgotten.

    Args:
        unlearned: Truth ratios of the unlearned model, one a question, at least one.
        retain_model: Those of the retain model.

    Raises:
        ValueError: If a list is empty or holds a NaN.
    """
    return ks_p_value(ks_distance(unlearned, retain_model), len(unlearned), len(retain_model))


def ks_distance(left: Sequence[float], right: Sequence[float]) -> Fraction:
    """Return the largest difference between two empirical distribution functions, exactly, in [0, 1].

    Raises:
        ValueError: If a list is empty or holds a NaN.
    """
    one, two = (np.sort(np.asarray(values, dtype=np.float64)) for values in (left, right))
    if not one.size or not two.size or np.isnan(one).any() or np.isnan(two).any():
        raise ValueError("each sample needs one number or more, and no NaN.")
    places = np.concatenate([one, two])
    below_one = np.searchsorted(one, places, side="right")
    below_two = np.searchsorted(two, places, side="right")
    most = int(np.abs(below_one * two.size - below_two * one.size).max())
    return Fraction(most, one.size * two.size)


def ks_p_value(distance: Fraction, left: int, right: int) -> float:
    """Return the probability that samples of one distribution lie at least this far apart, exactly for distinct values.

    All orders of the two samples are equally likely; those are counted that never come so far apart (paths in a grid,
    Hodges 1958, Arkiv för Matematik 3, 469-486). With ties it is an upper bound.

    Args:
        distance: Of the two empirical distribution functions.
        left: Size of one sample.
        right: Size of the other.
    """
    limit = distance * left * right
    near = [1 if j * left < limit else 0 for j in range(right + 1)]
    for j in range(1, right + 1):
        near[j] *= near[j - 1]
    for i in range(1, left + 1):
        for j in range(right + 1):
            inside = abs(i * right - j * left) < limit
            near[j] = (near[j] + (near[j - 1] if j else 0)) if inside else 0
    return float(1 - Fraction(near[right], comb(left + right, left)))
