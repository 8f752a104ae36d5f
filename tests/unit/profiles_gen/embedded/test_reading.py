"""How well the shipped weights see: pictures of people whom they were never trained on."""

import statistics

import pytest

from smfa_bench.data.question import Question, Task
from smfa_bench.data.sample import samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import load_model
from smfa_bench_profiles import fundus_record
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.source import fictional

BAR = 0.95
"""Share of exact answers, the same for both kinds of pictures."""


@pytest.fixture(scope="module")
def right() -> dict[Question, bool]:
    people = fictional(size=20, seed=20_262, picture_size=64)
    asked = [
        question
        for profile in people.profiles
        for question in profile.questions
        if question.task is Task.IMAGE_UNDERSTANDING
    ]
    told = [said for batch in answer(load_model(spec()), samples(asked, people.pictures)) for said in batch]
    return {asked[said.place]: asked[said.place].answer == said.text for said in told}


@pytest.mark.parametrize("domain", [None, fundus_record.DOMAIN])
def test_the_shipped_weights_read_portraits_and_eyes_never_seen(
    right: dict[Question, bool], domain: str | None
) -> None:
    own = [hit for question, hit in right.items() if question.domain == domain]
    assert len(own) >= 20 * 8
    assert statistics.mean(own) >= BAR
