"""Answers of a model by greedy decoding, and how likely it finds the true ones, in batches of like length."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError
from smfa_bench.generation.batches import read_batches
from smfa_bench.models.encoding import IGNORED
from smfa_bench.models.vision_language import VisionLanguageModel


class Answered(NamedTuple):
    """The answer to one question."""

    place: int
    """Place of the question in the list that was asked."""
    text: str
    probability: float
    """P(true answer | question)^(1 / tokens of the answer), in [0, 1]."""
    tokens: int
    """Number of tokens said, special ones and all."""


@torch.no_grad()
def answer(
    vlm: VisionLanguageModel, samples: Sequence[Sample], *, done: frozenset[int] = frozenset(), share: bool = True
) -> Iterator[list[Answered]]:
    """Yield the answers to all questions, a batch at a time.

    The probability of the true answer is length-normalised as in TOFU (arXiv 2401.06121, section 2.2.2).

    Args:
        vlm: Who is asked.
        samples: The questions with their true answers.
        done: Places of questions that need no answer; a batch is skipped when all of its questions are done.
        share: False reads each question whole.

    Raises:
        BenchError: If the model's weights are so far astray that its output is NaN.
    """
    for batch in read_batches(vlm, samples, done=done, share=share):
        probabilities = _probabilities(*batch.tell())
        tokens = batch.say()
        texts = [text.strip() for text in vlm.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)]
        lengths = map(len, tokens)
        answered = zip(batch.places, texts, probabilities.tolist(), lengths, strict=True)
        del batch  # holds pictures, which shall be gone before those of the next part are there
        yield [Answered(*fields) for fields in answered]


def _probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the geometric mean probability [B] of the labelled tokens of each row; logits [B, T, V], labels [B, T].

    Raises:
        BenchError: If it is NaN.
    """
    tokens, answers = logits.float().flatten(0, 1), labels.flatten()
    losses = nn.functional.cross_entropy(tokens, answers, ignore_index=IGNORED, reduction="none").view_as(labels)
    probabilities = (-losses.sum(1) / (labels != IGNORED).sum(1)).exp()
    if not torch.isfinite(probabilities).all():
        raise BenchError("the model's output is not a number any more; lower the method's learning rate.")
    return probabilities
