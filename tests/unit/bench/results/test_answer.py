"""Answers on disk: each record comes back as it was written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from helpers.people import make_record
from smfa_bench.data.question import Task
from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import AnswerRecord, Part, read_answers, write_answers


@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0, 10) | st.none())
def test_any_answer_comes_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, answer: str, value: float | None
) -> None:
    path = tmp_path_factory.mktemp("run") / "answers.jsonl"
    records = [make_record(Part.FORGET, task, {"fact": value}, answer=answer) for task in Task]
    write_answers(path, records)
    assert read_answers(path) == records


def test_no_answers_are_an_empty_file(tmp_path: Path) -> None:
    write_answers(tmp_path / "answers.jsonl", [])
    assert read_answers(tmp_path / "answers.jsonl") == []


@pytest.mark.parametrize("damage", [b'{"model"\n', b"\xff\n", b"{}\n"])
def test_a_damaged_line_is_told_by_its_number(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    write_answers(path, [make_record(Part.FORGET, Task.TEXT_MEMORY, {})])
    path.write_bytes(path.read_bytes() + damage)
    with pytest.raises(DamagedFileError, match="damaged at line 2"):
        read_answers(path)


def test_absent_answers_are_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedFileError, match="No such file"):
        read_answers(tmp_path / "answers.jsonl")


@pytest.mark.parametrize("probability", [-0.01, 1.01, float("nan")])
def test_a_probability_lies_between_0_and_1(probability: float) -> None:
    record = make_record(Part.FORGET, Task.TEXT_MEMORY, {}).model_dump()
    with pytest.raises(ValidationError, match="probability"):
        AnswerRecord.model_validate({**record, "probability": probability})
