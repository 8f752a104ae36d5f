"""How likely a network finds the true answers of a batch, with the change under training or without it."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn

from smfa_bench.models.encoding import IGNORED, Tensors


def answer_logits(network: nn.Module, batch: Tensors) -> tuple[Tensor, Tensor]:
    """Return the logits that predict the answer tokens, float32 [N, vocabulary], and those tokens [N].

    N is the number of answer tokens of the whole batch, row after row.
    """
    logits, labels = _shifted(network, batch)
    answers = labels != IGNORED
    return logits[answers].float(), labels[answers]


def sequence_log_probabilities(network: nn.Module, batch: Tensors) -> Tensor:
    """Return log p(answer | prompt) of each row, summed over the answer's tokens: float32 [B], at most 0."""
    logits, labels = _shifted(network, batch)
    loss = nn.functional.cross_entropy(logits.float().transpose(1, 2), labels, ignore_index=IGNORED, reduction="none")
    return -loss.sum(1)


def answer_lengths(batch: Tensors) -> Tensor:
    """Return the number of answer tokens of each row [B]."""
    return (batch["labels"][:, 1:] != IGNORED).sum(1)


@contextmanager
def vanilla(network: nn.Module) -> Iterator[None]:
    """Within the block the network is the vanilla model: its LoRA matrices are left out, and nothing has a gradient."""
    layers = [module for module in network.modules() if isinstance(module, LoraLayer)]
    for layer in layers:
        layer.enable_adapters(False)
    try:
        with torch.no_grad():
            yield
    finally:
        for layer in layers:
            layer.enable_adapters(True)


def _shifted(network: nn.Module, batch: Tensors) -> tuple[Tensor, Tensor]:
    """Return logits [B, T - 1, vocabulary] and the labels they predict [B, T - 1]."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    return network(**inputs).logits[:, :-1], batch["labels"][:, 1:]
