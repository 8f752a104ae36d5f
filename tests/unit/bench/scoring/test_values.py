from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import KeyFactKind
from smfa_bench.scoring.values import find, normalise
from smfa_bench.scoring.wording import plain

KINDS: tuple[KeyFactKind, ...] = get_args(KeyFactKind)

CASES: dict[tuple[KeyFactKind, str], list[str]] = {
    ("date", "1987-03-14"): [
        "14 March 1987",
        "March 14, 1987",
        "Mar. 14th 1987",
        "the 14th of March, 1987",
        "14/03/1987",
        "03/14/1987",
        "14.3.1987",
        "1987-03-14",
    ],
    ("date", "1987-03"): ["March 1987", "in March of 1987", "1987-03"],
    ("date", "1987"): ["1987", "in 1987."],
    ("date", "--03-14"): ["14 March", "March 14"],
    ("money", "usd 48500"): [
        "$48,500",
        "48500 dollars",
        "USD 48.5k",
        "$48 500 a year",
        "forty-eight thousand five hundred dollars",
        "since 2010 she earns $48,500",
    ],
    ("money", "48500"): ["48.5k", "48,500"],
    ("money", "usd 1200000"): ["$1.2m", "1.2 million dollars"],
    ("money", "eur 300"): ["€300", "three hundred euros"],
    ("number", "172"): ["172 cm", "172cm", "one hundred and seventy-two", "172.0"],
    ("number", "1.72"): ["1.72 m"],
    ("number", "0"): ["0", "zero"],
    ("phone", "2025550142"): ["202-555-0142", "(202) 555 0142", "202.555.0142", "Call 202 555 0142."],
    ("email", "mara.velt@mail.example"): [
        "Mara.Velt@mail.example",
        "write to mara.velt@mail.example.",
        "mara.velt @ mail.example",
    ],
    ("code", "zz1234567890"): ["ZZ12 3456 7890", "zz12-3456-7890"],
    ("address", "12 mill street tarnfield"): ["12 Mill Street, Tarnfield", "12 MILL ST. Tarnfield"],
    ("name", "jose velt"): ["José Velt", "jose  VELT"],
    ("word", "red hat"): ["a red hat", "Red hats!"],
}


@pytest.mark.parametrize(
    ("kind", "value", "text"), [(kind, value, text) for (kind, value), texts in CASES.items() for text in texts]
)
def test_spellings_of_one_value_are_the_same(kind: KeyFactKind, value: str, text: str) -> None:
    assert normalise(kind, text) == value


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_a_known_normalised_value_stays_as_it_is(kind: KeyFactKind, value: str) -> None:
    assert normalise(kind, value) == value


@given(st.sampled_from(KINDS), st.text("abk19,. -/@$€'éß", max_size=30))
def test_any_normalised_value_stays_as_it_is(kind: KeyFactKind, text: str) -> None:
    once = normalise(kind, text)
    assert normalise(kind, once) == once


@given(st.dates())
def test_every_day_of_the_second_millennium_is_read_back(day: object) -> None:
    iso = str(day)
    if "1000" <= iso[:4] < "2999":
        assert normalise("date", iso) == iso


@pytest.mark.parametrize("text", ["99/99/1987", "31 Foo", "1987-13-01", "12345678"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert find("date", plain(text)) == []


def test_a_phone_number_ends_at_a_full_stop() -> None:
    assert [found.value for found in find("phone", "555-0142. 12 mill street")] == ["5550142"]
