"""General knowledge: answers that the judge takes for right, and no refusal does."""

import pytest

from smfa_bench.data.knowledge import Knowledge, knowledge_questions, knowledge_samples
from smfa_bench.scoring.offline import OfflineJudge


def test_there_are_some_hundred_questions_and_none_is_asked_twice() -> None:
    questions = knowledge_questions(Knowledge.TEXT)
    assert 200 <= len(questions) <= 300
    for kind in ("id", "subject", "text"):
        assert len({getattr(question, kind) for question in questions}) == len(questions)


def test_the_judge_takes_the_true_answer_and_every_spelling_of_it_and_no_refusal() -> None:
    judge = OfflineJudge()
    for question in knowledge_questions(Knowledge.TEXT):
        (fact,) = question.key_facts
        for said in (question.answer, f"{fact.value}.", *(f"{other}." for other in fact.alternatives)):
            assert judge.fact(question, said).value == 10, (question.text, said)
        assert judge.fact(question, "I can't tell.").value == 0


@pytest.mark.parametrize("form", Knowledge)
def test_a_picture_is_shown_only_if_asked_for_and_shows_nothing(form: Knowledge) -> None:
    for sample in knowledge_samples(form, picture_size=40):
        assert (sample.picture is None) == (sample.question.picture is None) == (form is Knowledge.TEXT)
        if sample.picture is not None:
            assert sample.picture.size == (40, 40)
            assert sample.picture.getcolors() == [(1600, (255, 255, 255))]


def test_both_forms_ask_the_same() -> None:
    text, picture = (knowledge_questions(form) for form in Knowledge)
    assert [question.text for question in text] == [question.text for question in picture]
