"""A finished run scored again, from its saved answers alone."""

from pathlib import Path

from smfa_bench.errors import DamagedFileError
from smfa_bench.progress import Progress
from smfa_bench.results.answer import read_answers, write_answers
from smfa_bench.results.result import RunResult
from smfa_bench.results.score import installed_scorers, score_answers
from smfa_bench.results.store import ANSWERS, read_result, write_result
from smfa_bench.results.summary import summarise
from smfa_bench.scoring.appoint import appoint


def rescore(folder: Path, judge: str, *, progress: Progress) -> RunResult:
    """Score the saved answers of a run again, without any model, and write the result anew.

    Raises:
        DamagedFileError: If the result or an answer can't be read; nothing is changed then.
    """
    result = read_result(folder)
    chosen = appoint(judge)
    records = read_answers(folder / ANSWERS)
    cells = [(name, cell) for model in result.models.values() for name, cell in model.cells.items()]
    asked = sum(cell.n + cell.missing for name, cell in cells if name.endswith(".fact"))
    if len(records) != asked:
        raise DamagedFileError(
            f"{folder / ANSWERS} holds {len(records)} answers, the run made {asked}; delete the run and run again."
        )
    records = score_answers(records, chosen, installed_scorers(), progress=progress)
    models = summarise(records, seed=result.config.seed)
    renewed = result.model_copy(update={"models": models, "judge": chosen.name})
    write_answers(folder / ANSWERS, records)
    write_result(folder, renewed)
    return renewed
