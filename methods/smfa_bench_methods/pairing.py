"""Training one LoRA on pairs: each step sees a batch of the forget set beside one of the few-shot retain set."""

from collections.abc import Callable, Collection

from pydantic import Field
from torch import Tensor, nn

from smfa_bench.adapter.adapter import LoraAdapter
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.lora import train_lora

BatchLoss = Callable[[nn.Module, Tensors], Tensor]
"""Maps the network under training and a batch to a loss, a scalar."""
PairLoss = Callable[[nn.Module, Tensors, Tensors], Tensor]
"""Maps the network under training, a forget batch and a retain batch to a loss, a scalar."""


class PairedConfig(LoraConfig):
    """Options of methods that weigh forgetting against retaining in one loss."""

    retain_weight: float = Field(
        default=1.0, ge=0, allow_inf_nan=False, description="Weight of the retain samples' term."
    )


def with_retain_loss(forgetting: BatchLoss, retain_weight: float) -> PairLoss:
    """Return the loss `forgetting` of the forget batch + λ · L_retain; λ is the retain weight."""

    def loss(network: nn.Module, forget: Tensors, kept: Tensors) -> Tensor:
        return forgetting(network, forget) + retain_weight * cross_entropy(network, kept)

    return loss


def climbing(retain_weight: float, retaining: BatchLoss = cross_entropy) -> PairLoss:
    """Return the loss λ · `retaining` of the retain batch − L_forget; λ is the retain weight.

    The retain batch is passed first: dropout is drawn in the order of the passes.
    """

    def loss(network: nn.Module, forget: Tensors, kept: Tensors) -> Tensor:
        return retain_weight * retaining(network, kept) - cross_entropy(network, forget)

    return loss


def train_in_pairs(
    model: VisionLanguageModel,
    data: UnlearnData,
    config: LoraConfig,
    *,
    name: str,
    loss: PairLoss,
    seed: int,
    progress: Progress,
    only: Collection[str] | None = None,
) -> LoraAdapter:
    """Train fresh LoRA matrices on a loss over both sets and return the adapter.

    Args:
        model: The vanilla model.
        data: What a method may see; the forget set decides the number of steps.
        config: Resolved options.
        name: The method's name: title of the stage and of the loss curve.
        loss: What is minimised.
        seed: All randomness comes from it.
        progress: Is told of the stage.
        only: Full names of the linear layers that change; all of the decoder's unless given.

    Raises:
        UsageError: If a set is empty or the options are not resolved.
    """
    trained = train_lora(
        model,
        [data.forget, data.few_shot],
        config,
        title=name,
        seed=seed,
        progress=progress,
        loss=lambda network, batches: loss(network, batches[0], batches[1]),
        only=only,
    )
    return LoraAdapter(model.fingerprint(), trained.factors, curves={name: trained.losses})
