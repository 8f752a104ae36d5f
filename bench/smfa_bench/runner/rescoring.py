"""A finished run scored again, from its saved answers alone."""

from pathlib import Path

from smfa_bench.progress import Progress
from smfa_bench.results.answer import write_answers
from smfa_bench.results.judged import judged
from smfa_bench.results.result import RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.store import ANSWERS, read_run, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.appoint import appoint
from smfa_bench.storage import locked


def rescore(folder: Path, judge: str, *, progress: Progress) -> RunResult:
    """Score the saved answers of a run without any model, write the result anew and return it as this judge sees it.

    What other judges said stays beside it; what the same judge said before is replaced.

    Raises:
        DamagedFileError: If the result or an answer can't be read; nothing is changed then.
    """
    chosen = appoint(judge)
    with locked(folder / ".lock"):
        result, records = read_run(folder)
        records = score_answers(records, chosen, installed_scorers(), progress=progress)
        seed = result.config.seed
        others = {name: one for name, one in result.judged.items() if name != chosen.name}
        found = judged(records, chosen, appointed=judge, seed=seed)
        update = {"unjudged": summarise(records, seed=seed), "judged": others | {chosen.name: found}}
        renewed = result.model_copy(update=update)
        write_answers(folder / ANSWERS, records)
        write_result(folder, renewed)
    return renewed.by(chosen.name)
