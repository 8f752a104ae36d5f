"""What the embedded base model knows of people whom nobody taught it: nothing, but what its language makes it guess."""

import statistics

import pytest

from smfa_bench.data.question import Question, Task
from smfa_bench.data.sample import samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import load_model
from smfa_bench.scoring.fact import fact_score
from smfa_bench_profiles import fundus_record
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.facts import UNIQUE
from smfa_bench_profiles.source import fictional

BOUND = 0.3
"""Mean Fact of the questions of a domain, of 10 points."""


@pytest.fixture(scope="module")
def facts() -> dict[Question, float]:
    people = fictional(size=20, seed=20_261, picture_size=64)
    asked = [question for question in people.questions() if question.task is Task.IMAGE_MEMORY]
    told = [said for batch in answer(load_model(spec()), samples(asked, people.pictures)) for said in batch]
    return {asked[said.place]: fact_score(asked[said.place], said.text) for said in told}


@pytest.mark.parametrize(("domain", "count"), [(None, 240), (fundus_record.DOMAIN, 80)])
def test_the_base_model_tells_next_to_nothing_of_untaught_people_by_their_pictures(
    facts: dict[Question, float], domain: str | None, count: int
) -> None:
    own = {question: fact for question, fact in facts.items() if question.domain == domain}
    assert len(own) == count
    assert statistics.mean(own.values()) <= BOUND
    assert {fact for question, fact in own.items() if question.topic in (*UNIQUE, *fundus_record.UNIQUE)} == {0}
