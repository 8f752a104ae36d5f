"""Answers packed into a text."""

import base64
import gzip
import zlib

import pytest

from helpers.people import make_record
from smfa_bench.data.question import Task
from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench_leaderboard.packing import pack_answers, unpack_answers


def some() -> list[AnswerRecord]:
    return [
        make_record(Part.FORGET, task, {}, stage=stage, answer=f"{stage}\u2028{task}")
        for stage in (Stage.VANILLA, Stage.UNLEARNED)
        for task in Task
    ]


def packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content)).decode()


def test_unpacked_answers_are_those_that_were_packed_question_by_question() -> None:
    unpacked = unpack_answers(pack_answers(some()))
    assert unpacked == sorted(some(), key=lambda record: list(Task).index(record.question.task))
    assert [record.model for record in unpacked[:2]] == [Stage.VANILLA, Stage.UNLEARNED]


def test_equal_answers_give_equal_texts_and_scores_are_left_out() -> None:
    scored = [make_record(Part.FORGET, Task.TEXT_MEMORY, {"fact": 10.0})]
    assert pack_answers(scored) == pack_answers([make_record(Part.FORGET, Task.TEXT_MEMORY, {})])


def test_a_bomb_is_refused_at_the_limit() -> None:
    with pytest.raises(DamagedFileError, match="more than 1,000 bytes"):
        unpack_answers(packed(b"\n" * 10**7), most=1000)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("not base64!", id="no base64"),
        pytest.param("bäse64", id="no ASCII"),
        pytest.param(base64.b64encode(b"plain").decode(), id="no gzip"),
        pytest.param(base64.b64encode(gzip.compress(b"{}\n" * 50)[:-9]).decode(), id="cut short"),
        pytest.param(base64.b64encode(gzip.compress(b"") + b"more").decode(), id="something behind"),
        pytest.param(base64.b64encode(zlib.compress(b"{}")).decode(), id="another compression"),
        pytest.param(packed(b'{"model": "unlearned"}\n'), id="no answer"),
        pytest.param(packed(b"[" * 100_000), id="deep JSON"),
        pytest.param(packed(b"\n" * 1_000_000), id="nothing but lines"),
    ],
)
def test_what_is_no_packed_answers_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(DamagedFileError) as caught:
        unpack_answers(text)
    assert "\n" not in str(caught.value)
