"""Membership scores against values worked out by hand."""

import zlib
from math import log, sqrt

import numpy as np
import pytest

from smfa_bench.scoring.erasure.membership import loss_score, min_k, min_k_plus_plus, moments, zlib_score

LOGS = [-1.0, -4.0, -2.0, -3.0, -5.0]


def test_loss_is_the_mean_and_zlib_divides_it_by_the_compressed_size() -> None:
    assert loss_score(LOGS) == -3
    assert zlib_score(LOGS, "la " * 50) == pytest.approx(-3 / len(zlib.compress(b"la " * 50)))
    assert zlib_score(LOGS, "la " * 50) < zlib_score(LOGS, "She was born in Tarnfield, and lives at 12 Mill Street.")


@pytest.mark.parametrize(("share", "expected"), [(0.2, -5), (0.4, -4.5), (0.59, -4.5), (1, -3), (0.01, -5)])
def test_min_k_is_the_mean_of_the_lowest_share_and_of_one_token_at_least(share: float, expected: float) -> None:
    assert min_k(LOGS, share=share) == expected


def test_moments_are_those_of_the_log_probability_of_a_drawn_token() -> None:
    # Two tokens: log p takes two values, so that σ = |difference| · sqrt(p (1 - p)).
    p = 0.8
    means, deviations = moments([[log(p), log(1 - p)]])
    assert means[0] == pytest.approx(p * log(p) + (1 - p) * log(1 - p))
    assert deviations[0] == pytest.approx((log(p) - log(1 - p)) * sqrt(p * (1 - p)))


def test_moments_of_a_uniform_distribution_have_no_spread_and_impossible_tokens_do_not_count() -> None:
    means, deviations = moments([[log(0.25)] * 4, [log(0.5), log(0.5), -np.inf, -np.inf]])
    assert means.tolist() == pytest.approx([log(0.25), log(0.5)])
    assert deviations.tolist() == pytest.approx([0, 0])


def test_min_k_plus_plus_standardises_each_place() -> None:
    means, deviations = [-1.0, -2.0, -2.0, -4.0, -3.0], [1.0, 2.0, 1.0, 1.0, 4.0]
    # Standardised: 0, -1, 0, 1, -0.5.
    assert min_k_plus_plus(LOGS, means, deviations) == -1
    assert min_k_plus_plus(LOGS, means, deviations, share=0.4) == -0.75
    assert min_k_plus_plus(LOGS, [0.0] * 5, [1.0] * 5, share=0.4) == min_k(LOGS, share=0.4)


def test_arguments_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="share is 0"):
        min_k(LOGS, share=0)
    with pytest.raises(ValueError, match="a mean and a deviation"):
        min_k_plus_plus(LOGS, [0.0] * 5, [0.0] * 5)
    with pytest.raises(ValueError, match="a mean and a deviation"):
        min_k_plus_plus(LOGS, [0.0], [1.0])
