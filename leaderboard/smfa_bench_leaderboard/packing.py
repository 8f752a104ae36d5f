"""Answers packed into a text: columns of JSON, compressed, as base85; unpacking trusts nothing.

Neither questions nor true answers are in it, since the data is made again wherever answers are scored.
"""

import base64
import bz2
from collections.abc import Sequence
from typing import Annotated, Final, Self

from pydantic import AfterValidator, FailFast, Field, ValidationError, model_validator

from smfa_bench.errors import DamagedFileError
from smfa_bench.record import Record
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench_leaderboard.asked import Asked

MOST_BYTES: Final = 2**24
"""Of one run's answers when unpacked; those about 100 people have 1 or 2 MiB."""

LONGEST_ANSWER: Final = 20_000
"""Characters; four times what a scorer reads."""

DIGITS: Final = 4
"""Decimals of a packed probability. It moves no mean by more than half a unit of the last one."""


def _is_true(mark: bool) -> bool:
    if not mark:
        raise ValueError("false stands for nothing")
    return mark


_Answer = Annotated[str, Field(max_length=LONGEST_ANSWER)] | Annotated[bool, AfterValidator(_is_true)]
_Probability = Annotated[float, Field(ge=0, le=1)] | None


class Columns(Record, strict=True):
    """Answers without their questions: in every column one of each model, in the order of the questions."""

    answers: dict[Stage, Annotated[list[_Answer], FailFast()]] = Field(min_length=1)
    """`true` stands for the true answer."""
    probabilities: dict[Stage, Annotated[list[_Probability], FailFast()]]
    """Of the true answers, rounded."""

    @model_validator(mode="after")
    def _are_of_one_length(self) -> Self:
        if self.answers.keys() != self.probabilities.keys():
            raise ValueError("answers and probabilities are not of the same models")
        lengths = {*map(len, self.answers.values()), *map(len, self.probabilities.values())}
        if len(lengths) > 1:
            raise ValueError(f"the columns have {' and '.join(map(str, sorted(lengths)))} entries, not equally many")
        return self

    @property
    def questions(self) -> int:
        """Number of questions that every model answered."""
        return len(next(iter(self.answers.values())))

    def beside(self, asked: Asked) -> list[AnswerRecord]:
        """Return the answers with their questions, those of a model together.

        Raises:
            DamagedFileError: If there are more or fewer answers than questions.
        """
        if self.questions != len(asked):
            raise DamagedFileError(f"there are {self.questions} answers of each model to {len(asked)} questions.")
        return [
            AnswerRecord(
                model=stage,
                part=part,
                question=question,
                answer=answer if isinstance(answer, str) else question.answer,
                probability=probability,
            )
            for stage in self.answers
            for (part, question), answer, probability in zip(
                asked.values(), self.answers[stage], self.probabilities[stage], strict=True
            )
        ]


def pack_answers(records: Sequence[AnswerRecord], asked: Asked) -> str:
    """Return answers as text, without questions and scores; the same answers give the same text in any order.

    Raises:
        DamagedFileError: If they are not one answer of each model to each of the questions.
    """
    said = {(one.model, one.question.id): one for one in records}
    stages = [stage for stage in Stage if any(one.model is stage for one in records)]
    expected = {(stage, name) for stage in stages for name in asked}
    given = all(asked.get(one.question.id) == (one.part, one.question) for one in records)
    if not given or said.keys() != expected or len(said) < len(records):
        raise DamagedFileError(
            "its answers are not one of each model to each question that its data gives today; run it again."
        )
    columns = Columns(
        answers={stage: [_marked(said[stage, name]) for name in asked] for stage in stages},
        probabilities={stage: [_rounded(said[stage, name].probability) for name in asked] for stage in stages},
    )
    return base64.b85encode(bz2.compress(columns.model_dump_json().encode())).decode()


def unpack_answers(text: str, *, most: int = MOST_BYTES) -> Columns:
    """Return what `pack_answers` packed.

    Args:
        text: Anything.
        most: Bytes that are unpacked at most, however many the text would give.

    Raises:
        DamagedFileError: If it is not base85, not one whole bzip2 stream, too large, or holds no such columns.
    """
    unpacker = bz2.BZ2Decompressor()
    try:
        content = unpacker.decompress(base64.b85decode(text), most + 1)
    except (ValueError, OSError) as error:
        raise DamagedFileError(f"the answers can't be unpacked: {error}; submit the run again.") from error
    if len(content) > most:
        raise DamagedFileError(f"the answers unpack to more than {most:,} bytes; nothing beyond that is read.")
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedFileError("the answers are not one whole bzip2 stream; submit the run again.")
    try:
        return Columns.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"][:3]) or "the whole"
        raise DamagedFileError(f"the answers are not valid: {where}: {fault['msg']}.") from error


def _marked(record: AnswerRecord) -> str | bool:
    return True if record.answer == record.question.answer else record.answer


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, DIGITS)
