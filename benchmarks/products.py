#!/usr/bin/env python
"""How fast float32 products are by what torch takes, MKL as a rule, and by oneDNN, as on AMD processors with AVX-512.

benchmarks/products.py [--repeats 5]

One line a size: rows and weights as questions are read and decoded, and one of rank 16 as changes are made dense. The
two take turns; each number is the best of `repeats` times twenty products, in 10^9 operations a second.
"""

import time
from collections.abc import Callable
from typing import Annotated

import torch
import typer
from torch import Tensor

from smfa_bench.models import products

SIZES = [(128, 192, 192), (1000, 192, 2048), (32, 512, 512), (704, 512, 512), (2308, 512, 1408), (48, 16, 11008)]
"""Rows, inner width, columns."""
PRODUCTS = 20


def measure(repeats: Annotated[int, typer.Option(min=1, help="Times that each size is measured.")] = 5) -> None:
    """Print operations a second of each size and way, and the ratio."""
    typer.echo(
        f"{torch.get_num_threads()} threads; chosen on this machine: {'oneDNN' if products._pays() else 'torch'}"
    )
    typer.echo(f"{'size':<20} {'torch':>8} {'oneDNN':>8} {'ratio':>6}")
    for rows, inner, columns in SIZES:
        left, right = torch.randn(rows, inner), torch.randn(columns, inner).T
        ways = {"torch": torch.mm, "oneDNN": by_onednn}
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(repeats):
            for name, way in ways.items():
                best[name] = min(best[name], seconds(way, left, right))
        rates = [2 * rows * inner * columns / best[name] / 1e9 for name in ways]
        size = f"{rows} x {inner} x {columns}"
        typer.echo(f"{size:<20} {rates[0]:8.1f} {rates[1]:8.1f} {rates[1] / rates[0]:6.2f}")


def by_onednn(left: Tensor, right: Tensor) -> Tensor:
    """Return the product as it is taken where it pays, whether or not it does here."""
    return products._multiplied(left, right.T, None)


def seconds(way: Callable[[Tensor, Tensor], Tensor], left: Tensor, right: Tensor) -> float:
    """Return the seconds of one product."""
    way(left, right)
    start = time.perf_counter()
    for _ in range(PRODUCTS):
        way(left, right)
    return (time.perf_counter() - start) / PRODUCTS


if __name__ == "__main__":
    typer.run(measure)
