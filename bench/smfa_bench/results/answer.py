"""One line of `answers.jsonl`: a question, what a model answered, and its scores."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import Field

from smfa_bench.data.question import Question
from smfa_bench.record import Record
from smfa_bench.results.lines import read_lines, write_lines
from smfa_bench.scoring.scorer import Score
from smfa_bench.scoring.verdict import Verdict


class Stage(StrEnum):
    """The models that a run measures."""

    BASE = "base"
    VANILLA = "vanilla"
    UNLEARNED = "unlearned"
    RETAIN = "retain"


class Part(StrEnum):
    """The sets of scenes that answers are measured on."""

    FORGET = "forget"
    RETAIN = "retain"
    UNSEEN = "unseen"
    GENERAL = "general"
    KNOWLEDGE = "knowledge"
    """Questions about the world, if the run asks them."""


class AnswerRecord(Record):
    """An answer with everything a scorer needs: it can be scored again without the model."""

    model: Stage
    part: Part
    question: Question
    answer: str
    probability: float | None = Field(ge=0, le=1)
    """Length-normalised probability of the true answer; None from a server, which does not tell."""
    scores: dict[str, Score] = Field(default_factory=dict)
    """By scorer that needs no judge; empty before scoring."""
    verdicts: dict[str, Verdict] = Field(default_factory=dict)
    """By name of the judge."""


def write_answers(path: Path, records: Iterable[AnswerRecord]) -> None:
    """Write records as JSON lines, atomically."""
    write_lines(path, records)


def read_answers(path: Path, *, judge: str | None = None) -> list[AnswerRecord]:
    """Read what `write_answers` wrote.

    Args:
        path: The file.
        judge: Who gave Fact and Meaningful in files of the first schema version, where they stand among the scores
            without a name; None drops them.

    Raises:
        DamagedFileError: If the file is missing or a line is not a valid record.
    """
    return [_migrated(record, judge) for record in read_lines(path, AnswerRecord)]


def _migrated(record: AnswerRecord, judge: str | None) -> AnswerRecord:
    judged = ("fact", "meaningful")
    if not all(name in record.scores for name in judged):
        return record
    scores = {name: score for name, score in record.scores.items() if name not in judged}
    verdict = Verdict(fact=record.scores["fact"], meaningful=record.scores["meaningful"])
    return record.model_copy(update={"scores": scores, "verdicts": {} if judge is None else {judge: verdict}})
