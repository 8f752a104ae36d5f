"""Answers of a model by greedy decoding, and how likely it finds the true ones, in batches of like length."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError
from smfa_bench.generation.opened import open_prompts
from smfa_bench.generation.plain import generate, tell
from smfa_bench.generation.plan import Round, batch_plan, find_groups, make_rounds
from smfa_bench.generation.shared import decode, read
from smfa_bench.generation.sharing import end_tokens, rows_that_share
from smfa_bench.models.encoding import IGNORED, Example, encode
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


Told = tuple[tuple[int, ...], Tensor, list[list[int]]]
"""Of a batch: the places of its questions, the probabilities of their true answers [B], the tokens said."""


@torch.no_grad()
def answer(
    vlm: VisionLanguageModel, samples: Sequence[Sample], *, done: frozenset[int] = frozenset(), share: bool = True
) -> Iterator[list[Answered]]:
    """Yield the answers to all questions, a batch at a time.

    What the prompts about a picture begin with, the picture itself above all, is read once for all of them, if the
    model allows it; otherwise each question is read whole. The probability of the true answer is length-normalised as
    in TOFU (arXiv 2401.06121, section 2.2.2).

    Args:
        vlm: Who is asked.
        samples: The questions with their true answers.
        done: Places of questions that need no answer; a batch is skipped when all of its questions are done.
        share: False reads each question whole.

    Raises:
        BenchError: If the model's weights are so far astray that its output is NaN.
    """
    examples = encode(vlm, samples)
    groups = find_groups(vlm, examples) if share else None
    rows = rows_that_share(vlm, examples, groups) if groups else None
    if groups and rows:
        told = _sharing(vlm, examples, make_rounds(examples, groups, rows), done)
    else:
        told = _plainly(vlm, examples, done)
    for places, probabilities, tokens in told:
        texts = [text.strip() for text in vlm.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)]
        lengths = map(len, tokens)
        yield [Answered(*fields) for fields in zip(places, texts, probabilities.tolist(), lengths, strict=True)]


def _sharing(
    vlm: VisionLanguageModel, examples: Sequence[Example], rounds: Sequence[Round], done: frozenset[int]
) -> Iterator[Told]:
    ends = end_tokens(vlm)
    for one in rounds:
        batches = [places for places in one.batches if not done.issuperset(places)]
        if not batches:
            continue
        # Read whole even if some are done: an interrupted run reads in the same batches as one that was not.
        opened = open_prompts(vlm, [examples[group.places[0]] for group in one.groups], one.groups[0].opening)
        row = {place: number for number, group in enumerate(one.groups) for place in group.places}
        for places in batches:
            reading = read(vlm, opened, [row[place] for place in places], [examples[place] for place in places])
            probabilities = _probabilities(reading.logits, reading.labels)
            yield places, probabilities, decode(vlm, reading, ends)


def _plainly(vlm: VisionLanguageModel, examples: Sequence[Example], done: frozenset[int]) -> Iterator[Told]:
    for places in batch_plan([(example.prompt_length,) for example in examples], vlm.spec.answer_batch_size):
        if not done.issuperset(places):
            batch = [examples[place] for place in places]
            yield places, _probabilities(*tell(vlm, batch)), generate(vlm, batch)


def _probabilities(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the geometric mean probability [B] of the labelled tokens of each row; logits [B, T, V], labels [B, T].

    Raises:
        BenchError: If it is NaN.
    """
    losses = nn.functional.cross_entropy(logits.float().transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
    probabilities = (-losses.sum(1) / (labels != IGNORED).sum(1)).exp()
    if not torch.isfinite(probabilities).all():
        raise BenchError("the model's output is not a number any more; lower the method's learning rate.")
    return probabilities
