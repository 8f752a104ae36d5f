"""General knowledge: short questions that have nothing to do with anybody, which unlearning must not touch."""

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image

from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench.data.sample import Sample, samples

FILE: Final = Path(__file__).with_suffix(".jsonl")
BLANK: Final = "blank"
"""Id of the picture that shows nothing."""


class Knowledge(StrEnum):
    """How general knowledge is asked for."""

    TEXT = "text"
    PICTURE = "picture"
    """Beside a white picture, so that the eyes take part."""


@cache
def knowledge_questions(form: Knowledge) -> tuple[Question, ...]:
    """Return all questions, the same ones in both forms; each is a subject of its own."""
    shown = form is Knowledge.PICTURE
    questions = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()):
        entry = json.loads(line)
        subject = f"k{number:04d}"
        fact = KeyFact(kind=entry["kind"], value=entry["value"], alternatives=tuple(entry["alternatives"]))
        task = Task.IMAGE_MEMORY if shown else Task.TEXT_MEMORY
        questions.append(
            Question(
                id=f"{subject}/{task}/{entry['topic']}",
                subject=subject,
                task=task,
                topic=entry["topic"],
                picture=BLANK if shown else None,
                text=entry["text"],
                answer=entry["answer"],
                key_facts=(fact,),
            )
        )
    return tuple(questions)


def knowledge_samples(form: Knowledge, *, picture_size: int) -> tuple[Sample, ...]:
    """Return the questions as a model is asked them.

    Args:
        form: With a white picture or without.
        picture_size: Its edge in pixels.
    """
    return samples(knowledge_questions(form), {BLANK: Image.new("RGB", (picture_size, picture_size), "white")})
