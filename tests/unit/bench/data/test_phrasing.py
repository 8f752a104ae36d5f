"""The wording in which questions are asked."""

from dataclasses import replace

import pytest

from helpers.people import make_profile, make_question, make_set
from smfa_bench.data.phrasing import (
    Phrasing,
    in_all_words,
    paraphrases,
    reworded,
    usual_phrasing,
    worded,
)
from smfa_bench.data.question import Paraphrases, Question, Task
from smfa_bench.data.sample import samples
from smfa_bench.errors import UsageError

OWN = Paraphrases(trained=("In which town was she born?",), held_out=("Which is her birthplace?", "Born where?"))


def test_a_question_of_ones_own_has_the_paraphrases_that_stand_in_it() -> None:
    question = make_question().model_copy(update={"paraphrases": OWN})
    assert paraphrases(question) == OWN
    assert worded(question, Phrasing.TRAINED) == question.model_copy(update={"text": OWN.trained[0]})
    found = worded(question, Phrasing.HELD_OUT)
    assert found is not None
    assert found.text in OWN.held_out
    assert worded(question, Phrasing.CLOZE) is None


def test_a_question_that_nobody_knows_has_its_template_alone() -> None:
    assert paraphrases(make_question()) == Paraphrases()
    assert worded(make_question(), Phrasing.TEMPLATE) == make_question()


def test_the_record_of_a_question_without_paraphrases_does_not_name_them() -> None:
    assert "paraphrases" not in make_question().model_dump(mode="json")
    own = make_question().model_copy(update={"paraphrases": OWN})
    assert Question.model_validate(own.model_dump(mode="json"), strict=False) == own


def test_the_template_leaves_a_set_as_it_is() -> None:
    people = make_set([make_profile("p0")])
    assert reworded(people, Phrasing.TEMPLATE) is people


def test_questions_without_the_wording_are_left_out_and_the_set_has_another_name() -> None:
    profile = make_profile("p0")
    own = tuple(
        question.model_copy(update={"paraphrases": OWN}) if question.task is Task.IMAGE_MEMORY else question
        for question in profile.questions
    )
    mixed = profile.model_copy(update={"questions": own})
    people = replace(make_set([mixed]), rehearsal=(mixed,))
    asked = reworded(people, Phrasing.HELD_OUT)
    assert [question.id for question in asked.questions()] == ["p0/image_memory/birthplace"]
    assert asked.rehearsal is people.rehearsal  # nobody is asked about it
    assert asked.fingerprint != people.fingerprint
    assert replace(asked, profiles=people.profiles).origin == people.origin


def test_people_are_asked_in_held_out_words_only_if_every_question_has_some() -> None:
    profile = make_profile("p0")
    first, *rest = (question.model_copy(update={"paraphrases": OWN}) for question in profile.questions)
    known = profile.model_copy(update={"questions": (first, *rest)})
    partly = profile.model_copy(update={"questions": (profile.questions[0], *rest)})
    alone = replace(make_set([known]), unseen=(), general=())
    assert usual_phrasing(alone) is Phrasing.HELD_OUT
    assert usual_phrasing(replace(alone, profiles=(partly,))) is Phrasing.TEMPLATE
    assert usual_phrasing(make_set([known])) is Phrasing.TEMPLATE


def test_samples_in_all_words_are_told_in_the_held_out_ones_and_the_cloze_too() -> None:
    own = OWN.model_copy(update={"cloze": ("It is ___.",)})
    question = make_question().model_copy(update={"paraphrases": own})
    (sample,) = in_all_words(samples([question], {}))
    told = [one.question.text for one in sample.wordings()]
    assert told == [question.text, *own.trained, *own.held_out, *own.cloze]
    assert {one.answer for one in sample.wordings()} == {question.answer}


def test_people_without_any_paraphrase_are_refused() -> None:
    with pytest.raises(UsageError, match="--phrasing template"):
        reworded(make_set([make_profile("p0")]), Phrasing.TRAINED)
