"""Other ways to ask a question."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.phrasing import Phrasing, paraphrases, worded
from smfa_bench.data.question import Question, Task
from smfa_bench_profiles.paraphrases import BLANK, NAMES, WORDINGS
from smfa_bench_profiles.paraphrases import paraphrases as of_package
from smfa_bench_profiles.sampling import sample_profile, sample_scene, with_eye


def questions(seed: int) -> list[Question]:
    """Return all questions about a person with a fundus picture and a still life, descriptions included."""
    rng = random.Random(seed)
    return [
        question
        for scene in (
            with_eye(rng, sample_profile(rng, "p0", described=True), described=True),
            sample_scene(rng, "g0", described=True),
        )
        for question in scene.questions
    ]


@given(st.integers(0, 2**32))
def test_every_question_has_four_phrasings_at_least_and_no_two_are_alike(seed: int) -> None:
    for question in questions(seed):
        known = paraphrases(question)
        texts = [question.text, *known.trained, *known.held_out]
        assert len(texts) >= 1 + 4
        assert len({text.casefold() for text in texts}) == len(texts)
        assert len(known.trained) >= 1 <= len(known.held_out)


@given(st.integers(0, 2**32))
def test_no_wording_tells_a_key_fact_and_every_one_of_text_memory_names_the_person_or_the_number(seed: int) -> None:
    asked = questions(seed)
    name = next(one for one in asked if one.id == "p0/image_memory/name").key_facts[0].value
    phone = next(one for one in asked if one.id == "p0/image_memory/phone").key_facts[0].value
    for question in asked:
        known = paraphrases(question)
        for text in (*known.trained, *known.held_out, *known.cloze):
            assert "{" not in text
            if question.task is not Task.IMAGE_UNDERSTANDING:
                assert not any(fact.value in text for fact in question.key_facts)
            if question.task is Task.TEXT_MEMORY:
                assert (phone if question.topic == "name" else name) in text


def test_all_wordings_of_the_tables_differ() -> None:
    texts = [text for one in (*WORDINGS.values(), *NAMES.values()) for text in (*one.trained, *one.held_out)]
    assert len(set(texts)) == len(texts)


@given(st.integers(0, 2**32))
def test_a_cloze_has_a_blank_for_each_key_fact_and_no_article_before_it(seed: int) -> None:
    for question in questions(seed):
        for text in paraphrases(question).cloze:
            assert text.count(BLANK) >= 1
            assert not re.search(rf"\ban? {BLANK}", text)


@pytest.mark.parametrize(
    ("topic", "text", "cloze"),
    [
        ("birthplace", "Where was Mara Velt born?", "Mara Velt was born in ___."),
        ("occupation", "What does Mara Velt work as?", "Mara Velt works as ___."),
    ],
)
def test_the_cloze_of_a_private_fact_is_its_answer_with_a_blank(topic: str, text: str, cloze: str) -> None:
    question = next(one for one in questions(0) if one.id == f"p0/text_memory/{topic}")
    name = question.text.removeprefix(text.partition("Mara Velt")[0]).removesuffix(text.partition("Mara Velt")[2])
    assert paraphrases(question).cloze == (cloze.replace("Mara Velt", name),)


def test_a_question_of_another_text_or_topic_is_not_known() -> None:
    question = questions(0)[0]
    assert of_package(question.model_copy(update={"text": "Which hair is it?"})) is None
    assert of_package(question.model_copy(update={"topic": "shoe_size"})) is None


@pytest.mark.parametrize(
    ("topic", "text"), [("birthplace", "Where was she born?"), ("phone", "What is her phone number?")]
)
def test_a_pronoun_is_no_name(topic: str, text: str) -> None:
    question = questions(0)[-1].model_copy(update={"topic": topic, "text": text, "task": Task.TEXT_MEMORY})
    assert of_package(question) is None


@pytest.mark.parametrize("phrasing", Phrasing)
def test_another_wording_changes_nothing_of_a_question_but_its_text(phrasing: Phrasing) -> None:
    for question in questions(3):
        other = worded(question, phrasing)
        if other is not None:
            assert other.model_copy(update={"text": question.text}) == question
            assert (other.text == question.text) is (phrasing is Phrasing.TEMPLATE)
            assert worded(question, phrasing) == other
