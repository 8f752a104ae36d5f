"""SimNPO (arXiv 2410.07163): NPO without a reference model, its log-probability divided by the answer's length."""

from functools import partial
from typing import cast

from pydantic import Field
from torch import Tensor, nn

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.likelihood import answer_lengths, sequence_log_probabilities
from smfa_bench_methods.pairing import PairedConfig, train_in_pairs, with_retain_loss


class SimNpoConfig(PairedConfig):
    """Options of SimNPO."""

    beta: float = Field(default=10.0, gt=0, allow_inf_nan=False, description="Inverse temperature.")
    margin: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="Gamma: how improbable a forgotten answer shall become."
    )


class SimNpo(Method):
    """L = −(2/β) · E log σ(−(β / |y|) · log p − γ) on the forget set + λ · L_retain; bounded below by λ · L_retain.

    γ stands where the paper has it; the authors' code multiplies it by β.
    """

    Config = SimNpoConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(SimNpoConfig, self.config)
        rejected = partial(rejection, beta=config.beta, margin=config.margin)
        loss = with_retain_loss(rejected, config.retain_weight)
        return train_in_pairs(model, data, config, name="sim-npo", loss=loss, seed=seed, progress=progress)


def rejection(network: nn.Module, batch: Tensors, *, beta: float, margin: float) -> Tensor:
    """Return −(2/β) · log σ(−(β / |y|) · log p − γ), the mean over the rows of a batch: a scalar, at least 0.

    |y| is the number of tokens of the answer, p the probability of the whole answer.
    """
    per_token = sequence_log_probabilities(network, batch) / answer_lengths(batch)
    return -(2 / beta) * nn.functional.logsigmoid(-beta * per_token - margin).mean()
