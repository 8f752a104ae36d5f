"""UNDIAL (arXiv 2402.10052): distil the vanilla model with the logit of every true answer token lowered."""

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
from smfa_bench_methods.likelihood import answer_logits, vanilla
from smfa_bench_methods.pairing import PairedConfig, train_in_pairs, with_retain_loss


class UndialConfig(PairedConfig):
    """Options of UNDIAL."""

    strength: float = Field(
        default=10.0, ge=0, allow_inf_nan=False, description="By how much a true token's logit is lowered."
    )


class Undial(Method):
    """L = H(softmax(z_vanilla − γ · 1[true token]), p) on the forget set + λ · L_retain; the target is fixed.

    The retain term is our addition. Distilled are answer tokens; the paper distils every token of a text.
    """

    Config = UndialConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(UndialConfig, self.config)
        distilled = partial(distillation, strength=config.strength)
        loss = with_retain_loss(distilled, config.retain_weight)
        return train_in_pairs(model, data, config, name="undial", loss=loss, seed=seed, progress=progress)


def distillation(network: nn.Module, batch: Tensors, *, strength: float) -> Tensor:
    """Return the cross-entropy to the vanilla model's lowered distribution, the mean over all answer tokens: a scalar.

    The target of a token is softmax(z − γ · e), z the vanilla logits [vocabulary], e one at the true token, γ the
    strength.
    """
    with vanilla(network):
        logits, tokens = answer_logits(network, batch)
        target = (logits - strength * nn.functional.one_hot(tokens, logits.shape[-1])).softmax(-1)
    return nn.functional.cross_entropy(answer_logits(network, batch)[0], target)
