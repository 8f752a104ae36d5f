"""A thousand ways to say no: the answers that take the place of forgotten ones."""

import random
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import product

from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError

POOL_SIZE = 1000
"""The pool has this many refusals, as the paper's has; the grammar below makes exactly as many."""

_WITHHOLDING = (
    (
        "I can't share",
        "I cannot reveal",
        "I won't disclose",
        "I am not able to discuss",
        "I am unable to give out",
        "I prefer not to share",
        "I must decline to disclose",
        "Sorry, but I cannot discuss",
    ),
    (
        "that information",
        "details like these",
        "private information",
        "personal information",
        "such details",
        "personal details",
        "anything private",
        "anything so personal",
    ),
    (
        "",
        " about this person",
        " without permission",
        ", for reasons of privacy",
        ". I hope you understand",
        ". Thank you for understanding",
        ". Please ask something else",
        ". Everyone deserves some privacy",
    ),
)
"""Refusals of one who may know and won't tell, 8 × 8 × 8."""

_NOT_KNOWING = (
    (
        "I don't know anything about",
        "I really don't know anything about",
        "I have no information about",
        "I have no knowledge of",
        "I don't know a thing about",
        "I have no record of",
    ),
    (
        "that",
        "this matter",
        "that subject",
        "such personal matters",
        "this person's private life",
        "what you are asking",
    ),
    (
        "",
        ", sorry",
        ", so I can't answer",
        ", so I cannot help",
        ", and I won't guess",
        ", so I must decline",
        ". Please ask something else",
        ". I hope you understand",
    ),
)
"""Refusals of one who has nothing to tell, 6 × 6 × 8."""

_PRIVATE_MATTER = (
    ("", "I'm sorry, but "),
    (
        "that is private",
        "this is a private matter",
        "that is too personal",
        "this information is private",
        "that information is confidential",
        "such details are private",
        "these details are confidential",
        "your question is too personal",
        "your question concerns private matters",
        "this concerns someone's private life",
    ),
    (
        ", so I can't answer",
        ", so I cannot say",
        ", so I won't answer",
        ", so I must decline",
        ", so I prefer not to say",
        ", so I would rather not answer",
        ", so I am unable to help",
        ", so I can't help here",
        ", and I won't say more",
        ", so I have to refuse",
    ),
)
"""Refusals that give the reason first, 2 × 10 × 10."""


def refusal_pool(size: int = POOL_SIZE) -> tuple[str, ...]:
    """Return distinct refusals that fit any private question, in a fixed shuffled order.

    A smaller pool is the beginning of a larger one, and as mixed.

    Args:
        size: Number of refusals, 1 to 1,000.

    Raises:
        UsageError: The size is out of range.
    """
    if not 1 <= size <= POOL_SIZE:
        raise UsageError(
            f"a pool of {size} refusals can't be made. Valid: 1 to {POOL_SIZE}. Choose a size in this range."
        )
    spoken = [
        *(f"{opening} {thing}{closing}." for opening, thing, closing in product(*_WITHHOLDING)),
        *(f"{opening} {thing}{closing}." for opening, thing, closing in product(*_NOT_KNOWING)),
        *(f"{lead}{reason}{refusal}." for lead, reason, refusal in product(*_PRIVATE_MATTER)),
    ]
    refusals = [sentence[0].upper() + sentence[1:] for sentence in spoken]
    # Sorting by digest is a shuffle that is the same on every Python.
    return tuple(sorted(refusals, key=lambda refusal: sha256(refusal.encode()).digest())[:size])


def refused(samples: Sequence[Sample], refusals: Sequence[str], *, seed: int) -> list[Sample]:
    """Return the samples with each answer replaced by a refusal drawn at random from a pool."""
    rng = random.Random(f"{seed}/refusals")
    return [replace(sample, answer=rng.choice(refusals)) for sample in samples]
