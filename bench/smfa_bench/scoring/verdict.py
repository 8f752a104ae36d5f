"""What a judge says of answers: both scores of each."""

from collections.abc import Sequence

from smfa_bench.data.question import Question
from smfa_bench.progress import Progress
from smfa_bench.record import Record
from smfa_bench.scoring.scorer import Judge, Score, prepare

Asked = tuple[Question, str]
"""A question with the answer to be judged."""


class Verdict(Record):
    """The scores of one answer."""

    fact: Score
    meaningful: Score

    @property
    def is_missing(self) -> bool:
        """Whether a score could not be given."""
        return self.fact.value is None or self.meaningful.value is None


def verdicts(judge: Judge, asked: Sequence[Asked], *, progress: Progress) -> list[Verdict]:
    """Return the verdict on each answer, in their order."""
    prepare(judge, asked, progress=progress)
    progress.stage("judging", len(asked))
    given = []
    for question, answer in asked:
        given.append(Verdict(fact=judge.fact(question, answer), meaningful=judge.meaningful(question, answer)))
        progress.advance()
    return given
