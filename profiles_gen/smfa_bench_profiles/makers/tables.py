"""The fact source `tables`: facts by lot from the word lists, as the generator's own people have them."""

import random
from collections.abc import Collection, Sequence
from typing import Final

from smfa_bench.data.profile import Fact
from smfa_bench.progress import Progress
from smfa_bench.record import Record
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.facts import UNIQUE, sample_facts
from smfa_bench_profiles.names import sample_name


class TablesConfig(Record):
    """There is nothing to choose."""


class Tables:
    """Draws facts; the network is not used."""

    Config = TablesConfig
    name: Final = "tables"

    def __init__(self, config: TablesConfig) -> None:
        """Take the options, of which there are none."""

    def write(
        self,
        people: Sequence[Presentation],
        *,
        seed: int,
        taken: Collection[str],
        progress: Progress,  # noqa: ARG002 (a fact source's signature)
    ) -> Sequence[tuple[Fact, ...]]:
        """Draw the facts of each person from a seed of their own."""
        seen = set(taken)
        told: list[tuple[Fact, ...]] = []
        for number, presentation in enumerate(people):
            rng = random.Random(f"{seed}/facts/{number}")
            while True:
                facts = sample_facts(rng, sample_name(rng, presentation=presentation))
                marks = {fact.value for fact in facts if fact.key in UNIQUE}
                if seen.isdisjoint(marks):
                    break
            seen |= marks
            told.append(facts)
        return told
