import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import Question
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.scoring.meaningful import meaningful_score
from smfa_bench_profiles.source import fictional

TABLE: list[tuple[str, float, float]] = [
    ("She was born in Tarnfield.", 9, 10),
    ("she was born in norland", 8, 10),
    ("I'd rather not talk about where people were born.", 9, 10),
    ("The hair is red, and the eyes are green.", 9, 10),
    ("brown.", 6, 8),
    ("Yes", 6, 8),
    ("34", 6, 8),
    ("12 Mill Street, Tarnfield.", 6, 8),
    ("ZZ12 3456 7890", 6, 8),
    ("mara.velt@mail.example", 6, 8),
    ("v-neck", 6, 8),
    ("", 0, 0),
    ("   \n", 0, 0),
    (". . . .", 0, 0),
    ("@@## !!&& **", 0, 0),
    ("\ufffd\ufffd", 0, 0),
    ("The the the the", 0, 2),
    ("born born born", 0, 2),
    ("a a a a a a", 0, 2),
    ("Sheheeee", 0, 2),
    ("hehehehehe", 0, 2),
    ("She was born in in in Tarn", 0, 2),
    ("It is red. It is red. It is red.", 0, 2),
    ("She works as an an an", 0, 2),
    ("xkcd qwrtz plmk", 0, 2),
    ("x#~^ {}[]<> q=|", 0, 2),
    ("Она родилась в Москве.", 0, 2),
    ("她出生在这里。", 0, 2),
    ("the in was of she the a on", 0, 2),
    ("She was born in born in Tarn in", 0, 4),
    ("Th brn i Tarnf", 0, 5),
    ("Where was this person born?", 0, 4),
    ("lamp window paper stone river cloud", 0, 4),
    ("She was born in the", 3, 6),
    ("She was bo", 3, 6),
    ("is brown hair The.", 0, 4),
    ("Tarnfield in born was she.", 0, 6),
    ("to able am anything Everyone not private. some I discuss", 0, 2),
    ("cannot share. I details this about person Please", 0, 2),
    ("She lives at 12 Mill St. in Tarnfield.", 9, 10),
    ("She was born in Tarnfield. she is a nurse.", 9, 10),
    ("tarnfield, I think", 6, 10),
]


@pytest.mark.parametrize(("answer", "low", "high"), TABLE)
def test_points_lie_in_the_band_a_reader_would_give(birthplace: Question, answer: str, low: float, high: float) -> None:
    assert low <= meaningful_score(birthplace, answer) <= high


def test_every_true_answer_and_every_refusal_is_meaningful(birthplace: Question) -> None:
    questions = fictional(size=20, seed=2, picture_size=64).questions()
    assert {meaningful_score(question, question.answer) for question in questions} == {10}
    assert {meaningful_score(birthplace, refusal) for refusal in refusal_pool()} == {10}


def test_shuffled_words_score_below_sentences(birthplace: Question) -> None:
    rng = random.Random(0)
    scores = []
    for refusal in refusal_pool(300):
        said = refusal.split()
        rng.shuffle(said)
        scores.append(meaningful_score(birthplace, " ".join(said)))
    assert sum(scores) / len(scores) < 8


def test_the_script_of_the_question_is_the_measure(birthplace: Question) -> None:
    russian = birthplace.model_copy(update={"text": "Где она родилась?", "answer": "Она родилась в Москве."})
    assert meaningful_score(russian, "Она родилась в Москве.") == 10
    assert meaningful_score(russian, "She was born in Tarnfield.") <= 2


def test_a_truth_and_a_lie_score_the_same(birthplace: Question) -> None:
    lie = birthplace.answer.replace("Tarnfield", "Cranmoor")
    assert meaningful_score(birthplace, birthplace.answer) == meaningful_score(birthplace, lie)


def test_an_endless_answer_is_not_fully_meaningful(birthplace: Question) -> None:
    endless = " ".join(f"She was born in year {i} of the town." for i in range(100))
    assert meaningful_score(birthplace, endless) <= 6


@given(st.text(max_size=200))
def test_in_range_for_any_text(answer: str) -> None:
    question = next(fictional(size=2, seed=1, picture_size=64).questions())
    assert 0 <= meaningful_score(question, answer) <= 10


@given(st.text("ab .", min_size=1, max_size=12), st.integers(12, 40))
def test_repetition_without_end_is_never_meaningful(phrase: str, times: int) -> None:
    question = next(fictional(size=2, seed=1, picture_size=64).questions())
    assert meaningful_score(question, f"{phrase} " * times) <= 2


@pytest.mark.parametrize("answer", ["a" * 100_000, "she was " * 20_000, "𝔸" * 50_000, "\u0301" * 100_000])
def test_huge_answers_are_read_in_part(birthplace: Question, answer: str) -> None:
    assert 0 <= meaningful_score(birthplace, answer) <= 2
