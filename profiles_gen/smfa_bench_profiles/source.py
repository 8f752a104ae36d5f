"""The profile source `fictional`: people who never were, drawn and described from a seed."""

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PIL import Image
from pydantic import JsonValue

from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import GROUPS, Origin, ProfileSet, save_scenes
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import canonical_json
from smfa_bench_profiles.encoded import draw, encoded
from smfa_bench_profiles.facts import UNIQUE
from smfa_bench_profiles.names import AVAILABLE
from smfa_bench_profiles.sampling import sample_profile, sample_scene, sample_unseen

VERSION: Final = 1
SMALLEST_PICTURE: Final = 32
FEWEST_SCENES: Final = 20
"""Unseen and general scenes of the smallest sets; larger sets have as many of each as people."""
REHEARSED: Final = 10
"""Strangers and still lifes of the rehearsal for each of the people: read over and over, few of them would be learnt
by heart, and reading would be lost all the same."""
MOST_REHEARSED: Final = 1_000
WORTH_WORKERS: Final = 100_000_000
"""Pixels of all pictures together from which several processes draw: a few seconds of one."""
MOST: Final = AVAILABLE // 3
"""Most people of a set: they and the strangers have names of their own."""

Drawn = TypeVar("Drawn", bound=Scene)


def fictional(*, size: int, seed: int, picture_size: int, descriptions: bool = False) -> ProfileSet:
    """Make `size` people, and as many unseen portraits and still lifes (at least 20 of each).

    For the rehearsal there are ten times as many strangers and still lifes as people, at most 1,000 of each.

    Every person is drawn from a seed of their own, so that a small set is the beginning of a large one. Nobody shares
    a name, an address, a phone number, an e-mail address, an account or all visible attributes with another.

    Args:
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        picture_size: Edge of the pictures in pixels, 32 or more.
        descriptions: Whether each picture also has an open question, whose answer names all that was drawn.

    Raises:
        UsageError: If size or picture size is out of range.
    """
    origin = fictional_origin(size=size, seed=seed, picture_size=picture_size, descriptions=descriptions)
    scenes: dict[str, list[Scene]] = {group: [] for group in GROUPS}
    for group, scene in stream(size=size, seed=seed, descriptions=descriptions):
        scenes[group].append(scene)
    return ProfileSet(
        origin=origin,
        profiles=tuple(profile for profile in scenes["profiles"] if isinstance(profile, Profile)),
        unseen=tuple(scenes["unseen"]),
        general=tuple(scenes["general"]),
        rehearsal=tuple(scenes["rehearsal"]),
        pictures=DrawnPictures((scene for group in scenes.values() for scene in group), size=picture_size),
    )


def save_fictional(
    folder: Path, *, size: int, seed: int, picture_size: int, descriptions: bool = False, workers: int = 1
) -> None:
    """Write the set that `fictional` would make, each person when the one before is on the disk.

    Args:
        folder: Appears when it is whole.
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        picture_size: Edge of the pictures in pixels, 32 or more.
        descriptions: As for `fictional`.
        workers: Processes that draw; any number writes the same bytes.

    Raises:
        UsageError: If size or picture size is out of range.
        BenchError: If the folder can't be written.
    """
    origin = fictional_origin(size=size, seed=seed, picture_size=picture_size, descriptions=descriptions)
    scenes = stream(size=size, seed=seed, descriptions=descriptions)
    save_scenes(folder, origin, encoded(scenes, size=picture_size, workers=workers))


def usual_workers(*, size: int, picture_size: int) -> int:
    """Return how many processes are worth their start for a set: as many as there are processors, or 1."""
    pictures = 3 * size + 2 * min(REHEARSED * size, MOST_REHEARSED)
    if pictures * picture_size**2 < WORTH_WORKERS:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fictional_origin(*, size: int, seed: int, picture_size: int, descriptions: bool = False) -> Origin:
    """Return the origin of a set of fictional people.

    Raises:
        UsageError: If size or picture size is out of range.
    """
    if not 2 <= size <= MOST:
        raise UsageError(f"can't make {size} people: valid are 2 to {MOST:,}, for lack of distinct names.")
    if picture_size < SMALLEST_PICTURE:
        raise UsageError(f"pictures of {picture_size} pixels show nothing; choose {SMALLEST_PICTURE} or more.")
    options: dict[str, JsonValue] = {"descriptions": True} if descriptions else {}
    return Origin(
        source="fictional", version=VERSION, size=size, seed=seed, picture_size=picture_size, options=options or None
    )


def stream(*, size: int, seed: int, descriptions: bool = False) -> Iterator[tuple[str, Scene]]:
    """Draw everything of a set one by one, with the name of its group; only names and other marks are remembered.

    Args:
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        descriptions: Whether each picture also has an open question.
    """
    person = partial(sample_profile, described=descriptions)
    unseen = partial(sample_unseen, described=descriptions)
    still_life = partial(sample_scene, described=descriptions)
    scenes = max(FEWEST_SCENES, size)
    rehearsed = min(REHEARSED * size, MOST_REHEARSED)
    taken: set[str] = set()
    for i in range(size):
        yield "profiles", _distinct(person, random.Random(f"{seed}/person/{i}"), f"p{i:04d}", taken)
    for i in range(scenes):
        yield "unseen", _distinct(unseen, random.Random(f"{seed}/unseen/{i}"), f"u{i:04d}", taken)
    for i in range(scenes):
        yield "general", still_life(random.Random(f"{seed}/general/{i}"), f"g{i:04d}")
    for i in range(rehearsed):
        yield "rehearsal", _distinct(person, random.Random(f"{seed}/stranger/{i}"), f"s{i:04d}", taken)
    for i in range(rehearsed):
        yield "rehearsal", still_life(random.Random(f"{seed}/still life/{i}"), f"l{i:04d}")


class DrawnPictures(Mapping[str, Image.Image]):
    """Pictures by id, drawn each time they are asked for."""

    def __init__(self, scenes: Iterable[Scene], *, size: int) -> None:
        """Remember what to draw, at an edge of `size` pixels."""
        self._scenes = {scene.picture: scene for scene in scenes}
        self._size = size

    def __getitem__(self, name: str) -> Image.Image:
        return draw(self._scenes[name].drawing, self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._scenes)

    def __len__(self) -> int:
        return len(self._scenes)


def _distinct(sample: Callable[[random.Random, str], Drawn], rng: random.Random, name: str, taken: set[str]) -> Drawn:
    while True:
        drawn = sample(rng, name)
        marks = set(_marks(drawn))
        if taken.isdisjoint(marks):
            taken |= marks
            return drawn


def _marks(scene: Scene) -> Iterator[str]:
    yield canonical_json(scene.drawing["attributes"])
    if isinstance(scene, Profile):
        yield from (fact.value for fact in scene.facts if fact.key in UNIQUE)
