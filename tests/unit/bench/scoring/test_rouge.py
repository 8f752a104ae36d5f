import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.scoring.rouge import rouge_l


def test_f1_by_hand() -> None:
    # common: she was born in = 4 of 5 words in the truth and of 6 in the answer; F1 = 2 * 0.8 * 2/3 / (0.8 + 2/3)
    assert rouge_l("She was born in Tarnfield.", "She was not born in Cranmoor") == pytest.approx(8 / 11)


def test_endings_are_stemmed_as_in_the_field() -> None:
    assert rouge_l("smiling", "smiled") == 1


def test_a_text_without_latin_letters_or_figures_scores_zero() -> None:
    assert rouge_l("She was born in Tarnfield.", "Она родилась здесь.") == 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_in_range_for_any_text(truth: str, answer: str) -> None:
    assert 0 <= rouge_l(truth, answer) <= 1


def test_more_words_than_the_truth_cost() -> None:
    truth = "She was born in Tarnfield."
    assert rouge_l(truth, truth) == 1 > rouge_l(truth, f"{truth} Or in Cranmoor, or in Ashwater.")
