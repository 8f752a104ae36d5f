"""Every installed scorer and judge gives a score within its range to any text, and always the same one."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.registry import JUDGES, SCORERS
from smfa_bench.scoring.scorer import Judge, Score, Scorer


@dataclass(frozen=True)
class Measure:
    """A scorer, or one of the two questions that a judge answers."""

    score: Callable[[Question, str], Score]
    low: float
    high: float


def make_measure(name: str) -> Measure:
    """Make a measure anew: the name of a scorer, or of a judge with "/fact" or "/meaningful"."""
    judge, slash, asked = name.partition("/")
    if slash:
        made: Judge = JUDGES.get(judge)()
        return Measure(getattr(made, asked), low=0, high=10)
    scorer: Scorer = SCORERS.get(name)()
    assert scorer.name == name
    return Measure(scorer, low=scorer.low, high=scorer.high)


AT_HAND = [judge for judge in JUDGES.entries if judge not in ("openai", "hf")]
"""Judges that need no large model; the tests of the others bring theirs."""
JUDGED = [f"{judge}/{asked}" for judge in AT_HAND for asked in ("fact", "meaningful")]
MEASURES = [*SCORERS.entries, *JUDGED]

QUESTIONS = (
    Question(
        id="p0000/text_memory/birthplace",
        subject="p0000",
        task=Task.TEXT_MEMORY,
        topic="birthplace",
        picture=None,
        text="Where was Ada Moss born?",
        answer="Ada Moss was born in Tarnfield.",
        key_facts=(KeyFact(kind="place", value="Tarnfield"),),
    ),
    Question(
        id="p0000/image_understanding/hat",
        subject="p0000",
        task=Task.IMAGE_UNDERSTANDING,
        topic="hat",
        picture="p0000",
        text="What is on the head?",
        answer="There is no hat.",
        key_facts=(KeyFact(kind="word", value="no hat", alternatives=("nothing",)),),
    ),
)
PHRASES = st.sampled_from(
    ["Ada Moss", "was born in", "Tarnfield", ".", "I can't say", "not", "no hat", "There is", "nothing", "12 June 1970"]
)
ANSWERS = st.one_of(st.text(max_size=200), st.lists(PHRASES, max_size=20).map(" ".join))


@pytest.mark.parametrize("name", MEASURES)
@given(question=st.sampled_from(QUESTIONS), answer=ANSWERS)
def test_any_text_gets_a_score_within_the_range(name: str, question: Question, answer: str) -> None:
    measure = make_measure(name)
    score = measure.score(question, answer)
    assert score.reason if score.value is None else measure.low <= score.value <= measure.high


@pytest.mark.parametrize("name", MEASURES)
@given(question=st.sampled_from(QUESTIONS), answer=ANSWERS)
def test_one_answer_always_gets_one_score(name: str, question: Question, answer: str) -> None:
    used = make_measure(name)
    used.score(question, "Something else was asked before.")
    assert used.score(question, answer) == make_measure(name).score(question, answer)


@pytest.mark.parametrize("name", MEASURES)
@given(question=st.sampled_from(QUESTIONS), answer=ANSWERS)
def test_a_score_survives_json(name: str, question: Question, answer: str) -> None:
    score = make_measure(name).score(question, answer)
    assert Score.model_validate_json(score.model_dump_json()) == score


@pytest.mark.parametrize("name", ["rouge_l", *(f"{judge}/fact" for judge in AT_HAND)])
def test_nothing_scores_higher_than_the_true_answer(name: str, small_profiles: ProfileSet) -> None:
    measure = make_measure(name)
    found = {question.id: measure.score(question, question.answer).value for question in small_profiles.questions()}
    assert {asked: value for asked, value in found.items() if value != measure.high} == {}
    assert len(found) > 100


@pytest.mark.parametrize("name", ["rouge_l", *JUDGED])
def test_an_empty_answer_gets_the_lowest_score(name: str) -> None:
    measure = make_measure(name)
    assert [measure.score(question, "").value for question in QUESTIONS] == [measure.low, measure.low]


@pytest.mark.parametrize("name", AT_HAND)
def test_a_judge_has_a_name_to_put_into_results(name: str) -> None:
    judge: Judge = JUDGES.get(name)()
    assert judge.name
