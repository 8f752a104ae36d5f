"""Records: frozen, and light enough for tens of thousands of questions."""

import pickle

import pytest
from pydantic import ValidationError

from helpers.people import make_question
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.record import Record


@pytest.fixture
def question() -> Question:
    return make_question("p0", Task.IMAGE_MEMORY)


def test_records_of_which_the_same_fields_were_given_keep_their_names_once(question: Question) -> None:
    other = make_question("p1", Task.TEXT_MEMORY)
    assert question.model_fields_set == other.model_fields_set
    assert question.model_fields_set is other.model_fields_set


def test_copies_with_the_same_fields_keep_their_names_once_too(question: Question) -> None:
    copies = [question.model_copy(update={"text": text}) for text in ("Who?", "Which?")]
    assert copies[0].model_fields_set is copies[1].model_fields_set is question.model_fields_set
    assert question.model_copy(deep=True).model_fields_set is question.model_fields_set


def test_a_record_that_can_be_changed_has_names_of_its_own() -> None:
    class Changing(Record, frozen=False):
        one: int = 1
        two: int = 2

    first, second = Changing(one=3), Changing(one=3)
    first.two = 5
    assert (first.model_fields_set, second.model_fields_set) == ({"one", "two"}, {"one"})


def test_a_copy_with_other_fields_leaves_the_others_theirs(question: Question) -> None:
    fact = KeyFact(kind="word", value="red")
    copy = fact.model_copy(update={"alternatives": ("crimson",)})
    assert (fact.model_fields_set, copy.model_fields_set) == ({"kind", "value"}, {"kind", "value", "alternatives"})
    assert fact.model_dump(exclude_unset=True) == {"kind": "word", "value": "red"}
    again = pickle.loads(pickle.dumps(question))
    assert again == question
    assert again.model_fields_set == question.model_fields_set


def test_nothing_of_a_record_can_be_changed_and_nothing_unknown_given(question: Question) -> None:
    with pytest.raises(ValidationError):
        question.text = "Who?"
    with pytest.raises(ValidationError):
        KeyFact(kind="word", value="red", colour="red")  # type: ignore[call-arg]
