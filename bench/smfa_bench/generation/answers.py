"""Answers of a model by greedy decoding, and how likely it finds the true ones, in batches of like length."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel


class Answered(NamedTuple):
    """The answer to one question."""

    place: int
    """Place of the question in the list that was asked."""
    text: str
    probability: float
    """P(true answer | question)^(1 / tokens of the answer), in [0, 1]."""


def batch_plan(lengths: Sequence[int], batch_size: int) -> list[tuple[int, ...]]:
    """Return the places of the examples of each batch, longest first: the same lengths give the same batches."""
    order = sorted(range(len(lengths)), key=lambda place: (-lengths[place], place))
    return [tuple(order[start : start + batch_size]) for start in range(0, len(order), batch_size)]


@torch.no_grad()
def answer(
    vlm: VisionLanguageModel, samples: Sequence[Sample], *, done: frozenset[int] = frozenset()
) -> Iterator[list[Answered]]:
    """Yield the answers to all questions, a batch at a time.

    The probability of the true answer is length-normalised as in TOFU (arXiv 2401.06121, section 2.2.2).

    Args:
        vlm: Who is asked.
        samples: The questions with their true answers.
        done: Places of questions that need no answer; a batch is skipped when all of its questions are done.

    Raises:
        BenchError: If the model's weights are so far astray that its output is NaN.
    """
    examples = encode(vlm, samples)
    tokenizer = vlm.processor.tokenizer
    for places in batch_plan([example.prompt_length for example in examples], vlm.spec.answer_batch_size):
        if done.issuperset(places):
            continue
        batch = [examples[place] for place in places]
        asked = collate(vlm, batch, for_generation=True)
        output = vlm.model.generate(
            **asked, do_sample=False, max_new_tokens=vlm.spec.max_new_tokens, pad_token_id=tokenizer.pad_token_id
        )
        new = output[:, asked["input_ids"].shape[1] :]
        texts = [text.strip() for text in tokenizer.batch_decode(new, skip_special_tokens=True)]
        told = collate(vlm, batch, for_generation=False)
        labels = told.pop("labels")
        probabilities = _probabilities(vlm.model(**told).logits, labels)
        if not torch.isfinite(probabilities).all():
            raise BenchError("the model's output is not a number any more; lower the method's learning rate.")
        yield [Answered(*fields) for fields in zip(places, texts, probabilities.tolist(), strict=True)]


def _probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the geometric mean probability [B] of the labelled tokens of each row; logits [B, T, V], labels [B, T]."""
    targets = labels[:, 1:]
    losses = nn.functional.cross_entropy(
        logits[:, :-1].float().transpose(1, 2), targets, ignore_index=IGNORED, reduction="none"
    )
    return (-losses.sum(1) / (targets != IGNORED).sum(1)).exp()
