#!/usr/bin/env python
"""How answering grows with the number of people: seconds that a processor was busy, and peak memory.

benchmarks/people.py [--sizes 100,300,1000] [--every 1] [--seed 0]

The embedded model, untaught, is asked every `--every`-th question about fictional people (64-pixel pictures), as a run
asks, with a ledger on the disk. Each size is a process of its own, whose peak is that of the whole: drawing the people,
loading the model, asking.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer


def main(
    sizes: Annotated[str, typer.Option(help="Numbers of people, with commas.")] = "100,300,1000",
    every: Annotated[int, typer.Option(min=1, help="Which share of the questions is asked: one of so many.")] = 1,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
) -> None:
    """Print a line a size."""
    for size in sizes.split(","):
        command = [sys.executable, "-c", f"import people; people.ask({int(size)}, {every}, {seed})"]
        subprocess.run(command, check=True, cwd=Path(__file__).parent)


def ask(size: int, every: int, seed: int) -> None:
    """Ask about so many people and print what it took."""
    from smfa_bench.data.sample import samples
    from smfa_bench.generation.ledger import Ledger, collect
    from smfa_bench.models.choose import choose_model
    from smfa_bench.models.vision_language import load_model
    from smfa_bench.progress import Silent
    from smfa_bench_profiles.source import fictional

    people = fictional(size=size, seed=seed, picture_size=64)
    asked = samples([*people.questions()][::every], people.pictures)
    vlm = load_model(choose_model("tiny"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        collect(vlm, None, asked, Ledger(Path(folder) / "answers.jsonl"), title="asking", progress=Silent())
        busy = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(  # noqa: T201
        f"{size:>5} people, {len(asked):>6} questions: {busy:7.1f} s busy, {busy / len(asked) * 1000:5.1f} ms each; "
        f"peak {peak:6.0f} MiB, {before:6.0f} MiB of it before asking",
        flush=True,
    )


if __name__ == "__main__":
    typer.run(main)
