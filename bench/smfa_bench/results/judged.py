"""What one judge says of a run, from the verdicts on its answers."""

from collections.abc import Sequence

from smfa_bench.errors import UsageError
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.results.result import Judged, RunResult
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.appoint import appoint
from smfa_bench.scoring.scorer import Judge, most_missing


def by_own_judge(result: RunResult) -> RunResult:
    """Return a result as the judge that its run was asked for sees it, whatever options it was asked again with.

    Raises:
        UsageError: If that judge said nothing of the run.
    """
    try:
        return result.by(result.config.judge)
    except UsageError:
        return result.by(appoint(result.config.judge).name)


def judged(records: Sequence[AnswerRecord], judge: Judge, *, appointed: str, seed: int) -> Judged:
    """Return the numbers of a judge, and how many answers it gave no verdict on.

    Args:
        records: Answers of one run, each with a verdict of the judge.
        judge: Who gave them.
        appointed: Name and options the judge was appointed by.
        seed: Seed of the bootstrap.
    """
    missing = sum(record.verdicts[judge.name].is_missing for record in records)
    most = most_missing(judge)
    return Judged(
        appointed=appointed,
        models=summarise(records, seed=seed, judge=judge.name),
        answers=len(records),
        missing=missing,
        most_missing=most,
        incomplete=missing > most * len(records),
    )
