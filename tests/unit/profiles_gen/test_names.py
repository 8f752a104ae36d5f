"""Names."""

import random
from itertools import permutations

import pytest

from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.names import AVAILABLE, FAMILY_NAMES, GIVEN_NAMES, PRESENTATIONS, sample_name

ALL_GIVEN = [given for names in GIVEN_NAMES.values() for given in names]


def test_no_name_is_listed_twice() -> None:
    assert len(set(ALL_GIVEN)) == len(ALL_GIVEN)
    assert len(set(FAMILY_NAMES)) == len(FAMILY_NAMES)


def test_there_are_names_for_a_thousand_people() -> None:
    assert all(len(names) >= 40 for names in GIVEN_NAMES.values())
    assert len(FAMILY_NAMES) >= 120
    assert len(ALL_GIVEN) * len(FAMILY_NAMES) == AVAILABLE >= 1_000


def test_no_full_name_can_lie_within_another() -> None:
    assert not [pair for pair in permutations(ALL_GIVEN, 2) if pair[0].lower().endswith(pair[1].lower())]
    assert not [pair for pair in permutations(FAMILY_NAMES, 2) if pair[0].startswith(pair[1])]


def test_names_fit_into_an_email_address_and_a_possessive() -> None:
    for name in (*ALL_GIVEN, *FAMILY_NAMES):
        assert name.isascii()
        assert name.isalpha()
    assert not [name for name in FAMILY_NAMES if name.endswith("s")]


@pytest.mark.parametrize("presentation", PRESENTATIONS)
def test_a_given_name_follows_the_presentation(presentation: Presentation) -> None:
    rng = random.Random(3)
    assert all(sample_name(rng, presentation=presentation).given in GIVEN_NAMES[presentation] for _ in range(200))


def test_a_name_is_written_given_name_first() -> None:
    name = sample_name(random.Random(1), presentation="man")
    assert str(name) == f"{name.given} {name.family}"
