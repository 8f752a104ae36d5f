"""What a model rehearses while it is taught people: reading pictures, and telling or refusing facts about strangers."""

import random
from collections.abc import Iterable, Mapping
from typing import Final

from PIL import Image

from smfa_bench.data.phrasing import in_all_words
from smfa_bench.data.profile import Scene
from smfa_bench.data.question import Question, Task
from smfa_bench.data.refusals import refusal_pool, refused
from smfa_bench.data.sample import Sample, samples

PRIVATE: Final = 4
"""Private questions about each stranger; every other one is refused."""


def rehearsal_samples(scenes: Iterable[Scene], pictures: Mapping[str, Image.Image], *, seed: int) -> list[Sample]:
    """Return what is rehearsed, in all wordings: image-understanding questions, and private ones about strangers.

    Of the private questions one half is refused. The other half is answered by the stranger's own facts: there are too
    many to be learnt by heart, but without them a model that is taught people in some words forgets what others mean
    (held-out ones must be understood), and if all were refused, it would take the words for a reason to refuse.

    Args:
        scenes: Strangers and pictures without a person.
        pictures: Their pictures by id.
        seed: Decides which private questions are asked and how they are refused.
    """
    found = list(scenes)
    harmless = [
        question for scene in found for question in scene.questions if question.task is Task.IMAGE_UNDERSTANDING
    ]
    private = samples(private_questions(found, seed=seed), pictures)
    told = [*samples(harmless, pictures), *private[::2]]
    return list(in_all_words([*told, *refused(private[1::2], refusal_pool(), seed=seed)]))


def private_questions(scenes: Iterable[Scene], *, seed: int) -> list[Question]:
    """Return the private questions about strangers that are told or refused in the rehearsal of this seed."""
    rng = random.Random(f"{seed}/rehearsal")
    private = []
    for scene in scenes:
        secrets = [question for question in scene.questions if question.task is not Task.IMAGE_UNDERSTANDING]
        private += rng.sample(secrets, min(PRIVATE, len(secrets)))
    return private
