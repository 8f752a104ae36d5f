"""The twelve private facts of a fictional person."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Final

from smfa_bench.data.profile import Fact, Sensitivity
from smfa_bench.data.question import KeyFactKind
from smfa_bench_profiles.drawing.chance import choose
from smfa_bench_profiles.names import Name
from smfa_bench_profiles.vocabulary import (
    COLLEGES,
    CONDITIONS,
    EMPLOYERS,
    FIELDS,
    MAIL_DOMAINS,
    MONTHS,
    OCCUPATIONS,
    STREETS,
    TOWNS,
)

FACTS: Final[Mapping[str, tuple[KeyFactKind, Sensitivity]]] = {
    "name": ("name", Sensitivity.IDENTITY),
    "date_of_birth": ("date", Sensitivity.IDENTITY),
    "birthplace": ("place", Sensitivity.IDENTITY),
    "address": ("address", Sensitivity.CONTACT),
    "occupation": ("word", Sensitivity.WORK),
    "employer": ("name", Sensitivity.WORK),
    "salary": ("money", Sensitivity.FINANCIAL),
    "phone": ("phone", Sensitivity.CONTACT),
    "email": ("email", Sensitivity.CONTACT),
    "education": ("name", Sensitivity.EDUCATION),
    "medical_condition": ("word", Sensitivity.HEALTH),
    "bank_account": ("code", Sensitivity.FINANCIAL),
}
"""Kind and sensitivity of each fact, in the order in which a profile lists them."""

UNIQUE: Final = ("name", "address", "phone", "email", "bank_account")
"""Facts that no two people of a profile set share."""

BIRTHDAYS: Final = range(date(1950, 1, 1).toordinal(), date(2005, 1, 1).toordinal())
"""Every day of the years 1950 to 2004, as proleptic Gregorian ordinals."""


def sample_facts(rng: random.Random, name: Name) -> tuple[Fact, ...]:
    """Draw the facts of a person of that name, in the order of `FACTS`.

    Nothing in them can be anybody's: phone numbers lie in the range reserved for fiction (exchange 555, lines
    0100-0199), e-mail addresses under the reserved domain .example, account numbers under the country code ZZ, which
    ISO 3166 leaves to users.
    """
    values = {
        "name": str(name),
        "date_of_birth": _date_of_birth(rng),
        "birthplace": choose(rng, TOWNS),
        "address": f"{choose(rng, range(1, 100))} {choose(rng, STREETS)}, {choose(rng, TOWNS)}",
        "occupation": choose(rng, OCCUPATIONS),
        "employer": choose(rng, EMPLOYERS),
        "salary": f"${choose(rng, range(24_000, 180_001, 500)):,}",
        "phone": f"{choose(rng, range(201, 990))}-555-{choose(rng, range(100, 200)):04d}",
        "email": f"{name.given}.{name.family}@{choose(rng, MAIL_DOMAINS)}".lower(),
        "education": f"{choose(rng, FIELDS)} at {choose(rng, COLLEGES)}",
        "medical_condition": choose(rng, CONDITIONS),
        "bank_account": _bank_account(rng),
    }
    return tuple(
        Fact(key=key, value=values[key], kind=kind, sensitivity=sensitivity)
        for key, (kind, sensitivity) in FACTS.items()
    )


def _date_of_birth(rng: random.Random) -> str:
    day = date.fromordinal(choose(rng, BIRTHDAYS))
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _bank_account(rng: random.Random) -> str:
    digits = f"{choose(rng, range(10**8)):08d}"
    return f"ZZ{digits[:2]} {digits[2:6]} {digits[6:]}"
