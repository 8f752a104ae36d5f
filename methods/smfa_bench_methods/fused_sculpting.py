"""Sculpting and adding in one pass over a weight matrix, by a function that torch compiles; for large models."""

import logging
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

import torch
from torch import Tensor

from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.models.products import product

PAYS: Final = 2**29
"""Entries of all matrices of an adapter from which on compiling is quicker than doing without (docs/performance.md)."""
TILE_ENTRIES: Final = 2**19
"""Entries of a tile: larger than those of the eager way, since fewer passes go over it."""

Rows = Callable[[Tensor, Tensor, Tensor, Tensor], None]
log = logging.getLogger(__name__)


def pays(factors: Iterable[LowRank]) -> bool:
    """Return whether so many matrices are worth the seconds that compiling takes."""
    return sum(len(pair.up) * pair.down.shape[1] for pair in factors) >= PAYS


def sculpt_rows(weight: Tensor, change: Tensor, anchor: Tensor, factor: Tensor) -> None:
    """Add ΔW_f ⊙ (1 − C ⊙ R) to a weight in place, rounded once; see `sculpting` for the letters.

    Args:
        weight: Rows [rows, in].
        change: The same rows of ΔW_f [rows, in].
        anchor: The same rows of ΔW_a [rows, in].
        factor: k · ρ, a scalar; 0 is the direction mask.
    """
    masked = (factor * anchor + change) * anchor.sign() < 0
    weight.copy_(weight.float() + torch.where(masked, 0.0, change))


@cache
def compiled() -> Rows | None:
    """Return `sculpt_rows` compiled, tried once; None where there is no compiler or it fails, which is told."""
    change = torch.zeros(64, 4096)
    example = (change.bfloat16(), change, change.clone(), torch.tensor(1.0))
    try:
        rows: Rows = torch.compile(sculpt_rows, dynamic=True)
        with torch.no_grad():
            rows(*example)
    except Exception as error:  # compilers fail in many ways, and each of them only costs time
        log.warning("can't compile sculpting (%s); going on without, several times slower.", type(error).__name__)
        return None
    return rows


def add_sculpted(weight: Tensor, forgetting: LowRank, anchor: LowRank, *, factor: float, rows: Rows) -> bool:
    """Add the sculpted change to a weight [out, in], in place; False, if it can't be told to be finite beforehand.

    No entry of B · A is larger than the longest row of B times the longest column of A (Cauchy and Schwarz), so that no
    pass over the entries is needed to look for infinities.

    Args:
        weight: On the CPU, of any floating type.
        forgetting: Factors of the forgetting change, of the weight's shape.
        anchor: Factors of the anchor, of the weight's shape.
        factor: k · ρ.
        rows: `sculpt_rows`, compiled or not.
    """
    most = _bound(forgetting)
    limit = torch.finfo(weight.dtype).max / 2
    if not most < limit or not max(1.0, factor) * _bound(anchor) + most < torch.finfo(torch.float32).max:
        return False
    height = max(1, TILE_ENTRIES // weight.shape[1])
    parts = (weight, forgetting.scale * forgetting.up, anchor.scale * anchor.up)
    scalar = torch.tensor(factor, dtype=torch.float32)
    with torch.no_grad():
        for tile, up, anchor_up in zip(*(part.split(height) for part in parts), strict=True):
            rows(tile, product(up, forgetting.down), product(anchor_up, anchor.down), scalar)
    return True


def _bound(factors: LowRank) -> float:
    """Return a number that no entry of (α / r) · B · A exceeds; NaN if a factor has one."""
    longest: float = (factors.up.double().norm(dim=1).max() * factors.down.double().norm(dim=0).max()).item()
    return abs(factors.scale) * longest
