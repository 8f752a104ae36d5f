"""MMUnlearner (arXiv 2502.11051): forget only through weights that matter more to the forgotten than to the kept."""

from typing import cast

from pydantic import Field
from torch import Tensor

from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import BenchError
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench_methods.dense_adapter import DenseAdapter
from smfa_bench_methods.importance import importance
from smfa_bench_methods.pairing import PairedConfig, climbing, train_in_pairs


class MmUnlearnerConfig(PairedConfig):
    """Options of MMUnlearner."""

    ratio: float = Field(
        default=0.5, ge=0, allow_inf_nan=False, description="A weight changes if F_forget > ratio * F_retain."
    )


class MmUnlearner(Method):
    """ΔW ⊙ 1[F_forget > τ · F_retain], F the Fisher information and ΔW trained on −L_forget + λ · L_retain.

    The authors mask each gradient of L_forget. LoRA matrices share no entries with the weights: their product is masked
    at the end, with what L_retain did. They forget pictures alone, and F_retain counts the forgotten people's texts and
    many retain samples; here texts are to be forgotten too, and few retain samples are to be seen.
    """

    Config = MmUnlearnerConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> DenseAdapter:
        """Train one LoRA on the joint loss and keep the salient part of its change.

        Raises:
            UsageError: If a set is empty.
            BenchError: If no weight is salient.
        """
        config = cast(MmUnlearnerConfig, self.config)
        loss = climbing(config.retain_weight)
        trained = train_in_pairs(model, data, config, name="mmunlearner", loss=loss, seed=seed, progress=progress)
        batch_size = cast(int, config.batch_size)
        forget = importance(model, data.forget, batch_size=batch_size)
        kept = importance(model, data.few_shot, batch_size=batch_size)
        deltas = {
            name: factors.delta() * salient(forget[name], kept[name], ratio=config.ratio)
            for name, factors in trained.factors.items()
        }
        deltas = {name: delta for name, delta in deltas.items() if delta.count_nonzero()}
        if not deltas:
            raise BenchError(f"no weight has F_forget > {config.ratio:g} * F_retain; choose a smaller ratio.")
        return DenseAdapter(model.fingerprint(), deltas, curves=trained.curves)


def salient(forget: Tensor, kept: Tensor, *, ratio: float) -> Tensor:
    """Return which weights may change, bool [out, in]: F_forget > ratio · F_retain, both [out, in]."""
    return forget > ratio * kept
