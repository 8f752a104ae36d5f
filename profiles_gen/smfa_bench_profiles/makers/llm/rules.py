"""What each fact that a language model invents must look like; nothing in it can be anybody's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from smfa_bench_profiles.facts import BIRTHDAYS
from smfa_bench_profiles.vocabulary import MONTHS

LONGEST: Final = 80
"""Letters of a value."""


@dataclass(frozen=True)
class Rule:
    """The form of one fact's value."""

    words: str
    """As the model is told it."""
    pattern: str
    """A regular expression for the whole value."""


_WORD: Final = r"[^\W\d_][\w.'’-]*"
RULES: Final[Mapping[str, Rule]] = {
    "name": Rule("a rare given name and an invented family name", rf"{_WORD}(?: {_WORD}){{1,3}}"),
    "date_of_birth": Rule(
        "a date of the years 1950 to 2004 as 7 March 1981", rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}"
    ),
    "birthplace": Rule("an invented town", rf"{_WORD}(?: {_WORD}){{0,3}}"),
    "address": Rule("number, invented street, comma, invented town", r"\d{1,4} [^,]{2,40}, [^,\d]{2,40}"),
    "occupation": Rule("an occupation as a noun in small letters, without an article", r"[a-z][a-z' -]{1,40}"),
    "employer": Rule("an invented company", r"[^\W_].{1,48}[\w.]"),
    "salary": Rule("dollars a year as $52,500", r"\$[1-9]\d{1,2},\d{3}"),
    "phone": Rule(
        "a number of the range for fiction as 297-555-0152 (exchange 555, line 0100 to 0199)", r"[2-9]\d\d-555-01\d\d"
    ),
    "email": Rule(
        "an address under the domain .example, in small letters",
        r"[a-z0-9][a-z0-9._-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.example",
    ),
    "education": Rule("a field of study, the word at, an invented college", r"[^\W\d_][\w' -]*? at [^\W\d_][\w'’ -]+"),
    "medical_condition": Rule("a common, harmless condition without an article", r"[^\W\d_][\w' -]{2,48}"),
    "bank_account": Rule("an account of the country code ZZ as ZZ20 4874 35", r"ZZ\d\d \d{4} \d\d"),
}
"""By key of the fact."""


def breaches(key: str, value: str) -> Iterator[str]:
    """Yield what is wrong with a value.

    Args:
        key: One of `RULES`.
        value: As the model gave it.
    """
    rule = RULES[key]
    if len(value) > LONGEST or not value.isprintable() or value != value.strip():
        yield f"must be one line of at most {LONGEST} letters, without spaces at its ends"
    elif re.fullmatch(rule.pattern, value) is None:
        yield f"{value!r} is not {rule.words}"
    elif key == "date_of_birth" and not _is_birthday(value):
        yield f"{value!r} is no day of the years 1950 to 2004"


def _is_birthday(value: str) -> bool:
    day, month, year = value.split(" ")
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day)).toordinal() in BIRTHDAYS
    except ValueError:
        return False
