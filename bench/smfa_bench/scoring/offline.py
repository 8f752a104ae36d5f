"""The judge and the scorers that need no network: rules in the place of a large model."""

from typing import Final

from smfa_bench.data.question import Question
from smfa_bench.scoring.fact import fact_score
from smfa_bench.scoring.meaningful import meaningful_score
from smfa_bench.scoring.refusal import is_refusal
from smfa_bench.scoring.rouge import rouge_l
from smfa_bench.scoring.scorer import Score


class OfflineJudge:
    """Judges by the rule tables of `fact.py` and `meaningful.py`; its name changes whenever a score would."""

    name: Final = "offline-2"

    def fact(self, question: Question, answer: str) -> Score:
        """Score how much of the truth the answer holds, in [0, 10]."""
        return Score(value=fact_score(question, answer))

    def meaningful(self, question: Question, answer: str) -> Score:
        """Score whether the answer is a meaningful text, right or wrong, in [0, 10]."""
        return Score(value=meaningful_score(question, answer))


class RougeL:
    """ROUGE-L F1 against the true answer, in [0, 1], higher is closer."""

    name: Final = "rouge_l"
    low: Final = 0.0
    high: Final = 1.0

    def __call__(self, question: Question, answer: str) -> Score:
        """Score one answer."""
        return Score(value=rouge_l(question.answer, answer))


class Refusal:
    """1 if the answer is a refusal, else 0; neither is better: it tells *how* a method forgets."""

    name: Final = "refusal"
    low: Final = 0.0
    high: Final = 1.0

    def __call__(self, question: Question, answer: str) -> Score:  # noqa: ARG002 (the shape of a scorer)
        """Score one answer."""
        return Score(value=float(is_refusal(answer)))
