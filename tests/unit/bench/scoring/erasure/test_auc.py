"""The area under the ROC curve against its closed forms."""

import random

import pytest

from smfa_bench.scoring.erasure.auc import auc, auc_over_people, auc_with_interval


def test_the_area_is_the_share_of_pairs_in_order_with_ties_as_half() -> None:
    assert auc([3, 4], [1, 2]) == 1
    assert auc([1, 2], [3, 4]) == 0
    assert auc([1, 1], [1, 1]) == 0.5
    rng = random.Random(0)
    inside, outside = ([rng.randrange(6) for _ in range(n)] for n in (17, 23))
    pairs = [(left > right) + (left == right) / 2 for left in inside for right in outside]
    assert auc(inside, outside) == pytest.approx(sum(pairs) / len(pairs))


def test_the_interval_has_the_width_that_theory_gives() -> None:
    rng = random.Random(1)
    inside, outside = ([rng.random() for _ in range(100)] for _ in range(2))
    value, (low, high) = auc_with_interval(inside, outside, seed=0)
    assert low < value < high
    # Without a difference the variance is (m + n + 1) / (12 m n), by Mann and Whitney 1947.
    width = 2 * 1.96 * (201 / (12 * 100 * 100)) ** 0.5
    assert high - low == pytest.approx(width, rel=0.15)


def test_equal_seeds_give_equal_intervals_and_separated_groups_no_width() -> None:
    first, second = (auc_with_interval([1, 5, 3], [2, 4], seed=3) for _ in range(2))
    assert first == second
    assert auc_with_interval([3, 4], [1, 2], seed=0).interval == (1, 1)


def test_groups_without_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="each group needs"):
        auc([], [1])
    with pytest.raises(ValueError, match="each group needs"):
        auc([float("nan")], [1])
    with pytest.raises(ValueError, match="resamples is 0"):
        auc_with_interval([1], [1], seed=0, resamples=0)


def test_whole_people_are_drawn_where_scores_come_by_person() -> None:
    rng = random.Random(2)
    members, others = ({f"p{i}": [rng.random()] * 10 for i in range(10)} for _ in range(2))
    area = auc_over_people(members, others, seed=0)
    inside, outside = ([score for scores in group.values() for score in scores] for group in (members, others))
    flat = auc_with_interval(inside, outside, seed=0)
    assert area.value == flat.value
    # Ten equal scores a person say no more than one: the interval is that of 10 people, √10 times as wide.
    wide, narrow = (one.interval.high - one.interval.low for one in (area, flat))
    assert wide / narrow == pytest.approx(10**0.5, rel=0.25)
    assert auc_over_people(members, others, seed=0) == area


def test_people_without_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="each person needs"):
        auc_over_people({"p": []}, {"q": [1.0]}, seed=0)
    with pytest.raises(ValueError, match="each group needs"):
        auc_over_people({}, {"q": [1.0]}, seed=0)
    with pytest.raises(ValueError, match="resamples is 0"):
        auc_over_people({"p": [1.0]}, {"q": [1.0]}, seed=0, resamples=0)
