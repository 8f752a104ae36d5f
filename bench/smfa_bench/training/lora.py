"""Training LoRA matrices on the decoder's linear layers, by peft; the model itself does not change."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from peft import LoraConfig as PeftConfig
from peft import get_peft_model
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn

from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError, UsageError
from smfa_bench.models.encoding import Tensors, encode_wordings
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.processes import own_part
from smfa_bench.progress import Progress
from smfa_bench.training.attending import attending
from smfa_bench.training.batches import BatchPlan
from smfa_bench.training.fused import fused
from smfa_bench.training.loop import LoopSettings, cross_entropy, precision, train
from smfa_bench.training.precision import overflow_advice
from smfa_bench.training.reading import reading
from smfa_bench.training.recomputing import recomputing
from smfa_bench.training.validating import watch

Loss = Callable[[nn.Module, Sequence[Tensors]], Tensor]
"""Maps the model under training and one batch of each stream of samples to a loss, a scalar."""


@dataclass(frozen=True)
class LoraTraining:
    """What a training left."""

    factors: dict[str, LowRank]
    """By full name of the linear layer."""
    losses: list[float]


def train_lora(
    vlm: VisionLanguageModel,
    streams: Sequence[Sequence[Sample]],
    config: LoraConfig,
    *,
    title: str,
    seed: int,
    progress: Progress,
    loss: Loss = lambda model, batches: cross_entropy(model, batches[0]),
    occasional: Sequence[Sample] = (),
    share: float = 0.0,
    only: Collection[str] | None = None,
) -> LoraTraining:
    """Train fresh LoRA matrices and return them; the model's weights and modules are as before.

    Args:
        vlm: The model.
        streams: Lists of samples; each step draws one batch of each. The first decides the number of steps, the
            others begin anew when they end.
        config: Resolved options: rank, scale, rates.
        title: Name of the stage.
        seed: Decides the initial matrices, the order of samples and dropout.
        progress: Is told of the stage.
        loss: What is minimised; the mean cross-entropy of the first stream's batch unless given.
        occasional: Samples of which a share, drawn anew, joins each epoch of the first stream.
        share: That share, in [0, 1].
        only: Full names of the linear layers that get matrices; all of the decoder's unless given.

    Raises:
        UsageError: If a stream is empty or the options are not resolved.
        BenchError: If a matrix landed outside the decoder, the loss left the numbers, or a matrix never moved.
    """
    if any(not stream for stream in streams):
        raise UsageError(f"{title}: a list of training samples is empty; choose a larger forget or few-shot set.")
    if config.epochs is None or config.learning_rate is None or config.batch_size is None:
        raise UsageError("epochs, learning rate or batch size is open; call config.resolved(model.spec.adapting).")
    first, *others = [encode_wordings(vlm, stream) for stream in streams]
    joining = encode_wordings(vlm, occasional)
    every = [example for part in (first, joining, *others) for wordings in part for example in wordings]
    linears = [name for name in vlm.decoder_linears() if only is None or name in only]
    trainable_before = {name: parameter.requires_grad for name, parameter in vlm.model.named_parameters()}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        wrapped = get_peft_model(
            vlm.model,
            PeftConfig(r=config.rank, lora_alpha=config.alpha, lora_dropout=config.dropout, target_modules=linears),
        )
        try:
            layers = {
                name.removeprefix("base_model.model."): module
                for name, module in wrapped.named_modules()
                if isinstance(module, LoraLayer)
            }
            if set(layers) != set(linears):
                raise BenchError(f"LoRA landed on {sorted(set(layers) ^ set(linears))[:3]}, not on the decoder alone.")
            parameters = {name: value for name, value in wrapped.named_parameters() if value.requires_grad}
            for layer in layers.values():
                layer.lora_dropout.eval()
            with (
                recomputing(vlm),
                reading(vlm, every, parameters) as reader,
                attending(vlm, longest=max(map(len, every)), mixed=precision() == "bf16"),
            ):
                plan = partial(BatchPlan, batch_size=config.batch_size, seed=seed, packed=reader.shares)
                plans = [plan(first, occasional=joining, share=share), *map(plan, others)]
                settings = LoopSettings(config.epochs * plans[0].batches_per_epoch, config.learning_rate)
                progress.stage(title, settings.steps)
                with fused(layers.values()):
                    for layer in layers.values():
                        layer.lora_dropout.train()
                    losses = train(
                        parameters,
                        lambda step: loss(vlm.model, reader.batches([own_part(plan.batch(step)) for plan in plans])),
                        settings,
                        seed=seed,
                        progress=progress,
                        advice=overflow_advice(vlm),
                        watch=watch(vlm, title),
                    )
            factors = {name: _factors(layers[name]) for name in linears}
        finally:
            wrapped.unload()
            for name, parameter in vlm.model.named_parameters():
                parameter.requires_grad_(trainable_before[name])
            vlm.model.eval()
    return LoraTraining(factors, losses)


def _factors(layer: LoraLayer) -> LowRank:
    down, up = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    return LowRank(
        down.detach().float().cpu().clone(), up.detach().float().cpu().clone(), float(layer.scaling["default"])
    )
