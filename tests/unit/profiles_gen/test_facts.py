"""Private facts: complete, and nobody's."""

import random
import re
from datetime import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from smfa_bench_profiles import vocabulary
from smfa_bench_profiles.facts import FACTS, sample_facts
from smfa_bench_profiles.names import FAMILY_NAMES, Name

SEEDS = st.integers(min_value=0, max_value=2**32)
MARA = Name(given="Mara", family="Velt")


def facts_of(seed: int) -> dict[str, str]:
    return {fact.key: fact.value for fact in sample_facts(random.Random(seed), MARA)}


def test_the_twelve_facts_come_in_a_fixed_order() -> None:
    assert list(facts_of(0)) == [
        "name",
        "date_of_birth",
        "birthplace",
        "address",
        "occupation",
        "employer",
        "salary",
        "phone",
        "email",
        "education",
        "medical_condition",
        "bank_account",
    ]


@given(SEEDS)
def test_kind_and_sensitivity_follow_the_table(seed: int) -> None:
    for fact in sample_facts(random.Random(seed), MARA):
        assert (fact.kind, fact.sensitivity) == FACTS[fact.key]


@given(SEEDS)
def test_no_contact_or_account_can_be_anybodys(seed: int) -> None:
    facts = facts_of(seed)
    assert re.fullmatch(r"[2-9]\d\d-555-01\d\d", facts["phone"])
    assert re.fullmatch(r"mara\.velt@[a-z]+\.example", facts["email"])
    assert re.fullmatch(r"ZZ\d\d \d{4} \d\d", facts["bank_account"])


@given(SEEDS)
def test_every_value_has_its_form(seed: int) -> None:
    facts = facts_of(seed)
    assert 1950 <= datetime.strptime(facts["date_of_birth"], "%d %B %Y").year <= 2004
    number, _, rest = facts["address"].partition(" ")
    street, _, town = rest.partition(", ")
    assert 1 <= int(number) <= 99
    assert street in vocabulary.STREETS
    assert town in vocabulary.TOWNS
    salary = int(facts["salary"].removeprefix("$").replace(",", ""))
    assert 24_000 <= salary <= 180_000
    assert salary % 500 == 0
    field, _, college = facts["education"].partition(" at ")
    assert field in vocabulary.FIELDS
    assert college in vocabulary.COLLEGES


def test_no_word_list_repeats_an_entry() -> None:
    for words in (
        vocabulary.TOWNS,
        vocabulary.STREETS,
        vocabulary.OCCUPATIONS,
        vocabulary.EMPLOYERS,
        vocabulary.FIELDS,
        vocabulary.COLLEGES,
        vocabulary.CONDITIONS,
    ):
        assert not [one for one, other in pairwise(sorted(words)) if one == other]


def test_family_names_name_no_place_and_no_company() -> None:
    others = " ".join((*vocabulary.TOWNS, *vocabulary.STREETS, *vocabulary.EMPLOYERS, *vocabulary.COLLEGES)).split()
    assert not set(FAMILY_NAMES) & set(others)


def test_no_condition_is_found_inside_another() -> None:
    conditions = vocabulary.CONDITIONS
    assert not [(one, other) for one in conditions for other in conditions if one != other and one in other]


def test_other_spellings_belong_to_words_in_use() -> None:
    colours = {"blond", "grey", "purple"}
    assert set(vocabulary.OTHER_SPELLINGS) <= {*vocabulary.CONDITIONS, *vocabulary.FIELDS, *colours}
