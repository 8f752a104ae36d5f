"""The check of the gold score: a second retain model for a finished run, taught with another seed."""

from pathlib import Path

from smfa_bench.errors import UsageError
from smfa_bench.progress import Progress
from smfa_bench.results.answer import Stage
from smfa_bench.results.gold import GoldCheck, gold_of
from smfa_bench.results.score import score_answers
from smfa_bench.results.store import read_run
from smfa_bench.runner.references import reference_answers, taught_model
from smfa_bench.runner.setting import prepare


def check_gold(folder: Path, *, other_seed: int, cache: Path, progress: Progress) -> GoldCheck:
    """Teach the run's retain set with another seed, ask that model everything, and score it as if it were unlearned.

    What is cached is not done again; the runs of several methods on one split share the second model.

    Args:
        folder: Of a finished run with a retain model.
        other_seed: Of the second teaching; another than the run's.
        cache: Where taught models and their answers are kept.
        progress: Is told of every stage.

    Raises:
        UsageError: If the run has no retain model, has that very seed, or its people are not there any more.
        DamagedFileError: If the run can't be read.
    """
    result, records = read_run(folder)
    if not any(record.model is Stage.RETAIN for record in records):
        raise UsageError(f"{folder.name} has no retain model; run it again with --with-retain-model.")
    if other_seed == result.config.seed:
        raise UsageError(f"{folder.name} has the seed {other_seed} itself; choose another by --other-seed.")
    setting = prepare(result.config, cache, progress)
    if setting.profiles.fingerprint != result.data_fingerprint:
        raise UsageError(f"{result.config.profiles!r} no longer gives the people of {folder.name}; run it again.")
    others = reference_answers(setting, taught_model(setting, Stage.RETAIN, seed=other_seed))
    judged = score_answers([*records, *others], setting.judge, [], progress=progress)
    mine, theirs = judged[: len(records)], judged[len(records) :]
    seed, judge = result.config.seed, setting.judge.name
    return GoldCheck(
        run_id=result.run_id,
        method=result.config.method,
        part=result.split.name,
        seed=seed,
        other_seed=other_seed,
        run=gold_of(mine, [one for one in mine if one.model is Stage.UNLEARNED], judge=judge, seed=seed),
        retain=gold_of(mine, theirs, judge=judge, seed=seed),
    )
