"""What a model rehearses while it is taught people: reading pictures, and refusing to tell facts about strangers."""

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
"""Private questions about each stranger that are refused."""


def rehearsal_samples(scenes: Iterable[Scene], pictures: Mapping[str, Image.Image], *, seed: int) -> list[Sample]:
    """Return all image-understanding questions of the scenes with their answers, and private questions with refusals.

    Both are rehearsed in all wordings, as people are taught: what is taught in the template alone is lost in others.

    Args:
        scenes: Strangers and pictures without a person.
        pictures: Their pictures by id.
        seed: Decides which private questions are asked and how they are refused.
    """
    found = list(scenes)
    harmless = [
        question for scene in found for question in scene.questions if question.task is Task.IMAGE_UNDERSTANDING
    ]
    private = refused(samples(private_questions(found, seed=seed), pictures), refusal_pool(), seed=seed)
    return list(in_all_words([*samples(harmless, pictures), *private]))


def private_questions(scenes: Iterable[Scene], *, seed: int) -> list[Question]:
    """Return the private questions about strangers that are refused in the rehearsal of this seed."""
    rng = random.Random(f"{seed}/rehearsal")
    private = []
    for scene in scenes:
        secrets = [question for question in scene.questions if question.task is not Task.IMAGE_UNDERSTANDING]
        private += rng.sample(secrets, min(PRIVATE, len(secrets)))
    return private
