"""The answers of a submitted run, beside the questions that its data gives."""

from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import AnswerRecord
from smfa_bench_leaderboard.asked import asked_again
from smfa_bench_leaderboard.packing import unpack_answers
from smfa_bench_leaderboard.submission import SubmittedRun


def run_answers(run: SubmittedRun) -> list[AnswerRecord]:
    """Return every answer of a run, without scores, those of a model together.

    Raises:
        DamagedFileError: If the answers can't be unpacked, the data can't be made again or is not what is claimed, or
            the answers are not one of each model with a result to each question.
    """
    columns = unpack_answers(run.answers)
    if columns.answers.keys() != run.result.models.keys():
        answered, measured = (", ".join(sorted(models)) for models in (columns.answers, run.result.models))
        raise DamagedFileError(f"there are answers of the models {answered}, but results of {measured}.")
    return columns.beside(asked_again(run.result, answers=columns.questions))
