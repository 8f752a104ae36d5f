#!/usr/bin/env python
"""What a sweep over k costs beside one training of SMFA and an evaluation for each k.

benchmarks/k_sweep.py [--size 20] [--seed 0] [--model tiny] [--profiles fictional]

One run is trained; its adapter is then sculpted with eight other k, as `smfa-bench resculpt` does in one command.
Vanilla model, its answers and likelihoods come from a cache that was filled before, as any but the first run finds
it. The whole is compared with what its parts must cost: the training and nine times answering, likelihoods and scoring.
Seconds are those that the processor was busy.
"""

import tempfile
import time
from pathlib import Path
from typing import Annotated, cast

import typer

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.adapter.files import load_adapter
from smfa_bench.progress import Silent
from smfa_bench.results.result import RunConfig
from smfa_bench.results.store import ADAPTER
from smfa_bench.runner.setting import Setting, prepare
from smfa_bench.runner.stages import run_prepared
from smfa_bench_methods.sculpted_adapter import SculptedAdapter

KS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
EVALUATION = ("answers of the unlearned model", "likelihoods of the unlearned model", "scoring")


def main(
    size: Annotated[int, typer.Option(min=3, help="People.")] = 20,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
    model: Annotated[str, typer.Option(help="As of smfa-bench run.")] = "tiny",
    profiles: Annotated[str, typer.Option(help="As of smfa-bench run.")] = "fictional",
) -> None:
    """Print a line a k, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        settings: list[Setting] = []

        def measured(k: float, adapter: Adapter | None = None, method: str = "smfa") -> tuple[float, float, Path]:
            """Return busy seconds, the share of them by clock that training and evaluation took, and the run."""
            options = {"k": k} if method == "smfa" else {}
            config = RunConfig(
                method=method, model=model, profiles=profiles, size=size, seed=seed, few_shot=2, options=options
            )
            busy, begun = time.process_time(), time.monotonic()
            settings.append(prepare(config, root / "cache", Silent(), before=settings[-1] if adapter else None))
            result = run_prepared(settings[-1], runs_dir=root / "runs", adapter=adapter)
            trained = result.seconds.get("unlearning", 0.0)
            needed = trained + sum(result.seconds[stage] for stage in EVALUATION)
            share = needed / (time.monotonic() - begun)
            return time.process_time() - busy, share, root / "runs" / result.run_id

        measured(0.0, method="retain-only")  # fills the cache
        whole, needed = 0.0, 0.0
        first: SculptedAdapter | None = None
        for k in KS:
            known = first.resculpted(dict.fromkeys(first.forgetting, k)) if first else None
            busy, share, place = measured(k, known)
            first = first or cast(SculptedAdapter, load_adapter(place / ADAPTER))
            whole, needed = whole + busy, needed + busy * share
            typer.echo(f"k = {k:<4} {busy:6.1f} s, {'trained' if known is None else 'sculpted anew'}")
        typer.echo(f"{len(KS)} k: {whole:.1f} s; one training and {len(KS)} evaluations: {needed:.1f} s")
        typer.echo(f"ratio {whole / needed:.2f}")


if __name__ == "__main__":
    typer.run(main)
