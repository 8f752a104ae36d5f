"""Samples as the methods change them: refusals in place of the truth."""

import random
from collections.abc import Sequence
from dataclasses import replace

from smfa_bench.data.sample import Sample


def refused(samples: Sequence[Sample], refusals: Sequence[str], *, seed: int) -> list[Sample]:
    """Return the samples with each answer replaced by a refusal drawn at random from a pool."""
    rng = random.Random(f"{seed}/refusals")
    return [replace(sample, answer=rng.choice(refusals)) for sample in samples]
