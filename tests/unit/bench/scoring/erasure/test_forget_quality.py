"""Forget quality against closed forms of the Kolmogorov-Smirnov test."""

import random
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest

from smfa_bench.scoring.erasure.forget_quality import forget_quality, ks_distance, ks_p_value


def equal_sizes(n: int, steps: int) -> float:
    """Return P(D >= steps / n) for two samples of n values: the reflection principle (Gnedenko and Korolyuk 1951)."""
    signed = sum((1 if k % 2 else -1) * comb(2 * n, n - k * steps) for k in range(1, n // steps + 1))
    return 2 * signed / comb(2 * n, n)


@pytest.mark.parametrize(("n", "steps"), [(1, 1), (2, 1), (2, 2), (5, 3), (10, 4), (50, 11), (200, 30)])
def test_equal_sizes_give_the_closed_form(n: int, steps: int) -> None:
    assert ks_p_value(Fraction(steps, n), n, n) == pytest.approx(equal_sizes(n, steps), abs=1e-12)


@pytest.mark.parametrize(("left", "right"), [(1, 3), (2, 3), (3, 4), (2, 5)])
def test_unequal_sizes_give_the_share_of_all_orders(left: int, right: int) -> None:
    everything = range(left + right)
    distances = [
        ks_distance(list(chosen), [place for place in everything if place not in chosen])
        for chosen in combinations(everything, left)
    ]
    for distance in set(distances):
        share = sum(other >= distance for other in distances) / len(distances)
        assert ks_p_value(distance, left, right) == pytest.approx(share, abs=1e-12)


def test_the_distance_is_that_of_the_distribution_functions() -> None:
    assert ks_distance([1, 2, 3], [1, 2, 3]) == 0
    assert ks_distance([1, 2], [3, 4]) == 1
    assert ks_distance([1, 3], [2, 4, 5]) == Fraction(2, 3)
    assert ks_distance([1, 1, 2], [1, 2, 2]) == Fraction(1, 3)


def test_a_model_that_never_knew_can_not_be_told_from_another_but_one_that_knows_can() -> None:
    rng = random.Random(0)
    never, neither = ([rng.gauss(1, 0.2) for _ in range(60)] for _ in range(2))
    knows = [rng.gauss(0.2, 0.1) for _ in range(60)]
    assert forget_quality(never, never) == 1
    assert forget_quality(neither, never) > 0.05
    assert forget_quality(knows, never) < 1e-20


@pytest.mark.parametrize("sample", [[], [float("nan")]])
def test_a_sample_without_values_is_refused(sample: list[float]) -> None:
    with pytest.raises(ValueError, match="each sample needs"):
        forget_quality(sample, [1.0])
