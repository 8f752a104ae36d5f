#!/usr/bin/env python
"""What the likelihoods of a run cost beside its answers: CPU seconds of each, on the untaught embedded model.

benchmarks/likelihoods.py [--size 100] [--forget-ratio 0.05] [--seed 0]

CPU seconds, since wall time would depend on what else runs; loading the model and drawing pictures for the first time
are in neither.
"""

import time
from collections.abc import Callable
from typing import Annotated

import typer

from smfa_bench.data.probes import probes
from smfa_bench.data.sample import samples
from smfa_bench.data.split import make_split
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import load_model
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Stage
from smfa_bench.runner.probing import take
from smfa_bench_profiles.embedded import spec
from smfa_bench_profiles.source import fictional


def measure(
    size: Annotated[int, typer.Option(help="People.")] = 100,
    forget_ratio: Annotated[float, typer.Option(help="Share of them to forget.")] = 0.05,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
) -> None:
    """Print both."""
    people = fictional(size=size, seed=seed, picture_size=64)
    split = make_split(people, forget_ratio=forget_ratio, few_shot=1, seed=seed)
    vlm = load_model(spec())
    asked = probes(people, split, seed=seed)
    _print(
        f"likelihoods, {len(asked)} questions",
        lambda: take(vlm, None, asked, stage=Stage.BASE, progress=Silent()),
    )
    for kind, shown in (("with a picture", True), ("without", False)):
        questions = [question for question in people.questions() if (question.picture is not None) is shown]
        paired = samples(questions, people.pictures)
        _print(f"answers, {len(questions)} questions {kind}", lambda paired=paired: list(answer(vlm, paired)))


def _print(what: str, work: Callable[[], object]) -> None:
    start = time.process_time()
    work()
    typer.echo(f"{what:<44} {time.process_time() - start:8.1f} s")


if __name__ == "__main__":
    typer.run(measure)
