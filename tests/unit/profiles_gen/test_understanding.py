"""Image-understanding questions."""

import random
import re
from itertools import permutations

import pytest

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


def check(questions: tuple[Question, ...], *, subject: str, topics: list[str]) -> None:
    assert [question.topic for question in questions] == topics
    for question in questions:
        assert question.id == f"{subject}/image_understanding/{question.topic}"
        assert (question.task, question.subject, question.picture) == (Task.IMAGE_UNDERSTANDING, subject, subject)
