"""MANU (arXiv 2502.15910): silence neurons that matter more to the forgotten people than to the kept; no training."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

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
from smfa_bench_methods.manu_measures import TINY, measured


class ManuConfig(MethodConfig):
    """Options of MANU."""

    share: float = Field(default=0.2, gt=0, le=1, description="Share of all neurons that are silenced.")


class Manu(Method):
    """W_down with the columns of the neurons set to 0 whose I(forget) / I(retain) is the highest, over all blocks.

    I is the sum of the paper's four measures. A neuron is an entry of what enters the last linear layer of a block's
    MLP. Our reading: activations are those that predict answer tokens; the paper asks each question with a picture and
    without, we set the questions that show one against those that don't; neurons of the vision tower are left alone.
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
        forget, kept = (importance(model, samples, linears) for samples in (data.forget, data.few_shot))
        scores = {name: score / (kept[name] + TINY) for name, score in forget.items()}
        silenced = highest(scores, share=config.share)
        deltas = {
            name: -model.weight(name).detach().float().cpu() * chosen
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


def importance(
    vlm: VisionLanguageModel, samples: Sequence[Sample], linears: Mapping[str, nn.Linear]
) -> dict[str, Tensor]:
    """Return MANU's importance of each neuron to a set of samples, float32 [in] by layer; at least 0.

    Args:
        vlm: The model.
        samples: With a picture, without, or both.
        linears: Layers whose inputs are the neurons.
    """
    kinds = ([sample for sample in samples if sample.pictured == pictured] for pictured in (True, False))
    pictured, text = (activations(vlm, kind, linears) for kind in kinds)
    return {name: measured(pictured[name], text[name]) for name in linears}


@torch.no_grad()
def activations(
    vlm: VisionLanguageModel, samples: Sequence[Sample], linears: Mapping[str, nn.Linear]
) -> dict[str, Tensor]:
    """Return what enters layers where answer tokens are predicted, float32 [N, in] by layer, N the number of tokens."""
    inputs = {name: [torch.empty(0, linear.in_features)] for name, linear in linears.items()}
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
    return {name: torch.cat(seen) for name, seen in inputs.items()}


def highest(scores: Mapping[str, Tensor], *, share: float) -> dict[str, Tensor]:
    """Return which neurons have the highest scores of all layers together, bool [in] by layer; at least one."""
    every = torch.cat(list(scores.values()))
    chosen = torch.zeros(len(every), dtype=torch.bool)
    chosen[every.topk(max(1, round(share * len(every)))).indices] = True
    parts = chosen.split([len(score) for score in scores.values()])
    return dict(zip(scores, parts, strict=True))
