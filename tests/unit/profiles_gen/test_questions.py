"""Memory questions."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import Question, Task
from smfa_bench_profiles import vocabulary
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.facts import FACTS, sample_facts
from smfa_bench_profiles.names import PRESENTATIONS, sample_name
from smfa_bench_profiles.questions import article, memory_questions


def questions_of(seed: int, presentation: Presentation = "woman") -> tuple[Question, ...]:
    rng = random.Random(seed)
    facts = sample_facts(rng, sample_name(rng, presentation=presentation))
    return memory_questions("p0007", "p0007", facts, presentation=presentation)


@given(st.integers(0, 2**32), st.sampled_from(PRESENTATIONS))
def test_every_answer_holds_its_key_facts_and_is_short(seed: int, presentation: Presentation) -> None:
    for question in questions_of(seed, presentation):
        assert all(fact.value in question.answer for fact in question.key_facts)
        assert question.text.endswith("?")
        assert question.answer.endswith(".")
        assert len(question.text.split()) <= 9
        assert len(question.answer.split()) <= 9


@given(st.integers(0, 2**32))
def test_no_question_gives_its_answer_away(seed: int) -> None:
    for question in questions_of(seed):
        assert not any(fact.value in question.text for fact in question.key_facts)


def test_every_fact_is_asked_for_once_by_picture_and_once_by_text() -> None:
    questions = questions_of(0)
    assert [question.topic for question in questions] == [*FACTS, *FACTS]
    assert [question.task for question in questions] == [Task.IMAGE_MEMORY] * 12 + [Task.TEXT_MEMORY] * 12
    assert all((question.picture == "p0007") == (question.task is Task.IMAGE_MEMORY) for question in questions)


def test_an_id_says_who_how_and_what() -> None:
    assert questions_of(0)[2].id == "p0007/image_memory/birthplace"
    assert len({question.id for question in questions_of(0)}) == 24


def test_by_picture_the_person_is_not_named_except_when_asked_who_it_is() -> None:
    questions = questions_of(5)
    name = questions[0].key_facts[0].value
    assert questions[0].answer == f"This is {name}."
    assert not [q.id for q in questions[1:12] if name in q.text or name in q.answer]


def test_by_text_the_name_is_in_the_question_or_in_the_answer() -> None:
    questions = questions_of(5)
    name, phone = questions[0].key_facts[0].value, questions[7].key_facts[0].value
    assert questions[12].text == f"Whose phone number is {phone}?"
    assert questions[12].answer == f"It belongs to {name}."
    assert all(name in q.text and name in q.answer for q in questions[13:])


@pytest.mark.parametrize(("presentation", "start"), [("woman", ("She ", "Her ")), ("man", ("He ", "His "))])
def test_the_pronoun_follows_the_presentation(presentation: Presentation, start: tuple[str, str]) -> None:
    assert all(q.answer.startswith(start) for q in questions_of(2, presentation)[1:12])


def test_education_asks_for_field_and_college() -> None:
    education = next(question for question in questions_of(0) if question.topic == "education")
    assert [fact.kind for fact in education.key_facts] == ["word", "name"]
    assert education.answer == f"She studied {education.key_facts[0].value} at {education.key_facts[1].value}."


def test_occupations_take_the_right_article() -> None:
    assert article("astronomer") == "an"
    assert article("baker") == "a"
    silent_or_voiced = ("eu", "ho", "uni", "use", "hei", "uro")
    assert not [noun for noun in vocabulary.OCCUPATIONS if noun.startswith(silent_or_voiced)]
