#!/usr/bin/env python
"""What sculpting and merging weight matrices takes, in units of copying them once.

benchmarks/sculpting.py [--rows 4096] [--columns 11008] [--seven-b] [--rank 16] [--k 1.5] [--repeats 5] [--seed 0]
    [--no-compiled]

The matrices are random and bfloat16, the factors are random. Each thing is timed in turn, `repeats` times, and the
median is given, by the clock and by what the processors were busy with it: a copy of each matrix into memory that is
there already; the suite's ways, from the factors to a changed copy of the matrix, norms and checks included, in tiles
as for small models and compiled as for large ones, and that in place of the matrix, as it is merged for an export; and
the plain way, which makes both changes dense, takes their norms, masks and adds. `--seven-b` takes the seven matrices
of a block of a decoder of 7 billion parameters (hidden width 4096, MLP 11008) one after the other in place of one.
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
from smfa_bench_methods.fused_sculpting import Rows, add_sculpted, compiled
from smfa_bench_methods.sculpted_adapter import Combination, SculptedAdapter, Sculpting
from smfa_bench_methods.sculpting import EPSILON, Mask, Scale, frobenius_norm, scale_ratio

SEVEN_B = [*[(4096, 4096)] * 4, *[(11008, 4096)] * 2, (4096, 11008)]
"""Sizes (out, in) of the linear layers of a block: four of attention, gate, up and down of the MLP."""


def measure(
    rows: Annotated[int, typer.Option(min=1, help="Rows of the matrix.")] = 4096,
    columns: Annotated[int, typer.Option(min=1, help="Columns of the matrix.")] = 11008,
    seven_b: Annotated[bool, typer.Option("--seven-b", help="The matrices of a block of a 7B decoder.")] = False,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the factors.")] = 16,
    k: Annotated[float, typer.Option(min=0, help="k of the mask.")] = 1.5,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each is measured.")] = 5,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
    with_compiled: Annotated[bool, typer.Option("--compiled/--no-compiled", help="Compile, and time that too.")] = True,
) -> None:
    """Print seconds and ratios."""
    generator = torch.Generator().manual_seed(seed)
    shapes = SEVEN_B if seven_b else [(rows, columns)]
    matrices = [
        (torch.randn(shape, generator=generator).bfloat16(), *(factors(shape, rank, generator) for _ in range(2)))
        for shape in shapes
    ]
    room = torch.empty(max(height * width for height, width in shapes), dtype=torch.bfloat16)
    begun = time.perf_counter()
    fused = compiled() if with_compiled else None
    typer.echo(f"compiling took {time.perf_counter() - begun:.1f} s" if fused else "not compiled")
    ways: dict[str, Callable[[Tensor, LowRank, LowRank], object]] = {
        "copy": lambda weight, _, __: room[: weight.numel()].view_as(weight).copy_(weight),
        "tiles": lambda weight, forgetting, anchor: by_tiles(weight, forgetting, anchor, k),
        "plain": lambda weight, forgetting, anchor: plainly(weight, forgetting, anchor, k),
    }
    if fused:
        ways["in place"] = lambda weight, forgetting, anchor: in_one_pass(weight, forgetting, anchor, k, fused)
        ways["compiled"] = lambda weight, forgetting, anchor: in_one_pass(weight.clone(), forgetting, anchor, k, fused)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    busy: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(repeats + 1):
        for name, way in ways.items():
            start, used = time.perf_counter(), time.process_time()
            for matrix in matrices:
                way(*matrix)
            if number:  # the first time warms up
                seconds[name].append(time.perf_counter() - start)
                busy[name].append(time.process_time() - used)
    what = "a block of 7B" if seven_b else f"{rows} x {columns}"
    typer.echo(f"{what} bfloat16, rank {rank}, {torch.get_num_threads()} threads, median of {repeats}")
    copying, copying_busy = (max(1e-9, statistics.median(taken["copy"])) for taken in (seconds, busy))
    for name in ways:
        middle, middle_busy = statistics.median(seconds[name]), statistics.median(busy[name])
        typer.echo(
            f"{name:<8} {middle:9.4f} s, busy {middle_busy:9.4f} s = {middle_busy / copying_busy:6.1f} copies; "
            f"{middle / copying:6.1f} copies"
        )


def factors(shape: tuple[int, int], rank: int, generator: torch.Generator) -> LowRank:
    """Return random factors of a change of a matrix of that shape."""
    height, width = shape
    return LowRank(torch.randn(rank, width, generator=generator), torch.randn(height, rank, generator=generator), 1.0)


def in_one_pass(weight: Tensor, forgetting: LowRank, anchor: LowRank, k: float, fused: Rows) -> None:
    """Add the sculpted change to the matrix, as it is done for a large model."""
    ratio = scale_ratio(frobenius_norm(forgetting), frobenius_norm(anchor))
    add_sculpted(weight, forgetting, anchor, factor=k * ratio, rows=fused)


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
