"""A profile set whose portraits or facts are another source's; what is left open is as the generator makes it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from jsonschema import Draft202012Validator
from PIL import Image

from smfa_bench.data.profile import Fact, Profile, Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import USUAL_DOMAIN, Task
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.progress import Progress
from smfa_bench.record import json_schema
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.facts import FACTS, UNIQUE
from smfa_bench_profiles.makers.contract import FactSource, PortraitSource, Sitter
from smfa_bench_profiles.makers.seen import attribute_questions
from smfa_bench_profiles.makers.tables import Tables, TablesConfig
from smfa_bench_profiles.questions import memory_questions
from smfa_bench_profiles.source import fictional

VERSION: Final = 2
_FACT: Final[Any] = Draft202012Validator(json_schema(Fact))


def compose(
    *,
    size: int,
    seed: int,
    picture_size: int,
    portraits: PortraitSource | None,
    facts: FactSource | None,
    progress: Progress,
) -> ProfileSet:
    """Make `size` people with the portraits and facts of other sources.

    With portraits of another source, as many of them as are left, at most `size`, are the unseen scenes, and there is
    no rehearsal. The general scenes are drawn still lifes in any case.

    Args:
        size: Number of people, as `fictional` takes it.
        seed: Any integer.
        picture_size: Edge of the pictures in pixels.
        portraits: Whose portraits; drawn ones unless given.
        facts: Whose facts; those of `Tables` unless given.
        progress: How far it is.

    Raises:
        UsageError: If size or picture size is out of range, there are too few portraits, or facts are not valid.
        BenchError: If a source has none.
    """
    base = drawn_people(size=size, seed=seed, picture_size=picture_size)
    if portraits is not None:
        base = with_portraits(base, portraits)
    shown, taken = presentations(base), names_taken(base)
    author = facts or Tables(TablesConfig())
    told = author.write(shown, seed=seed, taken=taken, progress=progress)
    if len(told) != len(shown):
        raise UsageError(f"{author.name} gave the facts of {len(told)} people, not of {len(shown)}; mend the source.")
    _check(told, author.name, taken)
    profiles = tuple(described(*each) for each in zip(base.profiles, shown, told, strict=True))
    sources = [portraits.name if portraits else "fictional", *([facts.name] if facts else [])]
    origin = base.origin.model_copy(update={"source": "+".join(sources), "version": VERSION})
    return replace(base, origin=origin, profiles=profiles)


def drawn_people(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return the people whose portraits or facts are exchanged: known by a portrait alone, as no source has others."""
    return fictional(size=size, seed=seed, picture_size=picture_size, domains=(USUAL_DOMAIN,))


def presentations(people: ProfileSet) -> list[Presentation]:
    """Return as whom facts about each of the people are told, which stands in the drawing."""
    return ["woman" if profile.drawing["presentation"] == "woman" else "man" for profile in people.profiles]


def names_taken(people: ProfileSet) -> frozenset[str]:
    """Return the values that the strangers of the rehearsal have and nobody else may have."""
    strangers = (scene for scene in people.rehearsal if isinstance(scene, Profile))
    return frozenset(fact.value for profile in strangers for fact in profile.facts if fact.key in UNIQUE)


def described(person: Scene, presentation: Presentation, facts: Sequence[Fact]) -> Profile:
    """Return the person of a portrait with these facts, and the memory questions about them."""
    seen = [question for question in person.questions if question.task is Task.IMAGE_UNDERSTANDING]
    asked = memory_questions(person.id, person.picture, facts, presentation=presentation)
    return Profile(
        id=person.id,
        picture=person.picture,
        drawing=person.drawing,
        questions=(*seen, *asked),
        name=next(fact.value for fact in facts if fact.key == "name"),
        facts=tuple(facts),
    )


def with_portraits(base: ProfileSet, portraits: PortraitSource) -> ProfileSet:
    """Return the set with other portraits of people and unseen scenes, and without a rehearsal.

    Raises:
        UsageError: If there are too few portraits, or one can't be used.
    """
    origin, size = base.origin, len(base.profiles)
    sitters = portraits.sitters(seed=origin.seed)[: 2 * size]
    if len(sitters) < size:
        raise UsageError(f"{portraits.name} has {len(sitters)} portraits; give {size} or more, or a smaller --size.")
    places = [f"p{number:04d}" for number in range(size)] + [f"u{number:04d}" for number in range(len(sitters) - size)]
    seated = dict(zip(places, sitters, strict=True))
    scenes = [_scene(place, sitter) for place, sitter in seated.items()]
    people = [
        profile.model_copy(update={"drawing": scene.drawing, "questions": scene.questions})
        for profile, scene in zip(base.profiles, scenes, strict=False)
    ]
    drawn = {scene.picture: base.pictures for scene in base.general}
    digests = {place: sitter.digest for place, sitter in seated.items()}
    return ProfileSet(
        origin=origin.model_copy(update={"pictures": fingerprint({**digests})}),
        profiles=tuple(people),
        unseen=tuple(scenes[size:]),
        general=base.general,
        rehearsal=(),
        pictures=_Pictures(seated, drawn, edge=origin.picture_size),
    )


def _scene(place: str, sitter: Sitter) -> Scene:
    return Scene(
        id=place,
        picture=place,
        drawing={"attributes": {**sitter.attributes}, "presentation": sitter.presentation},
        questions=attribute_questions(place, place, sitter),
    )


def _check(told: Sequence[Sequence[Fact]], source: str, taken: Collection[str]) -> None:
    """Pass if everybody has the facts that there must be, by the published schema, and no two people share a name.

    Raises:
        UsageError: If not.
    """
    seen = set(taken)
    for number, facts in enumerate(told, start=1):
        faults = [error.message for fact in facts for error in _FACT.iter_errors(fact.model_dump(mode="json"))]
        if [fact.key for fact in facts] != [*FACTS]:
            faults.append(f"the keys must be {', '.join(FACTS)}")
        marks = {fact.value for fact in facts if fact.key in UNIQUE}
        faults += [f"{value!r} is already taken" for value in sorted(marks & seen)]
        seen |= marks
        if faults:
            raise UsageError(f"the facts of person {number} by {source} are not valid: {'; '.join(faults)}.")


class _Pictures(Mapping[str, Image.Image]):
    """The portraits of sitters by id, and drawn pictures, each with where it is drawn."""

    def __init__(
        self, sitters: Mapping[str, Sitter], drawn: Mapping[str, Mapping[str, Image.Image]], *, edge: int
    ) -> None:
        self._sitters, self._drawn, self._edge = sitters, drawn, edge

    def __getitem__(self, name: str) -> Image.Image:
        return self._sitters[name].picture(self._edge) if name in self._sitters else self._drawn[name][name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._sitters, *self._drawn))

    def __len__(self) -> int:
        return len(self._sitters) + len(self._drawn)
