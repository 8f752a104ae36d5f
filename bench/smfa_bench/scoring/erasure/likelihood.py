"""What a model thinks of answers that it is shown, whatever it would say itself.

Definitions are those of TOFU (arXiv 2401.06121); P(a|q)^(1/|a|) is the length-normalised probability of
an answer a of |a| tokens.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def answer_probability(log_probabilities: ArrayLike) -> float:
    """Return P(a|q)^(1/|a|) in [0, 1]: the geometric mean of the probabilities of an answer's tokens.

    Args:
        log_probabilities: Natural logarithms [tokens], each at most 0.

    Raises:
        ValueError: If there is no token, or a logarithm is above 0 or NaN.
    """
    return float(np.exp(checked(log_probabilities).mean()))


def multiple_choice(right: float, wrong: Sequence[float]) -> float:
    """Return the share of the right answer in the probability of all choices, in [0, 1], higher is knowing better.

    Args:
        right: Length-normalised probability of the right answer.
        wrong: Those of the wrong ones, at least one.

    Raises:
        ValueError: If there is no wrong answer, a probability is outside [0, 1], or all are 0.
    """
    choices = _probabilities([right, *wrong])
    if len(choices) < 2 or not choices.sum():
        raise ValueError("a choice needs a wrong answer beside the right one, and one of them with a probability.")
    return float(choices[0] / choices.sum())


def truth_ratio(paraphrased: float, perturbed: Sequence[float]) -> float:
    """Return R_truth, from 0 up: how likely wrong answers are beside the right one, in other words than were taught.

    The mean of the wrong answers' probabilities divided by that of the right one. Near 0 for a model that knows the
    fact, around 1 for one that does not. A method is held against the retain model, see `forget_quality`.

    Args:
        paraphrased: Length-normalised probability of the right answer, paraphrased.
        perturbed: Those of wrong answers of the same form, at least one.

    Raises:
        ValueError: If there is no wrong answer, a probability is outside [0, 1], or that of the right answer is 0.
    """
    right, wrong = _probabilities([paraphrased])[0], _probabilities(perturbed)
    if not len(wrong) or not right:
        raise ValueError("a truth ratio needs a wrong answer, and a right one with a probability above 0.")
    return float(wrong.mean() / right)


def checked(log_probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return log probabilities as an array [tokens].

    Raises:
        ValueError: If there is no token, or a logarithm is above 0 or NaN.
    """
    logs = np.asarray(log_probabilities, dtype=np.float64)
    if logs.ndim != 1 or not logs.size or not (logs <= 0).all():
        raise ValueError("log probabilities must be a list of one number or more, each at most 0.")
    return logs


def _probabilities(values: Sequence[float]) -> NDArray[np.float64]:
    found = np.asarray(values, dtype=np.float64)
    if not ((found >= 0) & (found <= 1)).all():
        raise ValueError("a probability must lie between 0 and 1.")
    return found
