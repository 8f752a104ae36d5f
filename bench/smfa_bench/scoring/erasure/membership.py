"""Was a text among what a model was trained on? Four attacks on the model's likelihoods; higher: more likely so.

| attack    | score                                                              | from                                |
|-----------|--------------------------------------------------------------------|-------------------------------------|
| LOSS      | mean log p                                                         | Yeom et al., arXiv 1709.01604       |
| zlib      | mean log p / bytes of the text compressed by zlib                  | Carlini et al., arXiv 2012.07805    |
| Min-K%    | mean of the lowest k % of log p                                    | Shi et al., arXiv 2310.16789        |
| Min-K%++  | mean of the lowest k % of (log p - μ) / σ                          | Zhang et al., arXiv 2404.02936      |

log p is that of each token given those before; μ and σ are mean and standard deviation of log p(z) over all tokens z
that might have stood there, drawn from the model.
"""

import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from smfa_bench.scoring.erasure.likelihood import checked


def loss_score(log_probabilities: ArrayLike) -> float:
    """Return the mean log probability of a text's tokens [tokens], at most 0: minus the loss.

    Raises:
        ValueError: If there is no token, or a logarithm is above 0 or NaN.
    """
    return float(checked(log_probabilities).mean())


def zlib_score(log_probabilities: ArrayLike, text: str) -> float:
    """Return the mean log probability divided by the size of the compressed text in bytes, at most 0.

    Raises:
        ValueError: If there is no token, or a logarithm is above 0 or NaN.
    """
    return loss_score(log_probabilities) / len(zlib.compress(text.encode()))


def min_k(log_probabilities: ArrayLike, *, share: float = 0.2) -> float:
    """Return the mean of the lowest log probabilities, at most 0.

    Args:
        log_probabilities: Of the tokens [tokens].
        share: Share of the tokens that is taken, in (0, 1]; at least one token is.

    Raises:
        ValueError: If there is no token, a logarithm is above 0 or NaN, or the share is out of range.
    """
    return _lowest(checked(log_probabilities), share)


def min_k_plus_plus(
    log_probabilities: ArrayLike, means: ArrayLike, deviations: ArrayLike, *, share: float = 0.2
) -> float:
    """Return the mean of the lowest standardised log probabilities.

    Args:
        log_probabilities: Of the tokens [tokens].
        means: μ at each place [tokens], see `moments`.
        deviations: σ at each place [tokens], above 0.
        share: Share of the tokens that is taken, in (0, 1]; at least one token is.

    Raises:
        ValueError: If lengths differ, a deviation is not above 0, or as `min_k`.
    """
    logs = checked(log_probabilities)
    centre, spread = np.asarray(means, dtype=np.float64), np.asarray(deviations, dtype=np.float64)
    if centre.shape != logs.shape or spread.shape != logs.shape or not (spread > 0).all():
        raise ValueError("each token needs a mean and a deviation above 0.")
    return _lowest((logs - centre) / spread, share)


def moments(log_distribution: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return μ and σ of log p(z), z drawn from p, at each place [tokens].

    Args:
        log_distribution: log p of every token of the vocabulary at each place [tokens, vocabulary]; what has -inf is
            never drawn.
    """
    logs = np.asarray(log_distribution, dtype=np.float64)
    weights = np.exp(logs)
    finite = np.where(weights > 0, logs, 0.0)
    means = (weights * finite).sum(axis=-1)
    variances = (weights * (finite - means[..., None]) ** 2).sum(axis=-1)
    return means, np.sqrt(variances)


def _lowest(scores: NDArray[np.float64], share: float) -> float:
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; it must be above 0 and at most 1.")
    count = max(1, int(len(scores) * share))
    return float(np.sort(scores)[:count].mean())
