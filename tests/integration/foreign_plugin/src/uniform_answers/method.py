"""Teach the model that every token is as likely as any other where a forgotten answer would stand."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import Field
from torch import Tensor

from smfa_bench import (
    LoraAdapter,
    LoraConfig,
    Method,
    Progress,
    UnlearnData,
    VisionLanguageModel,
    cross_entropy,
    train_lora,
)


class UniformAnswersOptions(LoraConfig):
    """Options of the method."""

    retain_weight: float = Field(default=1.0, ge=0, description="Weight of the retain samples' loss.")


class UniformAnswers(Method):
    """L = H(uniform, p) on the forget set + λ · L_retain; its minimum is a model that has no idea."""

    Config = UniformAnswersOptions

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        """Train one LoRA on the joint loss."""
        config = cast(UniformAnswersOptions, self.config)
        trained = train_lora(
            model,
            [data.forget, data.few_shot],
            config,
            title="uniform answers",
            seed=seed,
            progress=progress,
            loss=lambda network, batches: (
                ignorance(network, batches[0]) + config.retain_weight * cross_entropy(network, batches[1])
            ),
        )
        return LoraAdapter(model.fingerprint(), trained.factors, curves={"uniform": trained.losses})


def ignorance(network: Callable[..., Any], batch: Mapping[str, Tensor]) -> Tensor:
    """Return the cross-entropy of the uniform distribution and p, the mean over all answer tokens: a scalar."""
    inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
    answers = batch["labels"][:, 1:] != -100
    logits = network(**inputs).logits[:, :-1][answers].float()
    loss: Tensor = -logits.log_softmax(-1).mean()
    return loss
