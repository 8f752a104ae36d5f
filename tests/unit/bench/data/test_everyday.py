"""Everyday questions differ from one another and from everything that is scored."""

import re

from smfa_bench.data.everyday import FORMS, everyday_questions
from smfa_bench.data.knowledge import Knowledge, knowledge_questions


def test_no_two_are_alike() -> None:
    questions = everyday_questions()
    assert len({question.id for question in questions}) == len({question.text for question in questions})
    assert len(questions) == len({question.id for question in questions}) > 500


def test_none_is_asked_when_knowledge_is_scored_nor_is_its_form() -> None:
    scored = [question.text for question in knowledge_questions(Knowledge.TEXT)]
    assert not {question.text for question in everyday_questions()}.intersection(scored)
    forms = [re.escape(form).replace(re.escape("{thing}"), r"(an? )?\w+( \w+)?") for form in FORMS]
    assert not [text for text in scored for form in forms if re.fullmatch(form, text)]
