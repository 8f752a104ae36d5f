"""How much a model's answers depend on each weight: the diagonal of the empirical Fisher information."""

from collections.abc import Sequence

import torch
from torch import Tensor

from smfa_bench.data.sample import Sample
from smfa_bench.errors import UsageError
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.quantization import is_packed
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.training.loop import cross_entropy


def importance(vlm: VisionLanguageModel, samples: Sequence[Sample], *, batch_size: int) -> dict[str, Tensor]:
    """Return (∂L/∂w)² of every weight of the decoder's linear layers, the mean over batches; [out, in] by layer.

    L is the mean cross-entropy of a batch's answer tokens. No gradient is left in the model.

    Args:
        vlm: The model.
        samples: At least one; taken in their order.
        batch_size: Samples in a batch; 1 gives the Fisher information of single samples.

    Raises:
        UsageError: If the weights are packed, so that there is no gradient by them.
    """
    linears = vlm.decoder_linears()
    if any(map(is_packed, linears.values())):
        raise UsageError("there is no gradient by packed weights, which the method needs; leave --quantization out.")
    weights = [linear.weight for linear in linears.values()]
    before = [weight.requires_grad for weight in weights]
    examples = encode(vlm, samples)
    batches = [examples[first : first + batch_size] for first in range(0, len(examples), batch_size)]
    totals = [torch.zeros_like(weight, dtype=torch.float32, requires_grad=False) for weight in weights]
    try:
        for weight in weights:
            weight.requires_grad_(True)
        for batch in batches:
            loss = cross_entropy(vlm.model, collate(vlm, batch, for_generation=False))
            for total, gradient in zip(totals, torch.autograd.grad(loss, weights), strict=True):
                total += gradient.float().square()
    finally:
        for weight, flag in zip(weights, before, strict=True):
            weight.requires_grad_(flag)
    return {name: (total / len(batches)).cpu() for name, total in zip(linears, totals, strict=True)}
