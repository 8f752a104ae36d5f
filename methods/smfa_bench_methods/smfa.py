"""SMFA (arXiv 2511.20196): a memory forgetting adapter, a retaining anchor, and sculpting of one by the other.

The paper leaves several choices open; each is an option here, with our choice as its default.
"""

from collections.abc import Sequence
from typing import Self, cast

from pydantic import Field, model_validator

from smfa_bench.config import LoraConfig
from smfa_bench.data.question import Task
from smfa_bench.data.refusals import POOL_SIZE
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import LoraTraining, train_lora
from smfa_bench_methods.mixture import refusal_mixture
from smfa_bench_methods.sculpted_adapter import Combination, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import Mask, Scale


class SmfaConfig(LoraConfig):
    """Options of SMFA."""

    k: float = Field(default=5.0, ge=0, description="Larger k masks fewer entries: it forgets more, retains less.")
    k_text: float | None = Field(
        default=None, ge=0, description="k of the text forgetting adapter when there are two; k unless given."
    )
    mask: Mask = Field(default=Mask.BOTH, description="Conditions for taking an entry back.")
    scale: Scale = Field(default=Scale.MATRIX, description="Over what rho is taken.")
    adapters: int = Field(
        default=1, ge=1, le=2, description="One forgetting adapter on all data, or two: picture and text questions."
    )
    combination: Combination = Field(default=Combination.ROUTE, description="How two forgetting adapters are combined.")
    refusals: int = Field(default=POOL_SIZE, ge=1, le=POOL_SIZE, description="Number of different refusals taught.")
    anchor_understanding: bool = Field(
        default=True, description="Whether the anchor learns the few-shot image-understanding samples too."
    )
    forgetting_understanding: bool = Field(
        default=True, description="Whether the forgetting adapter sees the few-shot image-understanding samples."
    )

    @model_validator(mode="after")
    def _text_has_an_adapter(self) -> Self:
        if self.k_text is not None and self.adapters == 1:
            raise ValueError("k_text needs adapters = 2")
        return self


class Smfa(Method):
    """Learns to refuse, learns the few-shot samples apart from that, and takes back what the two disagree on."""

    Config = SmfaConfig

    def unlearn(
        self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress
    ) -> SculptedAdapter:
        """Train forgetting adapters and anchor, each from the vanilla weights."""
        config = cast(SmfaConfig, self.config)
        mixture = refusal_mixture(data, refusals=config.refusals, seed=seed)
        mixture = _without_understanding(mixture, keep=config.forgetting_understanding)
        parts = {"mixed": mixture}
        if config.adapters == 2:
            parts = {
                "image": [sample for sample in mixture if sample.pictured],
                "text": [sample for sample in mixture if not sample.pictured],
            }
        trained: dict[str, LoraTraining] = {}
        for part, samples in parts.items():
            title = f"SMFA forgetting adapter ({part})"
            trained[part] = train_lora(model, [samples], config, title=title, seed=seed, progress=progress)
        anchored = _without_understanding(data.few_shot, keep=config.anchor_understanding)
        anchor = train_lora(model, [anchored], config, title="SMFA retaining anchor", seed=seed + 1, progress=progress)
        k_text = config.k if config.k_text is None else config.k_text
        k = {"mixed": config.k, "image": config.k, "text": k_text}
        return SculptedAdapter(
            model.fingerprint(),
            {part: training.factors for part, training in trained.items()},
            anchor.factors,
            Sculpting({part: k[part] for part in trained}, config.mask, config.scale, config.combination),
            curves={**{part: training.losses for part, training in trained.items()}, "anchor": anchor.losses},
        )


def _without_understanding(samples: Sequence[Sample], *, keep: bool) -> list[Sample]:
    return [sample for sample in samples if keep or sample.task is not Task.IMAGE_UNDERSTANDING]
