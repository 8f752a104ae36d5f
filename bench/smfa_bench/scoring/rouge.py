"""ROUGE-L: the longest common subsequence of an answer and the true answer.

Settings are those of TOFU's published evaluation (package `rouge-score`, Porter stemmer on), with F1 in place of
TOFU's recall: recall rewards an answer for being long, and a model that says everything would win.
"""

from functools import lru_cache
from typing import Final

from rouge_score import rouge_scorer  # type: ignore[import-untyped]
from rouge_score.tokenizers import DefaultTokenizer  # type: ignore[import-untyped]


class _Stems:
    """The package's own tokenizer, which reads a text once: most of its time goes into stems, and truths come back."""

    def __init__(self) -> None:
        self.tokenize: Final = lru_cache(maxsize=2**14)(DefaultTokenizer(use_stemmer=True).tokenize)


_SCORER: Final = rouge_scorer.RougeScorer(["rougeL"], tokenizer=_Stems())


def rouge_l(truth: str, answer: str) -> float:
    """Return ROUGE-L F1 in [0, 1], higher is closer to the truth.

    Only the letters a-z and digits are read; a text without any of them scores 0.
    """
    return float(_SCORER.score(truth, answer)["rougeL"].fmeasure)
