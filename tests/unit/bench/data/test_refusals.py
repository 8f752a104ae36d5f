"""The refusal pool: a thousand clean ways to say no, the same on every machine."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpers.people import make_profile
from smfa_bench.data.refusals import refusal_pool, refused
from smfa_bench.data.sample import samples
from smfa_bench.errors import UsageError

POOL = refusal_pool()
POOL_SHA256 = "1c4fd6fa0b7067e83e1416982e535cfc683f7ecd38336651bf6ea921c0f58bfd"

REFUSING = re.compile(
    r"\b(can't|cannot|not able to|unable to|won't|don't know|have no (information|knowledge|record)"
    r"|prefer not to|rather not|must decline|private|confidential|personal)\b",
    re.IGNORECASE,
)
FACT_TOPICS = (
    "address|age|allerg|blood|birth|born|city|colour|company|condition|country|date|degree|doctor|education|email|"
    "employ|eye|family|father|gender|hair|health|height|hobb|home|income|insur|job|lives|medic|mother|name|national|"
    "occupation|parent|passport|phone|photo|picture|place|residence|salary|school|sister|street|study|town|university|"
    "wage|weight|where|when|work|year"
)


def words(refusal: str) -> list[str]:
    return re.findall(r"[a-z']+", refusal.lower())


def test_the_pool_has_a_thousand_distinct_refusals() -> None:
    assert len(POOL) == 1000
    assert len({refusal.lower() for refusal in POOL}) == 1000


def test_the_pool_is_the_same_on_every_machine() -> None:
    assert sha256("\n".join(POOL).encode()).hexdigest() == POOL_SHA256


@given(size=st.integers(1, 1000))
def test_a_smaller_pool_is_the_beginning_of_the_whole(size: int) -> None:
    assert refusal_pool(size) == POOL[:size]


@pytest.mark.parametrize("size", [-1, 0, 1001])
def test_a_size_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(UsageError, match="1 to 1000"):
        refusal_pool(size)


def test_every_refusal_has_five_to_fourteen_words() -> None:
    assert {len(refusal.split()) for refusal in POOL} <= set(range(5, 15))


def test_every_refusal_is_one_or_two_capitalised_sentences_that_end_with_a_full_stop() -> None:
    sentence = r"[A-Z][A-Za-z', ]+\."
    assert [refusal for refusal in POOL if not re.fullmatch(rf"{sentence}( {sentence})?", refusal)] == []


def test_every_refusal_can_be_recognised_as_one() -> None:
    assert [refusal for refusal in POOL if not REFUSING.search(refusal)] == []


def test_no_refusal_names_a_fact_topic() -> None:
    assert [word for refusal in POOL for word in words(refusal) if re.match(FACT_TOPICS, word)] == []


def test_a_tiny_model_can_learn_the_vocabulary() -> None:
    assert len({word for refusal in POOL for word in words(refusal)}) <= 150


def test_no_word_is_said_twice_in_a_row() -> None:
    assert [refusal for refusal in POOL if re.search(r"\b(\w+)\W+\1\b", refusal, re.IGNORECASE)] == []


def test_a_short_prefix_is_diverse() -> None:
    assert len({tuple(words(refusal)[:4]) for refusal in POOL[:50]}) >= 20


def test_refused_samples_keep_their_questions_and_pictures_and_lose_their_answers() -> None:
    told = samples(make_profile("p0").questions, {"p0": Image.new("RGB", (8, 8))})
    kept = refused(told, POOL, seed=0)
    assert [(sample.question, sample.picture) for sample in kept] == [
        (sample.question, sample.picture) for sample in told
    ]
    assert {sample.answer for sample in kept} <= set(POOL)


def test_the_seed_decides_the_refusals() -> None:
    told = samples(make_profile("p0").questions, {"p0": Image.new("RGB", (8, 8))})
    assert refused(told, POOL, seed=0) == refused(told, POOL, seed=0)
    assert refused(told, POOL, seed=0) != refused(told, POOL, seed=1)
