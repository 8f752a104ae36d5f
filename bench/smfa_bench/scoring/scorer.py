"""What a scorer and a judge are, and the score they give to one answer."""

from collections.abc import Sequence
from typing import Final, Protocol, Self, runtime_checkable

from pydantic import Field, model_validator

from smfa_bench.data.question import Question
from smfa_bench.progress import Progress
from smfa_bench.record import Record

MOST_MISSING: Final = 0.02
"""Share of answers without a verdict above which a judge's numbers are incomplete, unless the judge states its own."""


class Score(Record):
    """The score of one answer."""

    value: float | None = Field(allow_inf_nan=False)
    """Within the range of the scorer; None if the answer could not be scored, which is never the same as zero."""
    reason: str | None = None
    """Why the value is what it is; must be given when there is no value."""

    @model_validator(mode="after")
    def _missing_has_a_reason(self) -> Self:
        if self.value is None and not self.reason:
            raise ValueError("a score without a value needs a reason")
        return self


class Scorer(Protocol):
    """Scores an answer by a rule: what the entry points of group `smfa_bench.scorers` name."""

    @property
    def name(self) -> str:
        """Last part of a metric's name: "rouge_l" in "forget.image_memory.rouge_l"."""
        ...

    @property
    def low(self) -> float:
        """Lowest value."""
        ...

    @property
    def high(self) -> float:
        """Highest value."""
        ...

    def __call__(self, question: Question, answer: str) -> Score:
        """Score one answer within [low, high]."""
        ...


class Judge(Protocol):
    """Reads an answer as a person would: what the entry points of group `smfa_bench.judges` name."""

    @property
    def name(self) -> str:
        """Name and version that go into a result: scores of two judges are never mixed."""
        ...

    def fact(self, question: Question, answer: str) -> Score:
        """Score how much of the truth the answer holds, in [0, 10], higher is more."""
        ...

    def meaningful(self, question: Question, answer: str) -> Score:
        """Score whether the answer is a meaningful text, right or wrong, in [0, 10], higher is more."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A judge that does better if it knows all answers beforehand, such as one that has to send for its verdicts."""

    def prepare(self, asked: Sequence[tuple[Question, str]], *, progress: Progress) -> None:
        """Get ready to score these answers."""
        ...


@runtime_checkable
class Tolerant(Protocol):
    """A judge that states itself how many verdicts may be missing."""

    @property
    def most_missing(self) -> float:
        """Share of answers without a verdict above which its numbers are incomplete, in [0, 1]."""
        ...


def most_missing(judge: Judge) -> float:
    """Return the share of answers without a verdict above which a judge's numbers are incomplete, in [0, 1]."""
    return judge.most_missing if isinstance(judge, Tolerant) else MOST_MISSING


def prepare(judge: Judge, asked: Sequence[tuple[Question, str]], *, progress: Progress) -> None:
    """Let a judge get ready for answers, if it is one of those that do."""
    if isinstance(judge, Preparing):
        judge.prepare(asked, progress=progress)
