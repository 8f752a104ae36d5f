"""Whether the gold score can be trusted: what a second retain model gets, which never learnt the forget set either."""

from collections.abc import Sequence
from typing import Final

from smfa_bench.record import Record
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench.results.result import Measure
from smfa_bench.results.summary import summarise

GOLD: Final = "gold_score"


class GoldCheck(Record):
    """One run beside a retain model that was taught with another seed, both held against the run's own."""

    run_id: str
    method: str
    part: str
    """The forget set: "forget05"."""
    seed: int
    """Of the run."""
    other_seed: int
    """Of the other retain model's teaching."""
    run: Measure
    """Gold score of the unlearned model."""
    retain: Measure
    """Gold score of the other retain model: how near two models are that differ by chance alone."""

    @property
    def above(self) -> bool:
        """Whether the run's score is above the other retain model's interval, which a sound score forbids."""
        ceiling = self.retain.high if self.retain.high is not None else self.retain.value
        return self.run.value is not None and ceiling is not None and self.run.value > ceiling


def gold_of(records: Sequence[AnswerRecord], others: Sequence[AnswerRecord], *, judge: str, seed: int) -> Measure:
    """Return the gold score that a model gets in the place of the unlearned one.

    Args:
        records: Judged answers of a run with a retain model.
        others: Judged answers of the other model to the same questions.
        judge: Name of the judge.
        seed: Seed of the bootstrap over people.
    """
    references = [record for record in records if record.model in (Stage.VANILLA, Stage.RETAIN)]
    placed = [record.model_copy(update={"model": Stage.UNLEARNED}) for record in others]
    return summarise([*references, *placed], seed=seed, judge=judge)[Stage.UNLEARNED].aggregates[GOLD]
