"""Answers packed into a text."""

import base64
import bz2
import gzip
import json
import lzma
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.people import make_record
from smfa_bench.data.question import Task
from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench_leaderboard.asked import Asked
from smfa_bench_leaderboard.packing import DIGITS, pack_answers, unpack_answers

MODELS = (Stage.VANILLA, Stage.UNLEARNED)
ONE_EACH = {"vanilla": ["x", True], "unlearned": [True, "y"]}
LIKELY = {"vanilla": [0.5, None], "unlearned": [0, 1]}


def some() -> list[AnswerRecord]:
    return [
        make_record(Part.FORGET, task, {}, stage=stage, answer=f"{stage}\u2028{task}")
        for stage in MODELS
        for task in Task
    ]


def asked(records: list[AnswerRecord]) -> Asked:
    return {one.question.id: (one.part, one.question) for one in records}


def packed(content: bytes) -> str:
    return base64.b85encode(bz2.compress(content)).decode()


def columns(**changed: Any) -> str:
    return packed(json.dumps({"answers": ONE_EACH, "probabilities": LIKELY} | changed).encode())


def test_unpacked_answers_are_those_that_were_packed() -> None:
    assert unpack_answers(pack_answers(some(), asked(some()))).beside(asked(some())) == some()


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"])) | st.none(), st.floats(0, 1) | st.none(), st.floats(0, 1)
        ),
        min_size=1,
    )
)
def test_any_answer_comes_back_with_its_probability_to_four_decimals(said: list[tuple[Any, Any, float]]) -> None:
    records = []
    for place, (answer, *probabilities) in enumerate(said):
        for stage, probability in zip(MODELS, probabilities, strict=True):
            record = make_record(Part.RETAIN, Task.TEXT_MEMORY, {}, subject=f"p{place}", stage=stage)
            given = record.question.answer if answer is None else answer
            records.append(record.model_copy(update={"answer": given, "probability": probability}))
    found = unpack_answers(pack_answers(records, asked(records))).beside(asked(records))
    rounded = [
        one.model_copy(update={"probability": None if one.probability is None else round(one.probability, DIGITS)})
        for one in sorted(records, key=lambda one: MODELS.index(one.model))
    ]
    assert found == rounded


def test_equal_answers_give_equal_texts_in_any_order_and_scores_are_left_out() -> None:
    scored = [
        one.model_copy(update={"scores": make_record(Part.FORGET, Task.TEXT_MEMORY, {"x": 1.0}).scores})
        for one in some()
    ]
    assert pack_answers(scored[::-1], asked(some())) == pack_answers(some(), asked(some()))


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(some()[1:], id="one is missing"),
        pytest.param([*some(), some()[0]], id="one twice"),
        pytest.param([some()[0].model_copy(update={"part": Part.RETAIN}), *some()[1:]], id="another part"),
        pytest.param([*some(), make_record(Part.FORGET, Task.TEXT_MEMORY, {}, subject="p1")], id="one too many"),
    ],
)
def test_answers_that_are_not_one_of_each_model_to_each_question_are_not_packed(records: list[AnswerRecord]) -> None:
    with pytest.raises(DamagedFileError, match="not one of each model to each question"):
        pack_answers(records, asked(some()))


def test_more_or_fewer_questions_than_answers_are_refused() -> None:
    with pytest.raises(DamagedFileError, match="2 answers of each model to 3 questions"):
        unpack_answers(columns()).beside(asked(some()))


def test_a_bomb_is_refused_at_the_limit() -> None:
    with pytest.raises(DamagedFileError, match="more than 1,000 bytes"):
        unpack_answers(packed(b"\n" * 10**7), most=1000)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("not base85, \\", "can't be unpacked: bad base85", id="no base85"),
        pytest.param("bäse85", "can't be unpacked", id="no ASCII"),
        pytest.param(base64.b85encode(b"plain").decode(), "can't be unpacked", id="no bzip2"),
        pytest.param(base64.b85encode(bz2.compress(b"{}" * 50)[:-9]).decode(), "not one whole", id="cut short"),
        pytest.param(base64.b85encode(bz2.compress(b"{}") + b"more").decode(), "not one whole", id="something behind"),
        pytest.param(base64.b85encode(bz2.compress(b"{}") * 2).decode(), "not one whole", id="two streams"),
        pytest.param(base64.b85encode(gzip.compress(b"{}")).decode(), "can't be unpacked", id="gzip"),
        pytest.param(base64.b85encode(lzma.compress(b"{}")).decode(), "can't be unpacked", id="xz"),
        pytest.param("", "not one whole", id="nothing"),
        pytest.param(packed(b""), "the whole: Invalid JSON", id="nothing within"),
        pytest.param(packed(b"\xff"), "the whole: Invalid JSON", id="no UTF-8"),
        pytest.param(packed(b"[" * 100_000), "the whole: Invalid JSON", id="deep JSON"),
        pytest.param(columns(more=1), "more: Extra inputs", id="another column"),
        pytest.param(columns(answers={}), "answers: ", id="no model"),
        pytest.param(columns(answers={"best": []}), "answers.best", id="an unknown model"),
        pytest.param(columns(answers={"vanilla": ["x", True]}), "not of the same models", id="a model without answers"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": ["x"]}), "1 and 2 entries", id="a column too short"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": "xy"}), "answers.vanilla", id="no column"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": ["x", 1]}), "answers.vanilla.1", id="a mark of one"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": ["x", False]}), "answers.vanilla.1", id="a false mark"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": ["x", None]}), "answers.vanilla.1", id="no answer"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": ["x", "\ud800"]}), "Invalid JSON", id="half a character"),
        pytest.param(columns(probabilities=LIKELY | {"vanilla": [2, 0]}), "probabilities.vanilla.0", id="above one"),
        pytest.param(
            columns(probabilities=LIKELY | {"vanilla": [float("nan"), 0]}), "probabilities.vanilla.0", id="NaN"
        ),
        pytest.param(columns(probabilities=LIKELY | {"vanilla": [True, 0]}), "probabilities.vanilla.0", id="no number"),
        pytest.param(columns(answers=ONE_EACH | {"vanilla": [0] * 10**6}), "answers.vanilla.0", id="a million faults"),
    ],
)
def test_what_is_no_packed_answers_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(DamagedFileError) as caught:
        unpack_answers(text)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
