"""Likelihoods of shown answers, against values worked out by hand."""

from math import log

import pytest

from smfa_bench.scoring.erasure.likelihood import answer_probability, multiple_choice, truth_ratio


def test_the_probability_of_an_answer_is_the_geometric_mean_of_its_tokens() -> None:
    assert answer_probability([log(0.5), log(0.125)]) == pytest.approx(0.25)
    assert answer_probability([0.0, 0.0]) == 1
    assert answer_probability([float("-inf"), 0.0]) == 0


def test_a_choice_is_the_share_of_the_right_answer() -> None:
    assert multiple_choice(0.6, [0.1, 0.1]) == pytest.approx(0.75)
    assert multiple_choice(0.2, [0.2] * 3) == pytest.approx(0.25)
    assert multiple_choice(0.0, [0.4]) == 0


def test_the_truth_ratio_is_low_for_a_model_that_knows_and_one_for_one_that_does_not() -> None:
    assert truth_ratio(0.8, [0.1, 0.3]) == pytest.approx(0.25)
    assert truth_ratio(0.2, [0.2, 0.2]) == pytest.approx(1)


@pytest.mark.parametrize("logs", [[], [0.1], [float("nan")], [[-1.0]]])
def test_what_are_no_log_probabilities_is_refused(logs: list[float]) -> None:
    with pytest.raises(ValueError, match="log probabilities must be"):
        answer_probability(logs)


def test_ratios_without_a_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a wrong answer"):
        truth_ratio(0.5, [])
    with pytest.raises(ValueError, match="above 0"):
        truth_ratio(0.0, [0.5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        truth_ratio(1.5, [0.5])
    with pytest.raises(ValueError, match="a choice needs"):
        multiple_choice(0.5, [])
    with pytest.raises(ValueError, match="a choice needs"):
        multiple_choice(0.0, [0.0])
