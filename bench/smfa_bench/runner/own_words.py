"""What a base model says to everyday questions: rehearsed while it is taught people, it is not lost to refusals."""

import re
from dataclasses import replace
from typing import Final

from smfa_bench.data.everyday import everyday_questions
from smfa_bench.data.sample import Sample, samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress

SENTENCES: Final = re.compile(r".*[.!?]", re.DOTALL)


def own_words(vlm: VisionLanguageModel, *, progress: Progress) -> list[Sample]:
    """Return everyday questions with the answers of the model itself, to their last whole sentence.

    Questions that it has not a whole sentence for are left out. This is self-synthesized rehearsal (arXiv 2403.01244),
    with questions that are written down instead of made up by the model.

    Args:
        vlm: The base model, before it is taught.
        progress: Is told of the stage.
    """
    asked = samples(everyday_questions(), {})
    progress.stage("everyday questions to the base model", len(asked))
    found: dict[int, str] = {}
    for batch in answer(vlm, asked):
        for one in batch:
            found[one.place] = whole_sentences(one.text)
            progress.advance()
    return [replace(sample, answer=found[place]) for place, sample in enumerate(asked) if found[place]]


def whole_sentences(text: str) -> str:
    """Return a text to the end of its last whole sentence; "" if it has none."""
    whole = SENTENCES.match(text)
    return whole[0].strip() if whole else ""
