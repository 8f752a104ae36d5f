"""The check of the gold score: a second retain model for a finished run, taught with another seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from smfa_bench.errors import UsageError
from smfa_bench.progress import Progress
from smfa_bench.results.answer import AnswerRecord, Stage
from smfa_bench.results.gold import GoldCheck, gold_of
from smfa_bench.results.result import RunResult
from smfa_bench.results.score import score_answers
from smfa_bench.results.store import read_run
from smfa_bench.runner.references import reference_answers, taught_model
from smfa_bench.runner.setting import Setting, prepare

APART: Final = 1_000
"""Between the seed of a run and that of the second retain model."""


@dataclass(frozen=True)
class Checkable:
    """A finished run whose gold score can be checked."""

    result: RunResult
    records: Sequence[AnswerRecord]
    setting: Setting
    other_seed: int


def checkable(folder: Path, *, other_seed: int | None, cache: Path, progress: Progress) -> Checkable:
    """Read a run and see that a second retain model can be taught as its own was.

    Args:
        folder: Of a finished run with a retain model.
        other_seed: Of the second teaching; the run's plus 1,000 unless given.
        cache: Where taught models and their answers are kept.
        progress: Will be told of every stage.

    Raises:
        UsageError: If the run has no retain model, has that very seed, was answered by a server, or its people, its
            base model or its recipe are not there any more.
        DamagedFileError: If the run can't be read.
    """
    result, records = read_run(folder)
    name, seed = folder.name, result.config.seed
    other_seed = seed + APART if other_seed is None else other_seed
    if not any(record.model is Stage.RETAIN for record in records):
        raise UsageError(f"{name} has no retain model; run it again with --with-retain-model, or leave it out.")
    if result.served is not None:
        raise UsageError(f"{name} was answered by a server; check the run that it came from.")
    if other_seed == seed:
        raise UsageError(f"{name} has the seed {other_seed} itself; choose another by --other-seed.")
    setting = prepare(result.config, cache, progress)
    if setting.profiles.fingerprint != result.data_fingerprint:
        raise UsageError(f"{result.config.profiles!r} no longer gives the people of {name}; run it again.")
    if setting.base != result.fingerprints["base"] or setting.spec.teaching != result.model.teaching:
        raise UsageError(f"the base model or its recipe is no longer that of {name}; run it again.")
    return Checkable(result, records, setting, other_seed)


def check_gold(run: Checkable) -> GoldCheck:
    """Teach the run's retain set with another seed, ask that model everything, and score it as if it were unlearned.

    What is cached is not done again; the runs of several methods on one split share the second model.
    """
    result, setting = run.result, run.setting
    seed, judge = result.config.seed, setting.judge.name
    others = reference_answers(setting, taught_model(setting, Stage.RETAIN, seed=run.other_seed))
    judged = score_answers([*run.records, *others], setting.judge, [], progress=setting.progress)
    mine, theirs = judged[: len(run.records)], judged[len(run.records) :]
    return GoldCheck(
        run_id=result.run_id,
        method=result.config.method,
        part=result.split.name,
        seed=seed,
        other_seed=run.other_seed,
        run=gold_of(mine, [one for one in mine if one.model is Stage.UNLEARNED], judge=judge, seed=seed),
        retain=gold_of(mine, theirs, judge=judge, seed=seed),
    )
