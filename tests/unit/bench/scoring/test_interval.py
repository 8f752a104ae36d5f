import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.scoring.interval import Interval, percentile_interval, resampled_means


def bootstrap_interval(
    values: Sequence[float], groups: Sequence[str], *, seed: int, resamples: int = 1000, level: float = 0.95
) -> Interval | None:
    means = resampled_means(values, groups, seed=seed, resamples=resamples)
    return None if means is None else percentile_interval(means, level=level)


def test_a_plain_loop_over_groups_gives_the_same_bounds() -> None:
    groups = {"a": [1.0, 2.0], "b": [5.0], "c": [9.0, 9.0, 3.0]}
    values = [value for members in groups.values() for value in members]
    names = [name for name, members in groups.items() for _ in members]
    rng = np.random.default_rng(7)
    means = []
    for row in rng.integers(3, size=(500, 3)):
        drawn = [value for i in row for value in groups["abc"[i]]]
        means.append(sum(drawn) / len(drawn))
    interval = bootstrap_interval(values, names, level=0.9, resamples=500, seed=7)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(means, [0.05, 0.95])))


def test_two_groups_of_which_each_is_constant_span_both() -> None:
    interval = bootstrap_interval([0, 0, 10, 10], ["a", "a", "b", "b"], seed=0)
    assert interval is not None
    assert (interval.low, interval.high) == (0, 10)


def test_questions_of_one_person_are_not_independent() -> None:
    values = [0.0, 10.0] * 20
    by_person = bootstrap_interval(values, ["a", "b"] * 20, seed=0)
    by_question = bootstrap_interval(values, [str(i) for i in range(40)], seed=0)
    assert by_person is not None
    assert by_question is not None
    assert by_person.high - by_person.low > 2 * (by_question.high - by_question.low)


def test_the_seed_alone_decides() -> None:
    values, groups = [float(i) for i in range(9)], list("abcabcabc")
    assert bootstrap_interval(values, groups, seed=1) == bootstrap_interval(values, groups, seed=1)
    assert bootstrap_interval(values, groups, seed=1, resamples=50) != bootstrap_interval(
        values, groups, seed=2, resamples=50
    )


@pytest.mark.parametrize(("values", "groups"), [([], []), ([1.0, 2.0], ["a", "a"])])
def test_fewer_than_two_groups_have_no_interval(values: list[float], groups: list[str]) -> None:
    assert bootstrap_interval(values, groups, seed=0) is None


@given(st.lists(st.tuples(st.floats(0, 10), st.sampled_from("abcd")), min_size=2, max_size=30))
def test_bounds_lie_within_the_values(scored: list[tuple[float, str]]) -> None:
    values, groups = [value for value, _ in scored], [group for _, group in scored]
    interval = bootstrap_interval(values, groups, resamples=50, seed=0)
    assert (interval is None) == (len(set(groups)) < 2)
    if interval is not None:
        assert min(values) - 1e-9 <= interval.low <= interval.high <= max(values) + 1e-9


def test_scores_of_the_same_people_are_resampled_alike() -> None:
    groups = list("aabbbcd")
    one, ten = (resampled_means([scale * i for i in range(7)], groups, seed=3) for scale in (1.0, 10.0))
    assert one is not None
    assert ten is not None
    np.testing.assert_allclose(10 * one, ten)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, math.nan])
def test_a_level_outside_its_range_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        bootstrap_interval([1.0, 2.0], ["a", "b"], level=level, seed=0)


def test_values_that_are_no_numbers_lengths_and_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        bootstrap_interval([1.0, math.nan], ["a", "b"], seed=0)
    with pytest.raises(ValueError, match="2 values but 1 groups"):
        bootstrap_interval([1.0, 2.0], ["a"], seed=0)
    with pytest.raises(ValueError, match="resamples"):
        bootstrap_interval([1.0, 2.0], ["a", "b"], resamples=0, seed=0)
