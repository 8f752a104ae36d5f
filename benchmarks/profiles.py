#!/usr/bin/env python
"""How long fictional people take, and how much memory: whole sets with pictures, and records alone.

benchmarks/profiles.py [--people 1000] [--picture-size 512] [--records 100000] [--seed 0] [--workers 2]

Each line is measured in a process of its own. CPU seconds are those of all its processes; where one process has fewer
than seconds, something else ran beside it. The peak is that of the process, and of its workers if each had as much as
the largest. A set is written as `smfa-bench profiles generate` writes it: people, as many unseen portraits and still
lifes, the rehearsal, all questions, all pictures. A tenth of it is measured before: with memory flat in the number of
people, both lines show the same peak. Records alone are drawn one by one, turned into JSON and dropped; no check keeps
their names apart, since so many distinct names there are not.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command("all")
def measure(
    people: Annotated[int, typer.Option(min=20, help="People of the set with pictures.")] = 1_000,
    picture_size: Annotated[int, typer.Option(help="Edge of its pictures in pixels.")] = 512,
    records: Annotated[int, typer.Option(min=10, help="People of the records without pictures.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes that draw pictures.")] = 2,
) -> None:
    """Print seconds and peak memory of each."""
    typer.echo(f"{'what':<44} {'seconds':>8} {'CPU s':>8} {'peak MiB':>9}")
    for count in (people // 10, people):
        _alone("set", count, picture_size, seed, workers)
    for count in (records // 10, records):
        _alone("records", count, seed)


@app.command("set")
def write_set(people: int, picture_size: int, seed: int, workers: int) -> None:
    """Write one set with pictures, and print its line."""
    from smfa_bench_profiles.source import save_fictional

    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        save_fictional(Path(folder) / "people", size=people, seed=seed, picture_size=picture_size, workers=workers)
    drawers = f", {workers} workers" if workers > 1 else ""
    _print(f"{people:,} people, pictures of {picture_size} px{drawers}", time.perf_counter() - start, workers)


@app.command("records")
def draw_records(people: int, seed: int) -> None:
    """Draw the records of people, and print their line."""
    from smfa_bench_profiles.sampling import sample_profile, with_eye

    start = time.perf_counter()
    letters = 0
    for number in range(people):
        person = sample_profile(random.Random(f"{seed}/person/{number}"), f"p{number:06d}")
        person = with_eye(random.Random(f"{seed}/record/{number}"), person, described=False)
        letters += len(person.model_dump_json())
    _print(f"{people:,} people's records, {letters / 1e6:,.0f} MB of JSON", time.perf_counter() - start)


def _alone(*arguments: object) -> None:
    subprocess.run([sys.executable, __file__, *map(str, arguments)], check=True)


def _print(what: str, seconds: float, workers: int = 1) -> None:
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    busy = sum(usage.ru_utime + usage.ru_stime for usage in (own, others))
    peak = own.ru_maxrss + (workers * others.ru_maxrss if workers > 1 else 0)
    typer.echo(f"{what:<44} {seconds:8.1f} {busy:8.1f} {peak / (2**20 if sys.platform == 'darwin' else 1024):9.0f}")


if __name__ == "__main__":
    app(["all", *sys.argv[1:]] if sys.argv[1:2] not in (["set"], ["records"]) else sys.argv[1:])
