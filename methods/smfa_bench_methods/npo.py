"""NPO, negative preference optimisation (arXiv 2404.05868, equation 3), with a retain term."""

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
from smfa_bench_methods.likelihood import sequence_log_probabilities, vanilla
from smfa_bench_methods.pairing import PairedConfig, train_in_pairs, with_retain_loss


class NpoConfig(PairedConfig):
    """Options of NPO."""

    beta: float = Field(
        default=2.0, gt=0, allow_inf_nan=False, description="Inverse temperature; towards 0 it is gradient ascent."
    )
    retain_weight: float = Field(
        default=5.0, ge=0, allow_inf_nan=False, description="Weight of the retain samples' term."
    )


class Npo(Method):
    """L = −(2/β) · E log σ(−β · log(p / p_vanilla)) on the forget set + λ · L_retain; bounded below by λ · L_retain."""

    Config = NpoConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(NpoConfig, self.config)
        rejected = partial(rejection, beta=config.beta)
        loss = with_retain_loss(rejected, config.retain_weight)
        return train_in_pairs(model, data, config, name="npo", loss=loss, seed=seed, progress=progress)


def rejection(network: nn.Module, batch: Tensors, *, beta: float) -> Tensor:
    """Return −(2/β) · log σ(−β · log(p / p_vanilla)), the mean over the rows of a batch: a scalar, at least 0.

    The probabilities are those of the whole answers.
    """
    with vanilla(network):
        before = sequence_log_probabilities(network, batch)
    ratio = sequence_log_probabilities(network, batch) - before
    return -(2 / beta) * nn.functional.logsigmoid(-beta * ratio).mean()
