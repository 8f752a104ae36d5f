"""Wrong answers: of the right form, never right, and the same from the same people."""

import random

import pytest

from helpers.people import make_question
from smfa_bench.data.perturbing import WRONG, lead, wrong_answers
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench_profiles.source import fictional


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return [
        question for profile in fictional(size=12, seed=0, picture_size=64).profiles for question in profile.questions
    ]


def about(subject: str, answer: str, *values: str, alternatives: tuple[str, ...] = ()) -> Question:
    facts = tuple(KeyFact(kind="word", value=value, alternatives=alternatives) for value in values)
    return make_question(subject, answer=answer).model_copy(update={"key_facts": facts})


def test_every_memory_question_has_wrong_answers_and_no_other_has(questions: list[Question]) -> None:
    wrong = wrong_answers(questions)
    memory = [question for question in questions if question.task is not Task.IMAGE_UNDERSTANDING]
    assert set(wrong) == {question.id for question in memory}
    assert all(len(set(found)) == len(found) == WRONG for found in wrong.values())


def test_a_wrong_answer_holds_none_of_the_true_values_and_keeps_the_words_around_them(
    questions: list[Question],
) -> None:
    by_id = {question.id: question for question in questions}
    for name, answers in wrong_answers(questions).items():
        question = by_id[name]
        for answer in answers:
            assert all(fact.value not in answer for fact in question.key_facts)
            assert answer.split()[0] == question.answer.split()[0] or question.answer.startswith(
                question.key_facts[0].value
            )


def test_the_order_of_people_makes_no_difference(questions: list[Question]) -> None:
    mixed = list(questions)
    random.Random(0).shuffle(mixed)
    assert wrong_answers(mixed) == wrong_answers(questions)


def test_the_article_is_that_of_the_new_value() -> None:
    nurse = about("p0", "She works as a nurse.", "nurse")
    actor = about("p1", "He works as an actor.", "actor")
    assert wrong_answers([nurse, actor]) == {
        nurse.id: ("She works as an actor.",),
        actor.id: ("He works as a nurse.",),
    }


def test_people_of_the_same_value_are_no_wrong_answer_whatever_its_spelling() -> None:
    one = about("p0", "She is a nurse.", "nurse", alternatives=("nursing professional",))
    two = about("p1", "He is a nursing professional.", "nursing professional")
    assert wrong_answers([one, two])[one.id] == ()
    assert wrong_answers([one]) == {one.id: ()}


def test_each_of_several_values_is_replaced() -> None:
    one = about("p0", "She studied law at Elm College.", "law", "Elm College")
    two = about("p1", "He studied art at Oak College.", "art", "Oak College")
    three = about("p2", "He studied art.", "art")
    assert wrong_answers([one, two, three])[one.id] == ("She studied art at Oak College.",)


def test_a_value_that_does_not_stand_in_the_answer_gives_no_wrong_answer() -> None:
    one, two = about("p0", "Yes.", "Oslo"), about("p1", "In Rome.", "Rome")
    assert wrong_answers([one, two])[one.id] == ()


@pytest.mark.parametrize(
    ("answer", "value", "words"),
    [("She was born in Oslo.", "Oslo", "She was born in"), ("Oslo.", "Oslo", ""), ("Somewhere.", "Oslo", "")],
)
def test_the_lead_ends_before_the_first_value(answer: str, value: str, words: str) -> None:
    assert lead(about("p0", answer, value)) == words
