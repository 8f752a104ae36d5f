"""Scores of answers: a judge and the rules, applied to whatever was written down."""

from collections.abc import Iterable, Sequence
from typing import Final

from smfa_bench.progress import Progress
from smfa_bench.registry import SCORERS
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.scoring.scorer import Judge, Score, Scorer, prepare

UNTOLD: Final = "a server does not tell how likely the true answer is"


def score_answers(
    records: Sequence[AnswerRecord], judge: Judge, scorers: Iterable[Scorer], *, progress: Progress
) -> list[AnswerRecord]:
    """Return the records with the scores of the judge ("fact", "meaningful"), of every rule, and the probability."""
    rules = list(scorers)
    prepare(judge, [(record.question, record.answer) for record in records], progress=progress)
    progress.stage("scoring", len(records))
    scored = []
    for record in records:
        question = record.question
        scores = {
            "fact": judge.fact(question, record.answer),
            "meaningful": judge.meaningful(question, record.answer),
            "probability": Score(value=record.probability, reason=None if record.probability is not None else UNTOLD),
            **{rule.name: rule(question, record.answer) for rule in rules},
        }
        scored.append(record.model_copy(update={"scores": scores}))
        progress.advance()
    return scored


def installed_scorers() -> list[Scorer]:
    """Return every installed scorer, by name."""
    return [SCORERS.get(name)() for name in SCORERS.entries]
