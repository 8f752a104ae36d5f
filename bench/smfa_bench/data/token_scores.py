"""What a model thinks of an answer, token by token."""

from smfa_bench.record import Record


class TokenScores(Record):
    """What a model thinks of one answer: a number a token of it, those that end the turn among them."""

    log_p: tuple[float, ...]
    """Natural logarithm of the probability of each token given those before."""
    means: tuple[float, ...]
    """Mean of log p over all tokens that might have stood there, drawn from the model."""
    deviations: tuple[float, ...]
    """Standard deviation of the same, at least 1e-6."""
