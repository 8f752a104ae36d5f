"""Draws that give the same sequence on every Python: they use nothing of a generator but `random()`."""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Option = TypeVar("Option")


def choose(rng: random.Random, options: Sequence[Option]) -> Option:
    """Return one of the options, each as likely as the other."""
    return options[int(rng.random() * len(options))]


def choose_weighted(rng: random.Random, weights: Mapping[Option, float]) -> Option:
    """Return one of the keys, as likely as its share of the sum of the weights."""
    left = rng.random() * sum(weights.values())
    for option, weight in weights.items():
        left -= weight
        if left < 0:
            return option
    return option


def between(rng: random.Random, low: float, high: float) -> float:
    """Return a number from `low` to `high`, rounded to 3 decimals."""
    return round(low + (high - low) * rng.random(), 3)
