"""MANU's four measures of a neuron (arXiv 2502.15910): how differently it answers with a picture and without."""

from typing import Final

import torch
from torch import Tensor

TINY: Final = 1e-5
"""Keeps every quotient finite; that of the authors' code."""
FIRING: Final = 0.1
"""A neuron fires where its activation is larger than this; the paper leaves it open, the authors' code takes 0.1."""


def measured(pictured: Tensor, text: Tensor) -> Tensor:
    """Return the sum of MANU's four measures of each neuron [in].

    With d(a, b) = |a − b| / (a + b): d of the mean |z|, d of the share of |z| > 0.1, the root of the sum of the
    variances of z, and the root of d of the mean z². The paper's sums over samples are means here, since there need not
    be as many of both kinds; statistics of no activations are 0.

    Args:
        pictured: Activations z where a picture is shown [N, in].
        text: Those where none is [M, in].
    """
    size, fires, power = (
        (one - other).abs() / (one + other + TINY) for one, other in zip(_means(pictured), _means(text), strict=True)
    )
    variance = sum(kind.var(0, unbiased=False) for kind in (pictured, text) if len(kind))
    return size + fires + torch.as_tensor(variance).sqrt() + power.sqrt()


def _means(z: Tensor) -> list[Tensor]:
    """Return the means over activations [N, in] of |z|, of |z| > 0.1 and of z², [in] each."""
    return [part.sum(0) / max(1, len(z)) for part in (z.abs(), (z.abs() > FIRING).float(), z.square())]
