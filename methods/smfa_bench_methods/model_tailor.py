"""Model Tailor (arXiv 2402.12048) on a forgetting adapter: keep the entries that matter, mend what the rest did."""

from collections.abc import Sequence
from typing import Any, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from smfa_bench.config import LoraConfig
from smfa_bench.data.refusals import POOL_SIZE
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.encoding import collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import train_lora
from smfa_bench_methods.dense_adapter import DenseAdapter
from smfa_bench_methods.mixture import refusal_mixture


class ModelTailorConfig(LoraConfig):
    """Options of Model Tailor."""

    keep: float = Field(default=0.2, gt=0, le=1, description="Share of each matrix's entries that change.")
    damping: float = Field(
        default=0.01, gt=0, allow_inf_nan=False, description="Added to the Hessian's diagonal, in shares of its mean."
    )
    refusals: int = Field(default=POOL_SIZE, ge=1, le=POOL_SIZE, description="Number of different refusals taught.")


class ModelTailor(Method):
    """Of SMFA's forgetting adapter, trained on refusals, a patch is kept and compensated for what was cut away.

    The Hessian H of a layer is that of its output's squared error. Our reading: its inputs are those that the vanilla
    model gives it on the training mixture, the patch is chosen over a whole matrix, and compensation is exact. The
    authors' code takes the fine-tuned model's inputs and goes through a matrix by blocks of 128 columns.
    """

    Config = ModelTailorConfig

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> DenseAdapter:
        """Train a forgetting adapter and tailor it."""
        config = cast(ModelTailorConfig, self.config)
        mixture = refusal_mixture(data, refusals=config.refusals, seed=seed)
        trained = train_lora(model, [mixture], config, title="Model Tailor", seed=seed, progress=progress)
        hessians = input_products(model, mixture)
        deltas = {}
        for name, factors in trained.factors.items():
            hessian, change = damped(hessians[name], damping=config.damping), factors.delta()
            deltas[name] = compensated(change, hessian, patch(change, hessian, keep=config.keep))
        return DenseAdapter(model.fingerprint(), deltas, curves={"model-tailor": trained.losses})


@torch.no_grad()
def input_products(vlm: VisionLanguageModel, samples: Sequence[Sample]) -> dict[str, Tensor]:
    """Return Σ x xᵀ over all tokens that reach each decoder linear layer, float32 [in, in] by its name."""
    totals: dict[str, Tensor] = {}
    hooks = []
    for name, linear in vlm.decoder_linears().items():
        total = totals[name] = torch.zeros(linear.in_features, linear.in_features, device=vlm.device)

        def add(_: nn.Module, inputs: tuple[Any, ...], total: Tensor = total) -> None:
            rows = inputs[0].flatten(0, -2).float()
            total += rows.T @ rows

        hooks.append(linear.register_forward_pre_hook(add))
    try:
        for example in encode(vlm, samples):  # one at a time: no padding gets in
            vlm.model(**collate(vlm, [example], for_generation=False))
    finally:
        for hook in hooks:
            hook.remove()
    return {name: total.cpu() for name, total in totals.items()}


def damped(products: Tensor, *, damping: float) -> Tensor:
    """Return a matrix [in, in] with a share of its mean diagonal added to the diagonal, float64: it has an inverse."""
    products = products.double()
    return products + damping * products.diagonal().mean() * torch.eye(len(products), dtype=products.dtype)


def patch(change: Tensor, hessian: Tensor, *, keep: float) -> Tensor:
    """Return the entries to keep, bool [out, in]: the largest by salience plus sensitivity, at least one.

    Salience is |Δ|; sensitivity is the rise of the squared error when the entry is cut, Δ² / [H⁻¹] (optimal brain
    surgeon); both are standardised and weigh alike.

    Args:
        change: Δ [out, in].
        hessian: H [in, in], invertible.
        keep: Share of the entries, in (0, 1].
    """
    salience = change.double().abs()
    sensitivity = salience**2 / torch.linalg.inv(hessian).diagonal()
    score = (_standardised(salience) + _standardised(sensitivity)).flatten()
    kept = torch.zeros(len(score), dtype=torch.bool)
    kept[score.topk(max(1, round(keep * len(score)))).indices] = True
    return kept.reshape(change.shape)


def _standardised(score: Tensor) -> Tensor:
    """Return a score less its mean, in standard deviations; about 0 where it is the same everywhere."""
    mean, tiny = score.mean(), torch.finfo(score.dtype).tiny
    return (score - mean) / (score.std(unbiased=False) + 1e-9 * mean + tiny)


def compensated(change: Tensor, hessian: Tensor, kept: Tensor) -> Tensor:
    """Return the change on the kept entries that comes closest to the whole one, float32 [out, in].

    Row by row it minimises (Δ' − Δ) H (Δ' − Δ)ᵀ over the kept entries S: Δ'_S = H_SS⁻¹ (H Δ)_S. These are the updates
    of optimal brain surgeon for all entries that were cut, at once.
    """
    result = torch.zeros_like(change)
    goal = change.double() @ hessian
    for row, chosen in enumerate(kept):
        places = chosen.nonzero().flatten()
        if len(places):
            result[row, places] = torch.linalg.solve(hessian[places][:, places], goal[row, places]).float()
    return result
