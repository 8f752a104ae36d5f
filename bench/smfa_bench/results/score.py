"""Scores of answers: a judge and the rules, applied to whatever was written down."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from smfa_bench.progress import Progress
from smfa_bench.registry import SCORERS
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.scoring.scorer import Judge, Score, Scorer, prepare
from smfa_bench.scoring.verdict import Verdict

log = logging.getLogger(__name__)

UNTOLD: Final = "a server does not tell how likely the true answer is"


def score_answers(
    records: Sequence[AnswerRecord], judge: Judge, scorers: Iterable[Scorer], *, progress: Progress
) -> list[AnswerRecord]:
    """Return the records with a verdict of the judge, and anew the scores of every rule and the probability.

    Verdicts of other judges stay; those of the same judge are replaced and come last. A score follows from question and
    answer alone, so that what several models say alike is scored once.
    """
    rules = list(scorers)
    prepare(judge, [(record.question, record.answer) for record in records], progress=progress)
    progress.stage("scoring", len(records))
    known: dict[tuple[str, str, str], tuple[dict[str, Score], Verdict]] = {}
    scored = []
    for record in records:
        question, answer = record.question, record.answer
        key = (question.id, question.text, answer)
        if key not in known:
            verdict = Verdict(fact=judge.fact(question, answer), meaningful=judge.meaningful(question, answer))
            known[key] = {rule.name: rule(question, answer) for rule in rules}, verdict
        scores, verdict = known[key]
        probability = Score(value=record.probability, reason=None if record.probability is not None else UNTOLD)
        others = {name: told for name, told in record.verdicts.items() if name != judge.name}
        update = {"scores": {"probability": probability, **scores}, "verdicts": others | {judge.name: verdict}}
        scored.append(record.model_copy(update=update))
        progress.advance()
    return scored


def installed_scorers() -> list[Scorer]:
    """Return every installed scorer, by name; one that is broken is named in a warning and left out."""
    found: list[Scorer] = []
    for name in SCORERS.entries:
        try:
            scorer: Scorer = SCORERS.get(name)()
            if not isinstance(scorer.name, str):
                raise TypeError("its name is no text")
        except Exception as error:  # whatever a package of others does, the scores of all else are to be had
            log.warning("scorer %s is left out: %s", name, error)
        else:
            found.append(scorer)
    return found
