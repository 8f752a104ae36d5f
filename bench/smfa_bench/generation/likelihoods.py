"""What a model thinks of answers that it is shown, token by token, and how it goes on when their first words are given.

One pass over the answers gives everything that erasure metrics are made of.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import torch
from torch import Tensor

from smfa_bench.data.sample import Sample
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.errors import BenchError
from smfa_bench.generation.batches import read_batches
from smfa_bench.models.encoding import IGNORED
from smfa_bench.models.vision_language import VisionLanguageModel

LEAST_DEVIATION: Final = 1e-6
"""A place where the model is certain has no spread to divide by."""
_DIGITS: Final = 6


@torch.no_grad()
def likelihoods(vlm: VisionLanguageModel, samples: Sequence[Sample]) -> Iterator[tuple[int, TokenScores]]:
    """Yield place and token scores of the answer of each sample, a batch at a time.

    Args:
        vlm: Who is shown the answers.
        samples: Questions with the answers in question, right or wrong.

    Raises:
        BenchError: If the model's weights are so far astray that its output is NaN.
    """
    for batch in read_batches(vlm, samples):
        (logits, labels), places = batch.tell(), batch.places
        del batch  # holds pictures, which shall be gone before those of the next part are there
        for row, place in enumerate(places):
            told = labels[row] != IGNORED
            yield place, _token_scores(logits[row, told].float().log_softmax(-1), labels[row, told])


@torch.no_grad()
def completions(vlm: VisionLanguageModel, samples: Sequence[Sample], leads: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield place and text of what the model says when the first words of each answer are already said.

    The text begins with those words, cut at the last token of the answer that lies wholly within them; the answer's
    last token is never given.

    Args:
        vlm: Who is asked.
        samples: Questions with their true answers.
        leads: First words of each answer.
    """
    tokenizer = vlm.processor.tokenizer
    for batch in read_batches(vlm, samples, leads=leads):
        told = zip(batch.places, batch.given, batch.say(), strict=True)
        del batch
        for place, given, new in told:
            text: str = tokenizer.decode([*given, *new], skip_special_tokens=True)
            yield place, text.strip()


def _token_scores(logs: Tensor, tokens: Tensor) -> TokenScores:
    """Return the scores of an answer of N tokens; logs [N, vocabulary] are normalised, tokens [N]."""
    chosen = logs.gather(1, tokens[:, None])[:, 0]
    if not torch.isfinite(chosen).all():
        raise BenchError("the model's output is not a number any more; lower the method's learning rate.")
    weights = logs.exp()
    finite = torch.where(weights > 0, logs, 0.0)
    means = (weights * finite).sum(-1)
    deviations = (weights * (finite - means[:, None]) ** 2).sum(-1).sqrt().clamp_min(LEAST_DEVIATION)
    return TokenScores(log_p=_rounded(chosen), means=_rounded(means), deviations=_rounded(deviations))


def _rounded(numbers: Tensor) -> tuple[float, ...]:
    return tuple(round(number, _DIGITS) for number in numbers.tolist())
