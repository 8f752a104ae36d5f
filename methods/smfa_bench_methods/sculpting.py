"""Sculpting, the third step of SMFA (arXiv 2511.20196): which entries of the forgetting change are taken back.

With ΔW_f the change of the memory forgetting adapter and ΔW_a that of the retaining anchor, entry by entry:

    C = 1[ΔW_a · ΔW_f < 0]                      directional conflict
    R = 1[k · ρ · |ΔW_a| < |ΔW_f|]              relative magnitude
    ρ = ‖ΔW_f‖_F / (‖ΔW_a‖_F + ε)               puts both changes on one scale
    M = C ⊙ R,   ΔW'_f = ΔW_f ⊙ (1 − M)

A larger k masks fewer entries, so it forgets more: k = 0 is the direction mask, k = ∞ the plain forgetting adapter.
Rescaling ΔW_a changes nothing, since ρ takes the factor back.
"""

import math
from enum import StrEnum
from typing import Final

import torch
from torch import Tensor

from smfa_bench.adapter.low_rank import LowRank

EPSILON: Final = 1e-12


class Mask(StrEnum):
    """Which conditions an entry must meet to be taken back."""

    BOTH = "both"
    DIRECTION = "direction"
    MAGNITUDE = "magnitude"
    NONE = "none"


class Scale(StrEnum):
    """Over what ρ is taken; the paper does not say."""

    MATRIX = "matrix"
    GLOBAL = "global"


def sculpting_mask(forgetting: Tensor, anchor: Tensor, *, k: float, ratio: float, mask: Mask) -> Tensor:
    """Return the entries to take back, bool [out, in].

    Args:
        forgetting: ΔW_f [out, in].
        anchor: ΔW_a [out, in].
        k: At least 0; may be infinite.
        ratio: ρ, at least 0.
        mask: The conditions; `direction` is C, `magnitude` is R, `both` is C ⊙ R, `none` takes nothing back.
    """
    if mask is Mask.NONE or math.isinf(k):
        return torch.zeros_like(forgetting, dtype=torch.bool)
    if mask is Mask.MAGNITUDE:
        return k * ratio * anchor.abs() < forgetting.abs()
    # Opposed to the anchor and larger than k · ρ of it: what is left of ΔW_f after adding that is still opposed.
    left = forgetting if mask is Mask.DIRECTION else (k * ratio * anchor).add_(forgetting)
    return anchor.sign().mul_(left) < 0


def scale_ratio(forgetting: float, anchor: float) -> float:
    """Return ρ from the Frobenius norms of both changes."""
    return forgetting / (anchor + EPSILON)


def frobenius_norm(factors: LowRank) -> float:
    """Return ‖(α / r) · B · A‖_F by the Gram matrices of the factors, without the dense product.

    ‖B A‖_F² = tr(BᵀB · AAᵀ), two [r, r] matrices.
    """
    up, down = factors.up.double(), factors.down.double()
    square = ((up.T @ up) * (down @ down.T)).sum().clamp(min=0)
    return abs(factors.scale) * math.sqrt(square.item())
