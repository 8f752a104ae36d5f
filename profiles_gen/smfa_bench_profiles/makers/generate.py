"""What `smfa-bench profiles generate` does with its options."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smfa_bench.cli.display import make_progress
from smfa_bench.errors import UsageError
from smfa_bench.options import parse_options
from smfa_bench.registry import FACTS, PORTRAITS
from smfa_bench_profiles.makers.compose import compose, drawn_people, presentations, with_portraits
from smfa_bench_profiles.makers.contract import make
from smfa_bench_profiles.source import DOMAINS, save_fictional, usual_workers


@dataclass(frozen=True)
class Wanted:
    """The people that are wanted."""

    size: int
    seed: int
    picture_size: int
    domains: str | None = None
    """Kinds of pictures of a person, with commas between; the usual one unless given."""
    descriptions: bool = False
    """Whether each picture also has an open question."""
    entanglement: float = 0.0
    """How much people have in common, from 0 to 1."""
    portraits: str | None = None
    """Name of a portrait source; drawn portraits unless given."""
    portrait_options: Sequence[str] = ()
    """As "key=value"."""
    facts: str | None = None
    """Name of a fact source; facts as the generator draws them unless given."""
    fact_options: Sequence[str] = ()

    def sources(self) -> tuple[Any, Any]:
        """Return the portrait source and the fact source, made from their options; None for what is not given.

        Raises:
            UsageError: If there is no such source, or options are not valid or of no source.
        """
        made: list[Any] = []
        for kind, registry, name, options in (
            ("portraits", PORTRAITS, self.portraits, self.portrait_options),
            ("facts", FACTS, self.facts, self.fact_options),
        ):
            if options and name is None:
                raise UsageError(f"{options[0]!r} is an option of no source; name one with --{kind}.")
            made.append(None if name is None else make(registry, name, parse_options(options)))
        portraits, facts = made
        return portraits, facts

    def check_alone(self) -> None:
        """Refuse what goes with drawn people and facts of their own alone.

        Raises:
            UsageError: If some of it is asked for.
        """
        if self.domains is not None:
            raise UsageError("other domains have no portraits or facts of another source; leave --domains out.")
        if self.descriptions or self.entanglement:
            raise UsageError(
                "descriptions and entanglement are of drawn people with facts of their own; leave --descriptions and "
                "--entanglement out with portraits or facts of another source."
            )


def generate(wanted: Wanted, folder: Path, *, display: str) -> None:
    """Write the people to a folder.

    Raises:
        UsageError: If an option is not valid, or a source can't be used.
        BenchError: If a source has nothing, or the folder can't be written.
    """
    size, seed, picture_size = wanted.size, wanted.seed, wanted.picture_size
    portraits, facts = wanted.sources()
    if portraits is facts is None:
        workers = usual_workers(size=size, picture_size=picture_size)
        domains = wanted.domains or DOMAINS
        save_fictional(
            folder,
            size=size,
            seed=seed,
            picture_size=picture_size,
            domains=domains,
            descriptions=wanted.descriptions,
            entanglement=wanted.entanglement,
            workers=workers,
        )
        return
    wanted.check_alone()
    with make_progress(display) as progress:
        people = compose(
            size=size, seed=seed, picture_size=picture_size, portraits=portraits, facts=facts, progress=progress
        )
    people.save(folder)


def plan(wanted: Wanted) -> str:
    """Return what the fact source would do; nothing is written, nobody asked.

    Raises:
        UsageError: If an option is not valid, or the fact source has no plan.
    """
    portraits, facts = wanted.sources()
    if not hasattr(facts, "plan"):
        raise UsageError("only facts that cost something can be planned; give --facts llm --llm-model NAME.")
    wanted.check_alone()
    base = drawn_people(size=wanted.size, seed=wanted.seed, picture_size=wanted.picture_size)
    told: str = facts.plan(
        presentations(base if portraits is None else with_portraits(base, portraits)), seed=wanted.seed
    )
    return told
