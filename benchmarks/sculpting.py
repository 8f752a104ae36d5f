#!/usr/bin/env python
"""What sculpting and merging one weight matrix takes, in units of copying it once.

benchmarks/sculpting.py [--rows 4096] [--columns 11008] [--rank 16] [--k 1.5] [--repeats 5] [--seed 0]

The matrix is random and bfloat16, the factors are random. Three things are timed in turn, `repeats` times, and the
median of each is given: a copy of the matrix into memory that is there already; the suite's own way, from the factors
to a changed copy of the matrix, norms and checks included; and the plain way, which makes both changes dense, takes
their norms, masks and adds.
"""

import statistics
import time
from collections.abc import Callable
from typing import Annotated

import torch
import typer
from torch import Tensor

from smfa_bench.adapter.adapter import Modality, changed_weight
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench_methods.sculpted_adapter import Combination, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import EPSILON, Mask, Scale


def measure(
    rows: Annotated[int, typer.Option(min=1, help="Rows of the matrix.")] = 4096,
    columns: Annotated[int, typer.Option(min=1, help="Columns of the matrix.")] = 11008,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the factors.")] = 16,
    k: Annotated[float, typer.Option(min=0, help="k of the mask.")] = 1.5,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each is measured.")] = 5,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
) -> None:
    """Print seconds and ratios."""
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, columns, generator=generator).bfloat16()
    forgetting, anchor = (
        LowRank(torch.randn(rank, columns, generator=generator), torch.randn(rows, rank, generator=generator), 1.0)
        for _ in range(2)
    )
    room = torch.empty_like(weight)
    ways: dict[str, Callable[[], object]] = {
        "copy": lambda: room.copy_(weight),
        "tiles": lambda: by_tiles(weight, forgetting, anchor, k),
        "plain": lambda: plainly(weight, forgetting, anchor, k),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(repeats + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if number:  # the first time warms up
                seconds[name].append(time.perf_counter() - start)
    typer.echo(f"{rows} x {columns} bfloat16, rank {rank}, {torch.get_num_threads()} threads, median of {repeats}")
    copying = statistics.median(seconds["copy"])
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        typer.echo(f"{name:<8} {middle:9.4f} s {middle / copying:8.1f} copies")


def by_tiles(weight: Tensor, forgetting: LowRank, anchor: LowRank, k: float) -> Tensor:
    """Return the matrix with the sculpted change, as an attached adapter would make it."""
    sculpting = Sculpting({"mixed": k}, Mask.BOTH, Scale.MATRIX, Combination.ROUTE)
    adapter = SculptedAdapter("", {"mixed": {"layer": forgetting}}, {"layer": anchor}, sculpting)
    return changed_weight(weight, adapter, "layer", Modality.IMAGE)


def plainly(weight: Tensor, forgetting: LowRank, anchor: LowRank, k: float) -> Tensor:
    """Return the same, by dense matrices all the way."""
    change = forgetting.scale * (forgetting.up @ forgetting.down)
    against = anchor.scale * (anchor.up @ anchor.down)
    ratio = change.norm() / (against.norm() + EPSILON)
    mask = (change * against < 0) & (k * ratio * against.abs() < change.abs())
    return (weight + change * ~mask).to(weight.dtype)


if __name__ == "__main__":
    typer.run(measure)
