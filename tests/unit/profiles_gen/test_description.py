"""The open question about a picture."""

import random

from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.scoring.fact import fact_score
from smfa_bench_profiles.description import portrait_description, still_life_description
from smfa_bench_profiles.drawing import portrait, still_life
from smfa_bench_profiles.names import PRESENTATIONS

SEEDS = st.integers(0, 2**32)


def changed(
    attributes: dict[str, str], valid: dict[str, tuple[str, ...]], rng: random.Random, count: int
) -> dict[str, str]:
    """Return the attributes with another class for some of them."""
    others = {name: [value for value in valid[name] if value != attributes[name]] for name in attributes}
    return attributes | {name: rng.choice(others[name]) for name in rng.sample(list(attributes), count)}


@given(SEEDS, st.sampled_from(PRESENTATIONS), st.integers(0, 10))
def test_each_attribute_of_a_portrait_that_is_named_wrongly_costs_one_point(seed: int, kind: str, wrong: int) -> None:
    rng = random.Random(seed)
    drawn = portrait.sample_portrait(rng, presentation="man" if kind == "man" else "woman").attributes
    truth = portrait_description("p", "p", drawn)
    said = portrait_description("p", "p", changed(drawn, portrait.ATTRIBUTES, rng, wrong)).answer
    assert round(fact_score(truth, said), 6) == 10 - wrong


@given(SEEDS, st.integers(0, 5))
def test_each_attribute_of_a_still_life_that_is_named_wrongly_costs_two_points(seed: int, wrong: int) -> None:
    rng = random.Random(seed)
    drawn = still_life.sample_still_life(rng).attributes
    truth = still_life_description("g", "g", drawn)
    said = still_life_description("g", "g", changed(drawn, still_life.ATTRIBUTES, rng, wrong)).answer
    assert round(fact_score(truth, said), 6) == 10 - 2 * wrong


@given(SEEDS)
def test_every_key_fact_stands_in_the_answer(seed: int) -> None:
    rng = random.Random(seed)
    for question in (
        portrait_description("p", "p", portrait.sample_portrait(rng, presentation="man").attributes),
        still_life_description("g", "g", still_life.sample_still_life(rng).attributes),
    ):
        assert all(fact.value in question.answer for fact in question.key_facts)
        assert question.id.endswith("/image_understanding/description")


def test_free_words_that_name_what_is_there_count() -> None:
    attributes = {name: values[0] for name, values in portrait.ATTRIBUTES.items()}
    question = portrait_description("p", "p", attributes)
    said = "A person whose hair is black. The background is blue."
    assert fact_score(question, said) == 2.0
