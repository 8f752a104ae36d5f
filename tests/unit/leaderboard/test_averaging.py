"""Means over repeats and seeds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.results.result import Measure
from smfa_bench_leaderboard.averaging import T_QUANTILES, over_repeats, over_seeds


def test_one_seed_keeps_its_own_interval() -> None:
    measure = Measure(value=6.0, low=5.0, high=6.5)
    assert over_seeds([measure]) == measure


def test_several_seeds_give_mean_and_t_interval() -> None:
    # Values 4, 5, 9: mean 6, standard deviation sqrt(7), half width 4.303 * sqrt(7) / sqrt(3).
    mean = over_seeds([Measure(value=value, low=0.0, high=10.0) for value in (4.0, 5.0, 9.0)])
    half = 4.303 * math.sqrt(7 / 3)
    assert mean.value == pytest.approx(6.0)
    assert mean.low == pytest.approx(6.0 - half)
    assert mean.high == pytest.approx(6.0 + half)


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=9))
def test_the_interval_holds_the_mean_and_ends_where_the_score_does(values: list[float]) -> None:
    measures = [Measure(value=value) for value in values]
    free, cut = over_seeds(measures), over_seeds(measures, least=-10.0, most=10.0)
    assert cut.value == free.value
    assert None not in (free.low, free.high, cut.value)
    assert (cut.low, cut.high) == (max(-10.0, free.low or 0.0), min(10.0, free.high or 0.0))


def test_more_seeds_than_tabulated_use_the_last_quantile() -> None:
    values = [float(value % 2) for value in range(40)]
    mean = over_seeds([Measure(value=value) for value in values])
    assert mean.value is not None
    assert mean.high is not None
    assert mean.high - mean.value == pytest.approx(2.086 * np.std(values, ddof=1) / math.sqrt(40))


def test_a_seed_without_a_value_leaves_the_mean_missing() -> None:
    assert over_seeds([Measure(value=4.0), Measure(value=None)]) == Measure(value=None)


def test_repeats_are_averaged_with_their_bounds() -> None:
    mean = over_repeats([Measure(value=4.0, low=3.0, high=6.0), Measure(value=6.0, low=5.0, high=7.0)])
    assert mean == Measure(value=5.0, low=4.0, high=6.5)


def test_a_repeat_that_did_not_measure_is_passed_over() -> None:
    assert over_repeats([Measure(value=None), Measure(value=2.0, low=1.0, high=3.0)]).value == 2.0


def test_bounds_are_missing_if_one_repeat_has_none() -> None:
    assert over_repeats([Measure(value=2.0), Measure(value=4.0, low=1.0, high=5.0)]) == Measure(value=3.0)


def test_nothing_measured_is_missing() -> None:
    assert over_repeats([Measure(value=None)]) == Measure(value=None)


@pytest.mark.parametrize("degrees", range(1, len(T_QUANTILES) + 1))
def test_t_quantiles_hold_95_percent(degrees: int) -> None:
    # The density of Student's t, integrated from minus to plus the quantile.
    grid = np.linspace(-T_QUANTILES[degrees - 1], T_QUANTILES[degrees - 1], 200_001)
    scale = math.gamma((degrees + 1) / 2) / (math.sqrt(degrees * math.pi) * math.gamma(degrees / 2))
    density = scale * (1 + grid**2 / degrees) ** (-(degrees + 1) / 2)
    assert np.trapezoid(density, grid) == pytest.approx(0.95, abs=1e-4)
