"""A profile source for quick runs: few scenes beside the people, so that few questions are asked."""

from dataclasses import replace

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench_profiles.source import fictional

SCENES = 2


def few_scenes(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return the fictional people with two unseen portraits and two still lifes."""
    people = fictional(size=size, seed=seed, picture_size=picture_size)
    return replace(people, unseen=people.unseen[:SCENES], general=people.general[:SCENES])
