"""The mask of SMFA against its formula, entry by entry."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from torch import Tensor

from smfa_bench.adapter.low_rank import LowRank
from smfa_bench_methods.sculpting import Mask, frobenius_norm, scale_ratio, sculpting_mask

Matrix = NDArray[np.float32]

ENTRIES = st.one_of(
    st.floats(-10, 10, width=32), st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0**-149, -(2.0**-149)])
)
KS = st.one_of(st.floats(0, 100), st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf]))


@st.composite
def changes(draw: st.DrawFn) -> tuple[Matrix, Matrix]:
    """Draw a forgetting change and an anchor of one shape."""
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    return draw(arrays.arrays(np.float32, shape, elements=ENTRIES)), draw(
        arrays.arrays(np.float32, shape, elements=ENTRIES)
    )


def ratio_of(forgetting: Matrix, anchor: Matrix) -> float:
    return scale_ratio(float(np.linalg.norm(forgetting)), float(np.linalg.norm(anchor)))


def sculpt(forgetting: Matrix, anchor: Matrix, k: float, mask: Mask = Mask.BOTH) -> Tensor:
    return sculpting_mask(
        torch.from_numpy(forgetting), torch.from_numpy(anchor), k=k, ratio=ratio_of(forgetting, anchor), mask=mask
    )


def by_hand(forgetting: Matrix, anchor: Matrix, k: float, mask: Mask) -> list[list[bool]]:
    """Decide for one entry after the other, in the words of the paper."""
    factor = np.float32(k * ratio_of(forgetting, anchor))
    rows = []
    for forgetting_row, anchor_row in zip(forgetting, anchor, strict=True):
        row = []
        for f, a in zip(forgetting_row, anchor_row, strict=True):
            conflict = (f > 0 and a < 0) or (f < 0 and a > 0)
            larger = not math.isinf(k) and bool(factor * abs(a) < abs(f))
            row.append(
                {
                    Mask.BOTH: conflict and larger,
                    Mask.DIRECTION: conflict and not math.isinf(k),
                    Mask.MAGNITUDE: larger,
                    Mask.NONE: False,
                }[mask]
            )
        rows.append(row)
    return rows


@given(pair=changes(), k=KS, mask=st.sampled_from(Mask))
def test_mask_is_that_of_a_loop_over_all_entries(pair: tuple[Matrix, Matrix], k: float, mask: Mask) -> None:
    assert sculpt(*pair, k, mask).tolist() == by_hand(*pair, k, mask)


@given(pair=changes(), one=KS, other=KS, mask=st.sampled_from(Mask))
def test_a_larger_k_masks_no_entry_that_a_smaller_does_not(
    pair: tuple[Matrix, Matrix], one: float, other: float, mask: Mask
) -> None:
    smaller, larger = sorted((one, other))
    assert not (sculpt(*pair, larger, mask) & ~sculpt(*pair, smaller, mask)).any()


@given(pair=changes())
def test_with_k_of_zero_the_direction_decides(pair: tuple[Matrix, Matrix]) -> None:
    assert torch.equal(sculpt(*pair, 0.0), sculpt(*pair, 0.0, Mask.DIRECTION))


@given(pair=changes(), mask=st.sampled_from(Mask))
def test_an_infinite_k_masks_nothing(pair: tuple[Matrix, Matrix], mask: Mask) -> None:
    assert not sculpt(*pair, math.inf, mask).any()


@given(pair=changes(), k=st.floats(0, 100), factor=st.floats(1e-3, 1e3))
def test_rescaling_the_anchor_changes_nothing(pair: tuple[Matrix, Matrix], k: float, factor: float) -> None:
    forgetting, anchor = pair
    assume(np.linalg.norm(anchor) > 1e-2)
    for change in pair:  # the smallest numbers have no digits that would survive rescaling
        change[np.abs(change) < 1e-30] = 0
    rescaled = (anchor * factor).astype(np.float32)
    assume(k == 0 or min(k * ratio_of(forgetting, other) for other in (anchor, rescaled)) > 1e-30)
    differs = (sculpt(forgetting, anchor, k) != sculpt(forgetting, rescaled, k)).numpy()
    # Only rounding may tip an entry that stands on the border.
    border = k * ratio_of(forgetting, anchor) * np.abs(anchor.astype(np.float64))
    assert np.allclose(border[differs], np.abs(forgetting[differs]), rtol=1e-5, atol=0)


@given(pair=changes())
def test_changes_of_one_direction_are_never_masked(pair: tuple[Matrix, Matrix]) -> None:
    forgetting, _ = pair
    assert not sculpt(forgetting, 2 * forgetting, 0.0).any()


def test_mask_of_a_small_example() -> None:
    # rho = sqrt(4 + 1 + 1 + 4) / sqrt(4 * 1) = 1.58
    forgetting = np.array([[2, -1], [1, -2]], np.float32)
    anchor = np.array([[-1, 1], [1, 1]], np.float32)
    assert sculpt(forgetting, anchor, 1.0).tolist() == [[True, False], [False, True]]
    assert sculpt(forgetting, anchor, 0.5).tolist() == [[True, True], [False, True]]
    assert sculpt(forgetting, anchor, 2.0).tolist() == [[False, False], [False, False]]
    assert sculpt(forgetting, anchor, 1.0, Mask.MAGNITUDE).tolist() == [[True, False], [False, True]]
    assert sculpt(forgetting, anchor, 0.5, Mask.MAGNITUDE).tolist() == [[True, True], [True, True]]


def test_a_zero_anchor_gives_a_finite_ratio() -> None:
    assert math.isfinite(scale_ratio(1.0, 0.0))
    assert scale_ratio(0.0, 0.0) == 0


@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    rank=st.integers(1, 4),
    scale=st.sampled_from([-2.0, 0.0, 0.25, 1.0, 16.0]),
)
def test_frobenius_norm_is_that_of_the_dense_product(
    seed: int, shape: tuple[int, int], rank: int, scale: float
) -> None:
    generator = torch.Generator().manual_seed(seed)
    up = torch.randn(shape[0], rank, generator=generator)
    down = torch.randn(rank, shape[1], generator=generator)
    dense = torch.linalg.matrix_norm(scale * (up.double() @ down.double())).item()
    assert frobenius_norm(LowRank(down, up, scale)) == pytest.approx(dense, rel=1e-6, abs=1e-6)
