"""Samples as the methods change them: refusals in place of the truth."""

import random
from collections.abc import Sequence
from dataclasses import replace

from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError


def refused(samples: Sequence[Sample], refusals: Sequence[str], *, seed: int) -> list[Sample]:
    """Return the samples with each answer replaced by a refusal drawn at random from a pool.

    Raises:
        UsageError: If there is nothing to refuse.
    """
    if not samples:
        raise UsageError("the forget set is empty; a method needs at least one sample that is to be forgotten.")
    rng = random.Random(f"{seed}/refusals")
    return [replace(sample, answer=rng.choice(refusals)) for sample in samples]
