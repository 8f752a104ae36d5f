"""Attention to openings that are kept once is that to openings copied to every row."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from smfa_bench.generation.cascade import CASCADE, CascadeCache, Seating, attend, cascading
from smfa_bench.models.vision_language import VisionLanguageModel

WIDTH = 4
SCALING = 0.7
some_rows = st.lists(st.integers(0, 4), min_size=1, max_size=9)


class FirstLayer(nn.Module):
    layer_idx = 0


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape)


def by_copies(query: Tensor, keys: Tensor, values: Tensor, seen: Tensor) -> Tensor:
    """Attend to keys and values [B, heads, S, width] of each row's own."""
    mixed = nn.functional.scaled_dot_product_attention(
        query, keys, values, attn_mask=seen, scale=SCALING, enable_gqa=True
    )
    return mixed.transpose(1, 2)


@given(rows=some_rows, tokens=st.integers(1, 3))
def test_each_row_meets_the_matrix_of_its_opening(rows: list[int], tokens: int) -> None:
    seating, matrices = Seating(torch.tensor(rows)), drawn(5, 2, WIDTH, 3)
    values = drawn(len(rows), 2, tokens, WIDTH)
    torch.testing.assert_close(
        seating.times(values, seating.parts(matrices)), values @ matrices[rows], atol=1e-5, rtol=1e-5
    )


@given(rows=some_rows)
def test_no_more_than_half_of_the_seats_are_empty(rows: list[int]) -> None:
    buckets = Seating(torch.tensor(rows)).buckets
    assert sorted(int(row) for bucket in buckets for row in bucket.rows) == list(range(len(rows)))
    for bucket in buckets:
        most = max(rows.count(int(opening)) for opening in bucket.openings)
        assert most * len(bucket.openings) < 2 * len(bucket.rows)


@settings(deadline=None)
@given(
    rows=some_rows,
    heads=st.sampled_from([(1, 1), (2, 2), (4, 2), (6, 1)]),
    length=st.integers(1, 6),
    steps=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    masked=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_attention_is_that_of_openings_copied_to_every_row(
    rows: list[int], heads: tuple[int, int], length: int, steps: list[int], masked: bool, seed: int
) -> None:
    torch.manual_seed(seed)
    asking, kept = heads
    opening = drawn(5, kept, length, WIDTH), drawn(5, kept, length, WIDTH)
    chosen = torch.tensor(rows)
    cache = CascadeCache((opening,), chosen, room=sum(steps))
    keys, values = (tensor[chosen] for tensor in opening)
    for new in steps:
        added = drawn(len(rows), kept, new, WIDTH), drawn(len(rows), kept, new, WIDTH)
        keys, values = torch.cat([keys, added[0]], 2), torch.cat([values, added[1]], 2)
        behind = cache.update(*added, 0)
        assert cache.get_seq_length() == keys.shape[2]
        query = drawn(len(rows), asking, new, WIDTH)
        seen = torch.ones(len(rows), 1, new, keys.shape[2], dtype=torch.bool)
        if masked:
            seen[..., length:] = torch.rand(len(rows), 1, new, keys.shape[2] - length) < 0.5
        found, _ = attend(
            FirstLayer(), query, behind[0], behind[1], seen if masked else None, openings=cache, scaling=SCALING
        )
        torch.testing.assert_close(found, by_copies(query, keys, values, seen), atol=1e-5, rtol=1e-5)


@settings(deadline=None)
@given(rows=some_rows, data=st.data())
def test_rows_that_are_kept_attend_as_before(rows: list[int], data: st.DataObject) -> None:
    kept = torch.tensor(data.draw(st.lists(st.sampled_from(range(len(rows))), min_size=1, unique=True)))
    opening, added = (drawn(5, 2, 3, WIDTH), drawn(5, 2, 3, WIDTH)), drawn(len(rows), 2, 1, WIDTH)
    cache = CascadeCache((opening,), torch.tensor(rows), room=1)
    behind = cache.update(added, added, 0)
    query = drawn(len(rows), 2, 1, WIDTH)
    before, _ = attend(FirstLayer(), query, behind[0], behind[1], None, openings=cache, scaling=SCALING)
    cache.batch_select_indices(kept)
    layer = cache.layers[0]
    left = layer.keys[:, :, : layer.length_behind], layer.values[:, :, : layer.length_behind]
    after, _ = attend(FirstLayer(), query[kept], left[0], left[1], None, openings=cache, scaling=SCALING)
    torch.testing.assert_close(after, before[kept], atol=1e-5, rtol=1e-5)


def test_the_decoder_attends_as_before_when_the_block_ends(small_vlm: VisionLanguageModel) -> None:
    config = small_vlm.model.get_decoder().config
    before = config._attn_implementation
    with pytest.raises(KeyError), cascading(small_vlm):  # noqa: PT012
        assert config._attn_implementation == CASCADE
        raise KeyError
    assert config._attn_implementation == before
