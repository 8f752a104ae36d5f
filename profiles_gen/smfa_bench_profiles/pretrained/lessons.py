"""What the projector learns from: conversations about drawn pictures, spelt in the decoder's own chat template."""

import random
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from transformers import LlavaProcessor

from smfa_bench.data.question import Task
from smfa_bench.errors import UsageError
from smfa_bench.models.encoding import IGNORED, Tensors
from smfa_bench_profiles.embedded.pool import Pool, normalise
from smfa_bench_profiles.pretrained.assembly import IMAGE

TURNS: Final = 6
"""Most questions about one picture in a row; the number is drawn anew for each."""

Turn = tuple[str, str]
"""A question and its answer."""


def draw_lessons(pool: Pool, count: int, *, rng: random.Random) -> list[tuple[int, list[Turn]]]:
    """Draw pictures of a pool, each with one to six questions about what is visible."""
    drawn = []
    for _ in range(count):
        place = rng.randrange(len(pool))
        seen = [question for question in pool.scenes[place].questions if question.task is Task.IMAGE_UNDERSTANDING]
        asked = rng.sample(seen, rng.randint(1, min(TURNS, len(seen))))
        drawn.append((place, [(question.text, question.answer) for question in asked]))
    return drawn


def lesson_batch(processor: LlavaProcessor, pool: Pool, lessons: Sequence[tuple[int, list[Turn]]]) -> Tensors:
    """Return the batch of some lessons: what the model says carries loss, all else does not.

    Raises:
        UsageError: If the chat template rewrites what was said before.
    """
    size = processor.image_processor.size
    tokens = IMAGE * ((size["height"] // processor.patch_size) * (size["width"] // processor.patch_size))
    rows, labels = [], []
    for _, turns in lessons:
        ids: list[int] = []
        wanted: list[int] = []
        for text, told in spelt(processor, turns):
            piece = processor.tokenizer(text.replace(IMAGE, tokens), add_special_tokens=False)["input_ids"]
            ids += piece
            wanted += piece if told else [IGNORED] * len(piece)
        rows.append(torch.tensor(ids))
        labels.append(torch.tensor(wanted))
    padded = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=processor.tokenizer.pad_token_id)
    lengths = torch.tensor([len(row) for row in rows])
    mask: Tensor = torch.arange(padded.shape[1])[None] < lengths[:, None]
    return {
        "input_ids": padded,
        "attention_mask": mask.long(),
        "labels": nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=IGNORED),
        "pixel_values": normalise(pool.pixels[[place for place, _ in lessons]]),
    }


def spelt(processor: LlavaProcessor, turns: Sequence[Turn]) -> list[tuple[str, bool]]:
    """Return a conversation about one picture in pieces, each with whether the model is the one who says it."""
    messages: list[dict[str, object]] = []
    pieces: list[tuple[str, bool]] = []
    said = ""
    for number, (question, answer) in enumerate(turns):
        picture = [{"type": "image"}] if number == 0 else []
        messages.append({"role": "user", "content": [*picture, {"type": "text", "text": question}]})
        for message, told in ((None, False), ({"type": "text", "text": answer}, True)):
            if message is not None:
                messages.append({"role": "assistant", "content": [message]})
            whole = processor.apply_chat_template(messages, add_generation_prompt=not told)
            if not whole.startswith(said):
                raise UsageError("the decoder's chat template rewrites earlier turns; choose another decoder.")
            pieces.append((whole[len(said) :], told))
            said = whole
    return pieces
