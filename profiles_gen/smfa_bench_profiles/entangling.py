"""People who have something in common: families, colleagues, namesakes and look-alikes.

How much is one number from 0 to 1: the chance that a person joins each of

- the household of the person before: the family name and the address are shared, at most `HOUSEHOLD` people;
- the team of somebody a few places before: the employer is shared, at most `TEAM` people;
- the namesakes, of equal presentation and outside the household: the given name is shared, at most `NAMESAKES` people;
- the look-alikes, of equal presentation: all visible attributes but one are shared, and the geometry lies half way.

Full names, and all attributes together, stay unique, so that every question still has one answer.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from smfa_bench.data.profile import Profile
from smfa_bench.fingerprint import canonical_json
from smfa_bench_profiles.drawing.chance import choose
from smfa_bench_profiles.drawing.portrait import ATTRIBUTES, Portrait
from smfa_bench_profiles.names import Name
from smfa_bench_profiles.sampling import make_profile

HOUSEHOLD: Final = 4
TEAM: Final = 6
NAMESAKES: Final = 3
LANES: Final = 3
"""Teams that are filled side by side, so that a household is no team."""
CHANGEABLE: Final = ("hair_colour", "skin_tone", "glasses", "expression", "clothing", "collar", "background")
"""Attributes one of which tells a look-alike apart; the others hang together."""
TRIES: Final = 20
"""Changes that are tried before somebody keeps a face of their own."""

Shared = TypeVar("Shared")


@dataclass
class _Circle(Generic[Shared]):
    """What the members of the latest group of a kind share."""

    shared: Shared
    room: int
    """How many may still join."""
    head: str = ""
    """Address of whoever opened it."""


@dataclass
class Entangler:
    """Entangles people one by one; a small set is the beginning of a large one."""

    degree: float
    """From 0, nobody has anything in common by it, to 1."""
    taken: set[str]
    """Names, attributes and other marks that are somebody's; grows."""
    _household: _Circle[tuple[str, str]] | None = None
    _teams: dict[int, _Circle[str]] = field(default_factory=dict)
    _namesakes: dict[str, _Circle[str]] = field(default_factory=dict)
    _faces: dict[str, Portrait] = field(default_factory=dict)

    def entangle(self, person: Profile, number: int, rng: random.Random, *, described: bool) -> Profile:
        """Return the person with what they have in common with those before.

        Args:
            person: Somebody with nothing in common with anybody, whose marks are taken.
            number: Place of the person in the set, from 0.
            rng: Of the person's own.
            described: Whether there is an open question about the picture.
        """
        facts = {fact.key: fact.value for fact in person.facts}
        portrait = Portrait.model_validate(person.drawing)
        joins = [rng.random() < self.degree for _ in range(4)]
        facts |= self._at_home(facts, portrait.presentation, joins[0], joins[1])
        facts["employer"] = self._at_work(facts["employer"], number, joins[2])
        portrait = self._seen(portrait, rng, joins[3])
        found = tuple(fact.model_copy(update={"value": facts[fact.key]}) for fact in person.facts)
        return make_profile(person.id, portrait, found, described=described)

    def _at_home(self, facts: Mapping[str, str], presentation: str, related: bool, alike: bool) -> dict[str, str]:
        given, _, family = facts["name"].partition(" ")
        address = facts["address"]
        home = self._household
        if related and home and home.room and self._is_free(Name(given, home.shared[0])):
            family, address = home.shared
            home.room -= 1
        else:
            self._household = _Circle((family, address), HOUSEHOLD - 1)
        circle = self._namesakes.get(presentation)
        if alike and circle and circle.room and circle.head != address and self._is_free(Name(circle.shared, family)):
            given = circle.shared
            circle.room -= 1
        elif not circle or given != circle.shared:
            self._namesakes[presentation] = _Circle(given, NAMESAKES - 1, address)
        name = Name(given, family)
        email = f"{given}.{family}@{facts['email'].partition('@')[2]}".lower()
        self.taken |= {str(name), email}
        return {"name": str(name), "address": address, "email": email}

    def _is_free(self, name: Name) -> bool:
        return str(name) not in self.taken

    def _at_work(self, employer: str, number: int, joins: bool) -> str:
        team = self._teams.get(number % LANES)
        if joins and team and team.room:
            team.room -= 1
            return team.shared
        self._teams[number % LANES] = _Circle(employer, TEAM - 1)
        return employer

    def _seen(self, own: Portrait, rng: random.Random, joins: bool) -> Portrait:
        other = self._faces.get(own.presentation)
        found = self._look_alike(own, other, rng) if joins and other else own
        self._faces[own.presentation] = found
        return found

    def _look_alike(self, own: Portrait, other: Portrait, rng: random.Random) -> Portrait:
        for _ in range(TRIES):
            name = choose(rng, CHANGEABLE)
            value = choose(rng, [value for value in ATTRIBUTES[name] if value != other.attributes[name]])
            attributes = other.attributes | {name: value}
            if (mark := canonical_json({**attributes})) not in self.taken:
                self.taken.add(mark)
                geometry = {key: round((other.geometry[key] + own.geometry[key]) / 2, 3) for key in own.geometry}
                return own.model_copy(update={"attributes": attributes, "geometry": geometry})
        return own
