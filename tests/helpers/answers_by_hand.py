"""What a network thinks of a true answer, read off its logits one sample and one token at a time."""

import torch
from torch import Tensor

from smfa_bench.data.sample import Sample
from smfa_bench.models.encoding import encode
from smfa_bench.models.vision_language import VisionLanguageModel


@torch.no_grad()
def answer_logits_by_hand(vlm: VisionLanguageModel, sample: Sample) -> tuple[Tensor, list[int]]:
    """Return the logits before each answer token [N, vocabulary] and the answer's tokens."""
    [example] = encode(vlm, [sample])
    inputs = {name: tensor[None] for name, tensor in example.tokens.items()} | example.picture
    logits = vlm.model(**inputs).logits[0]
    tokens = example.tokens["input_ids"].tolist()
    first = example.prompt_length
    return logits[first - 1 : len(tokens) - 1], tokens[first:]


def token_log_probabilities_by_hand(vlm: VisionLanguageModel, sample: Sample) -> list[float]:
    """Return log p of each token of the true answer."""
    logits, tokens = answer_logits_by_hand(vlm, sample)
    return [logits[at].log_softmax(-1)[token].item() for at, token in enumerate(tokens)]


def loss_by_hand(vlm: VisionLanguageModel, sample: Sample) -> float:
    """Return the mean of -log p over the answer's tokens."""
    found = token_log_probabilities_by_hand(vlm, sample)
    return -sum(found) / len(found)
