"""Scores of answers: a judge and the rules, applied to whatever was written down."""

from collections.abc import Iterable, Sequence

from smfa_bench.progress import Progress
from smfa_bench.registry import SCORERS
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.scoring.scorer import Judge, Score, Scorer, prepare
from smfa_bench.scoring.verdict import Verdict


def score_answers(
    records: Sequence[AnswerRecord], judge: Judge, scorers: Iterable[Scorer], *, progress: Progress
) -> list[AnswerRecord]:
    """Return the records with a verdict of the judge, and anew the scores of every rule and the probability.

    Verdicts of other judges stay; those of the same judge are replaced and come last.
    """
    rules = list(scorers)
    prepare(judge, [(record.question, record.answer) for record in records], progress=progress)
    progress.stage("scoring", len(records))
    scored = []
    for record in records:
        question = record.question
        scores = {
            "probability": Score(value=record.probability),
            **{rule.name: rule(question, record.answer) for rule in rules},
        }
        others = {name: verdict for name, verdict in record.verdicts.items() if name != judge.name}
        verdict = Verdict(
            fact=judge.fact(question, record.answer), meaningful=judge.meaningful(question, record.answer)
        )
        update = {"scores": scores, "verdicts": others | {judge.name: verdict}}
        scored.append(record.model_copy(update=update))
        progress.advance()
    return scored


def installed_scorers() -> list[Scorer]:
    """Return every installed scorer, by name."""
    return [SCORERS.get(name)() for name in SCORERS.entries]
