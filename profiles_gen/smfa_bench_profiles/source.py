"""The profile source `fictional`: people who never were, drawn and described from a seed."""

import math
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PIL import Image
from pydantic import JsonValue

from smfa_bench.data.picture_file import LARGEST_EDGE
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import GROUPS, Origin, ProfileSet, save_scenes
from smfa_bench.data.question import USUAL_DOMAIN
from smfa_bench.errors import UsageError, unknown
from smfa_bench.fingerprint import canonical_json
from smfa_bench_profiles import fundus_record
from smfa_bench_profiles.encoded import Drawing, draw, encoded
from smfa_bench_profiles.entangling import Entangler
from smfa_bench_profiles.facts import UNIQUE
from smfa_bench_profiles.names import AVAILABLE
from smfa_bench_profiles.sampling import sample_profile, sample_scene, sample_unseen, sample_unseen_eye, with_eye

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
DOMAINS: Final = (USUAL_DOMAIN, fundus_record.DOMAIN)
"""Kinds of pictures that people can be known by; everybody has a portrait."""
_MARKS: Final = frozenset((*UNIQUE, *fundus_record.UNIQUE))

Drawn = TypeVar("Drawn", bound=Scene)


def fictional(
    *,
    size: int,
    seed: int,
    picture_size: int,
    descriptions: bool | str = False,
    domains: str | Sequence[str] = DOMAINS,
    entanglement: float | str = 0.0,
) -> ProfileSet:
    """Make `size` people, and as many unseen portraits and still lifes (at least 20 of each).

    For the rehearsal there are ten times as many strangers and still lifes as people, at most 1,000 of each. With the
    domain fundus, people and strangers also have a fundus picture and a record, and there are as many unseen fundus
    pictures as unseen portraits; all else is as without it.

    Every person is drawn from a seed of their own, so that a small set is the beginning of a large one. Nobody shares
    a name, an address, a phone number, an e-mail address, an account, a patient number or all visible attributes of a
    picture with another.

    Args:
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        picture_size: Edge of the pictures in pixels, 32 to 4,096.
        descriptions: Whether each picture also has an open question, whose answer names all that was drawn; as a text
            "true" or "false".
        domains: Kinds of pictures, of `DOMAINS`, the first one among them; a text names them with commas between.
        entanglement: How much people have in common, from 0 to 1 (see `entangling.py`). Above 0 they may share an
            address, and all visible attributes but one; full names and the other marks stay unique.

    Raises:
        UsageError: If size or picture size is out of range, or an option is not valid.
    """
    chosen, described = chosen_domains(domains), _yes("descriptions", descriptions)
    degree = _degree(entanglement)
    origin = fictional_origin(
        size=size, seed=seed, picture_size=picture_size, descriptions=described, domains=chosen, entanglement=degree
    )
    scenes: dict[str, list[Scene]] = {group: [] for group in GROUPS}
    for group, scene in stream(size=size, seed=seed, descriptions=described, domains=chosen, entanglement=degree):
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
    folder: Path,
    *,
    size: int,
    seed: int,
    picture_size: int,
    descriptions: bool = False,
    domains: str | Sequence[str] = DOMAINS,
    entanglement: float = 0.0,
    workers: int = 1,
) -> None:
    """Write the set that `fictional` would make, each person when the one before is on the disk.

    Args:
        folder: Appears when it is whole.
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        picture_size: Edge of the pictures in pixels, 32 to 4,096.
        descriptions: As for `fictional`.
        domains: As for `fictional`.
        entanglement: As for `fictional`.
        workers: Processes that draw; any number writes the same bytes.

    Raises:
        UsageError: If size or picture size is out of range, or the domains are not valid.
        BenchError: If the folder can't be written.
    """
    chosen = chosen_domains(domains)
    origin = fictional_origin(
        size=size,
        seed=seed,
        picture_size=picture_size,
        descriptions=descriptions,
        domains=chosen,
        entanglement=entanglement,
    )
    scenes = stream(size=size, seed=seed, descriptions=descriptions, domains=chosen, entanglement=entanglement)
    save_scenes(folder, origin, encoded(scenes, size=picture_size, workers=workers))


def usual_workers(*, size: int, picture_size: int) -> int:
    """Return how many processes are worth their start for a set: as many as there are processors, or 1."""
    pictures = 3 * size + 2 * min(REHEARSED * size, MOST_REHEARSED)
    if pictures * picture_size**2 < WORTH_WORKERS:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chosen_domains(domains: str | Sequence[str]) -> tuple[str, ...]:
    """Return the domains that are meant, in the order of `DOMAINS`.

    Raises:
        UsageError: If one is unknown, or there is no portrait.
    """
    named = {name.strip() for name in (domains.split(",") if isinstance(domains, str) else domains)}
    for name in sorted(named.difference(DOMAINS)):
        raise unknown("domain", name, DOMAINS)
    if USUAL_DOMAIN not in named:
        raise UsageError(f"people without a portrait can't be made; write --domains {','.join(DOMAINS)}.")
    return tuple(name for name in DOMAINS if name in named)


def _yes(name: str, value: bool | str) -> bool:
    answers = {"true": True, "false": False}
    if isinstance(value, str) and value not in answers:
        raise unknown(name, value, answers)
    return answers[value] if isinstance(value, str) else value


def _degree(value: float | str) -> float:
    try:
        degree = float(value)
    except ValueError:
        degree = math.nan
    if not 0 <= degree <= 1:
        raise UsageError(f"entanglement {value} is out of range; choose a number from 0 to 1.")
    return degree


def fictional_origin(
    *,
    size: int,
    seed: int,
    picture_size: int,
    descriptions: bool = False,
    domains: tuple[str, ...] = DOMAINS,
    entanglement: float = 0.0,
) -> Origin:
    """Return the origin of a set of fictional people; domains are named in it if it has not all of them.

    Raises:
        UsageError: If size or picture size is out of range.
    """
    if not 2 <= size <= MOST:
        raise UsageError(f"can't make {size} people: valid are 2 to {MOST:,}, for lack of distinct names.")
    _degree(entanglement)
    if not SMALLEST_PICTURE <= picture_size <= LARGEST_EDGE:
        raise UsageError(
            f"pictures of {picture_size} pixels can't be made; valid are {SMALLEST_PICTURE} to {LARGEST_EDGE}."
        )
    options: dict[str, JsonValue] = {"descriptions": True} if descriptions else {}
    if domains != DOMAINS:
        options["domains"] = list(domains)
    if entanglement:
        options["entanglement"] = entanglement
    return Origin(
        source="fictional", version=VERSION, size=size, seed=seed, picture_size=picture_size, options=options or None
    )


def stream(
    *,
    size: int,
    seed: int,
    descriptions: bool = False,
    domains: tuple[str, ...] = DOMAINS,
    entanglement: float = 0.0,
) -> Iterator[tuple[str, Scene]]:
    """Draw everything of a set one by one, with the name of its group; only names and other marks are remembered.

    Args:
        size: Number of people, 2 to `MOST`.
        seed: Any integer.
        descriptions: Whether each picture also has an open question.
        domains: Kinds of pictures, as `chosen_domains` returns them.
        entanglement: How much people have in common, from 0 to 1; strangers never have anything.
    """
    person = partial(sample_profile, described=descriptions)
    unseen = partial(sample_unseen, described=descriptions)
    unseen_eye = partial(sample_unseen_eye, described=descriptions)
    still_life = partial(sample_scene, described=descriptions)

    def known(drawn: Profile, lot: str) -> Profile:
        """Return a person as the domains want them known."""
        if fundus_record.DOMAIN not in domains:
            return drawn
        return _seen_by_a_doctor(drawn, random.Random(lot), taken, described=descriptions)

    scenes = max(FEWEST_SCENES, size)
    rehearsed = min(REHEARSED * size, MOST_REHEARSED)
    taken: set[str] = set()
    entangler = Entangler(entanglement, taken) if entanglement else None
    for i in range(size):
        drawn = _distinct(person, random.Random(f"{seed}/person/{i}"), f"p{i:04d}", taken)
        if entangler:
            drawn = entangler.entangle(drawn, i, random.Random(f"{seed}/entangled/{i}"), described=descriptions)
        yield "profiles", known(drawn, f"{seed}/record/{i}")
    for i in range(scenes):
        yield "unseen", _distinct(unseen, random.Random(f"{seed}/unseen/{i}"), f"u{i:04d}", taken)
    for i in range(scenes if fundus_record.DOMAIN in domains else 0):
        yield "unseen", _distinct(unseen_eye, random.Random(f"{seed}/unseen eye/{i}"), f"e{i:04d}", taken)
    for i in range(scenes):
        yield "general", still_life(random.Random(f"{seed}/general/{i}"), f"g{i:04d}")
    for i in range(rehearsed):
        drawn = _distinct(person, random.Random(f"{seed}/stranger/{i}"), f"s{i:04d}", taken)
        yield "rehearsal", known(drawn, f"{seed}/stranger's record/{i}")
    for i in range(rehearsed):
        yield "rehearsal", still_life(random.Random(f"{seed}/still life/{i}"), f"l{i:04d}")


class DrawnPictures(Mapping[str, Image.Image]):
    """Pictures by id, drawn each time they are asked for."""

    def __init__(self, scenes: Iterable[Scene], *, size: int) -> None:
        """Remember what to draw, at an edge of `size` pixels."""
        self._drawings: dict[str, Drawing] = {}
        for scene in scenes:
            self._drawings.update(scene.drawings())
        self._size = size

    def __getitem__(self, name: str) -> Image.Image:
        return draw(self._drawings[name], self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._drawings)

    def __len__(self) -> int:
        return len(self._drawings)


def _distinct(sample: Callable[[random.Random, str], Drawn], rng: random.Random, name: str, taken: set[str]) -> Drawn:
    while True:
        drawn = sample(rng, name)
        marks = set(_marks(drawn))
        if taken.isdisjoint(marks):
            taken |= marks
            return drawn


def _seen_by_a_doctor(person: Profile, rng: random.Random, taken: set[str], *, described: bool) -> Profile:
    """Return a person with a fundus picture and a record that are like nobody else's."""
    own = set(_marks(person))
    while True:
        drawn = with_eye(rng, person, described=described)
        marks = set(_marks(drawn)) - own
        if taken.isdisjoint(marks):
            taken |= marks
            return drawn


def _marks(scene: Scene) -> Iterator[str]:
    """Yield what no two scenes may have in common; findings of eyes and attributes of faces have other names."""
    yield from (canonical_json(drawing["attributes"]) for drawing in scene.drawings().values())
    if isinstance(scene, Profile):
        yield from (fact.value for fact in scene.facts if fact.key in _MARKS)
