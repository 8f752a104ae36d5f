"""Image-understanding questions."""

import random
import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import Question, Task
from smfa_bench_profiles.drawing import portrait, still_life
from smfa_bench_profiles.sampling import sample_scene, sample_unseen
from smfa_bench_profiles.understanding import (
    PORTRAIT_TOPICS,
    STILL_LIFE_TOPICS,
    Topic,
    portrait_questions,
    still_life_questions,
)

TOPICS = [*PORTRAIT_TOPICS.items(), *STILL_LIFE_TOPICS.items()]
SEEDS = st.integers(0, 2**32)
STAR = {**{name: classes[0] for name, classes in still_life.ATTRIBUTES.items()}, "shape": "star"}


def holds(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def test_every_class_that_can_be_drawn_can_be_told() -> None:
    told = {name: tuple(topic.sights) for name, topic in PORTRAIT_TOPICS.items()}
    assert told == {name: tuple(classes) for name, classes in portrait.ATTRIBUTES.items()}
    told = {name: tuple(topic.sights) for name, topic in STILL_LIFE_TOPICS.items()}
    assert told == {name: tuple(classes) for name, classes in still_life.ATTRIBUTES.items()}


@pytest.mark.parametrize(("name", "topic"), TOPICS)
def test_the_answer_for_one_class_is_wrong_for_every_other(name: str, topic: Topic) -> None:
    for one, other in permutations(topic.sights.values(), 2):
        right = (one.value, *one.alternatives)
        assert not [words for words in right if holds(other.sentence, words)], name
        assert not [words for words in right if any(holds(f, words) for f in (other.value, *other.alternatives))], name


@pytest.mark.parametrize(("name", "topic"), TOPICS)
def test_every_sentence_holds_its_value(name: str, topic: Topic) -> None:
    for sight in topic.sights.values():
        assert sight.value in sight.sentence, name


@pytest.mark.parametrize(("sought", "answer"), [("star", "Yes, there is a star."), ("cross", "No, there is no cross.")])
def test_a_shape_is_there_or_not(sought: str, answer: str) -> None:
    presence = still_life_questions("g1", "g1", STAR, sought=sought)[-1]
    assert (presence.text, presence.answer) == (f"Is there a {sought}?", answer)
    assert presence.key_facts[0].value == answer.partition(",")[0]


def test_shapes_are_sought_in_vain_about_half_of_the_time() -> None:
    rng = random.Random(0)
    answers = [sample_scene(rng, "g").questions[-1].key_facts[0].value for _ in range(400)]
    assert 150 < answers.count("Yes") < 250


def test_a_portrait_has_one_question_an_attribute() -> None:
    attributes = {name: next(iter(topic.sights)) for name, topic in PORTRAIT_TOPICS.items()}
    check(portrait_questions("u3", "u3", attributes), subject="u3", topics=list(PORTRAIT_TOPICS))


def test_a_still_life_has_one_question_an_attribute_and_one_about_presence() -> None:
    check(still_life_questions("g1", "g1", STAR, sought="star"), subject="g1", topics=[*STILL_LIFE_TOPICS, "presence"])


def test_the_questions_of_a_scene_are_about_what_was_drawn() -> None:
    scene = sample_unseen(random.Random(4), "u0")
    attributes = scene.drawing["attributes"]
    assert isinstance(attributes, dict)
    for question in scene.questions:
        drawn = attributes[question.topic]
        assert isinstance(drawn, str)
        assert question.answer == PORTRAIT_TOPICS[question.topic].sights[drawn].sentence


@given(SEEDS)
def test_what_is_said_of_a_portrait_is_true_of_it_and_of_no_other_class(seed: int) -> None:
    scene = sample_unseen(random.Random(seed), "u0")
    drawn = portrait.Portrait.model_validate(scene.drawing).attributes
    assert [question.topic for question in scene.questions] == [*drawn]
    for question in scene.questions:
        tells(question, drawn[question.topic], portrait.ATTRIBUTES[question.topic])


@given(SEEDS)
def test_what_is_said_of_a_still_life_is_true_of_it_and_of_no_other_class(seed: int) -> None:
    scene = sample_scene(random.Random(seed), "g0")
    drawn = still_life.StillLife.model_validate(scene.drawing)
    *seen, presence = scene.questions
    assert [question.topic for question in seen] == [*drawn.attributes]
    counted = ("one", "two", "three", "four")[len(drawn.placements) - 1]
    for question in seen:
        truth = counted if question.topic == "count" else drawn.attributes[question.topic]
        tells(question, truth, still_life.ATTRIBUTES[question.topic])
    (sought,) = [shape for shape in still_life.ATTRIBUTES["shape"] if holds(presence.text, shape)]
    there = sought == drawn.attributes["shape"]
    assert [fact.value for fact in presence.key_facts] == ["Yes" if there else "No"]
    assert presence.answer == (f"Yes, there is a {sought}." if there else f"No, there is no {sought}.")


def tells(question: Question, drawn: str, classes: tuple[str, ...]) -> None:
    """Assert that the answer and its one key fact name the class that was drawn and no other of the attribute."""
    (fact,) = question.key_facts
    truth = f"no {question.topic}" if drawn == "none" else drawn
    assert holds(question.answer, fact.value)
    assert holds(fact.value, truth)
    said = (question.answer, fact.value, *fact.alternatives)
    assert not [other for other in classes if other != drawn and any(holds(words, other) for words in said)]


def check(questions: tuple[Question, ...], *, subject: str, topics: list[str]) -> None:
    assert [question.topic for question in questions] == topics
    for question in questions:
        assert question.id == f"{subject}/image_understanding/{question.topic}"
        assert (question.task, question.subject, question.picture) == (Task.IMAGE_UNDERSTANDING, subject, subject)
