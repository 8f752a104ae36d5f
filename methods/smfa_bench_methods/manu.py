"""MANU (arXiv 2502.15910): silence neurons that matter more to the forgotten people than to the kept; no training."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from smfa_bench.config import MethodConfig
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.method import Method
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.dense_adapter import DenseAdapter

TINY: Final = 1e-6
"""Keeps a neuron that the kept people never excite from an infinite ratio."""


class ManuConfig(MethodConfig):
    """Options of MANU."""

    share: float = Field(default=0.05, gt=0, le=1, description="Share of all neurons that are silenced.")


class Manu(Method):
    """W_down with the columns of the neurons set to 0 whose I(forget) / I(retain) is the highest, over all blocks.

    A neuron is an entry of what enters the last linear layer of a block's MLP. Our reading: activations are those that
    predict answer tokens; the ratio is taken for picture and text questions apart and summed; there is no chance in it.
    """

    Config = ManuConfig
    seeded = False

    def unlearn(
        self,
        model: VisionLanguageModel,
        data: UnlearnData,
        *,
        seed: int,  # noqa: ARG002
        progress: Progress,  # noqa: ARG002
    ) -> DenseAdapter:
        """Rank the neurons and silence the first of them.

        Raises:
            UsageError: If a set is empty.
            BenchError: If the decoder has no MLP that can be told from its attention.
        """
        config = cast(ManuConfig, self.config)
        if not data.forget or not data.few_shot:
            raise UsageError("the forget set or the few-shot retain set is empty; MANU compares one with the other.")
        linears = output_linears(model)
        scores = {name: torch.zeros(linear.in_features) for name, linear in linears.items()}
        for pictured in (True, False):
            forget, kept = (_of_kind(samples, pictured=pictured) for samples in (data.forget, data.few_shot))
            if forget and kept:
                excited, spared = (importance(model, samples, linears) for samples in (forget, kept))
                for name, score in scores.items():
                    score += excited[name] / (spared[name] + TINY)
        silenced = highest(scores, share=config.share)
        deltas = {
            name: -linears[name].weight.detach().float().cpu() * chosen
            for name, chosen in silenced.items()
            if chosen.any()
        }
        return DenseAdapter(model.fingerprint(), deltas, curves={})


def output_linears(model: VisionLanguageModel) -> dict[str, nn.Linear]:
    """Return the last linear layer of each block's MLP by name: it alone leads from another width to the decoder's.

    Raises:
        BenchError: If there is none.
    """
    width = model.model.get_input_embeddings().embedding_dim
    found = {
        name: linear
        for name, linear in model.decoder_linears().items()
        if linear.out_features == width and "mlp" in name.lower()
    }
    if not found:
        raise BenchError("MANU found no MLP in the decoder: no linear layer of a part called mlp leads to its width.")
    return found


@torch.no_grad()
def importance(
    vlm: VisionLanguageModel, samples: Sequence[Sample], linears: Mapping[str, nn.Linear]
) -> dict[str, Tensor]:
    """Return how much each neuron takes part in answering, float32 [in] by layer; at least 0.

    The sum of the paper's four measures over the activations z that predict answer tokens: the mean of |z|, the share
    of z > 0, the standard deviation of z and the root of the mean of z².

    Args:
        vlm: The model.
        samples: At least one.
        linears: Layers whose inputs are the neurons.
    """
    inputs: dict[str, list[Tensor]] = {name: [] for name in linears}
    answered = torch.empty(0, dtype=torch.bool)
    hooks = []
    for name, linear in linears.items():

        def keep(_: nn.Module, given: tuple[Any, ...], seen: list[Tensor] = inputs[name]) -> None:
            seen.append(given[0].flatten(0, -2)[answered].float().cpu())

        hooks.append(linear.register_forward_pre_hook(keep))
    try:
        for example in encode(vlm, samples):  # one at a time: no padding gets in
            batch = collate(vlm, [example], for_generation=False)
            labels = batch.pop("labels")[0]
            answered = torch.cat([labels[1:] != IGNORED, labels.new_zeros(1, dtype=torch.bool)])
            vlm.model(**batch)
    finally:
        for hook in hooks:
            hook.remove()
    return {name: measured(torch.cat(seen)) for name, seen in inputs.items()}


def measured(activations: Tensor) -> Tensor:
    """Return the sum of MANU's four measures of each neuron [in] from its activations [N, in]."""
    spread = activations.std(0, unbiased=False)
    root = activations.square().mean(0).sqrt()
    return activations.abs().mean(0) + (activations > 0).float().mean(0) + spread + root


def highest(scores: Mapping[str, Tensor], *, share: float) -> dict[str, Tensor]:
    """Return which neurons have the highest scores of all layers together, bool [in] by layer; at least one."""
    every = torch.cat(list(scores.values()))
    chosen = torch.zeros(len(every), dtype=torch.bool)
    chosen[every.topk(max(1, round(share * len(every)))).indices] = True
    parts = chosen.split([len(score) for score in scores.values()])
    return dict(zip(scores, parts, strict=True))


def _of_kind(samples: Sequence[Sample], *, pictured: bool) -> list[Sample]:
    return [sample for sample in samples if (sample.picture is not None) == pictured]
