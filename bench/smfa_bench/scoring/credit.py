"""Where a value stands in an answer, whole or in part, and what share of a credit that earns.

| kind        | 1                                 | part                                                          |
|-------------|-----------------------------------|---------------------------------------------------------------|
| date        | all parts of the true date        | year and month 0.6 · month and day 0.4 · year 0.3             |
| money       | the amount, currency named or not | within 5 % 0.5 · the amount in another currency 0.5           |
| number      | the number; its unit is not read  | -                                                             |
| phone       | all digits, country code optional | -                                                             |
| email, code | all characters, spaces ignored    | -                                                             |
| name        | all names, also as "Velt, Mara"   | first or initial, and last 0.75, also as "Mara J. Velt" ·     |
|             |                                   | first or last alone 0.5                                       |
| place       | all parts                         | the part before the first comma alone 0.8                     |
| address     | number, street and all the rest   | number and street 0.8 · street, number missing or wrong 0.5   |
| word        | all words in order, plural or not | -                                                             |

A near miss earns nothing where it reaches nobody (phone, email, code). One name alone earns nothing if another word
stands in the place of the missing name: "Peter Velt" and "Gable College" are other people and other colleges.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from smfa_bench.data.question import KeyFactKind
from smfa_bench.scoring.values import address_words, find, normalise
from smfa_bench.scoring.wording import Word, every_word, listed, places, plain, words

_DATE_PARTS: Final = re.compile(r"(?:(?P<year>\d{4})|-)(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?")
_DATE_SHARES: Final = (({"year", "month"}, 0.6), ({"month", "day"}, 0.4), ({"year"}, 0.3))
_SAME_MONEY: Final = Decimal("0.05")
_SHORTEST_NATIONAL_PHONE: Final = 8
_BESIDE_A_NAME: Final = frozenset(
    listed(
        """about and as at be belong by called can did do does dr for from had has have he her his i in is it miss mr
        mrs ms my named not of on or she sir that their they this to was were who whose will with would work"""
    )
)


@dataclass(frozen=True)
class Mention:
    """A place (start, end excluded) in a plain text that earns a share of a credit."""

    share: float
    """In (0, 1]."""
    start: int
    end: int


def mentions(kind: KeyFactKind, value: str, text: str) -> list[Mention]:
    """Return every place in a plain text where the value stands, whole or in part, by the table above."""
    sought = plain(value)
    target = normalise(kind, value)
    if find(kind, sought):
        compare = _COMPARE[kind]
        found = [Mention(compare(target, other.value), other.start, other.end) for other in find(kind, text)]
    elif kind == "code":
        found = _code(target, text)
    elif kind == "name":
        found = _name(sought, text)
    elif kind == "address":
        found = _address(sought, text)
    elif kind == "place":
        town = sought.partition(",")[0]
        found = _phrase(sought, text) + ([Mention(0.8, *at) for at in _spans(town, text)] if town != sought else [])
    else:
        found = _phrase(sought, text)
    return [mention for mention in found if mention.share > 0]


def same_shape(code: str, text: str) -> set[str]:
    """Return the normalised values in a plain text that have the letters and figures of a code where it has them.

    Only codes with a figure have a shape that ordinary words have not; for others the set is empty.
    """
    target = normalise("code", code)
    if not any(letter.isdigit() for letter in target):
        return set()
    shape = [r"\d" if letter.isdigit() else r"[^\W\d_]" if letter.isalpha() else re.escape(letter) for letter in target]
    return {normalise("code", match.group()) for match in _spaced(shape).finditer(text)}


def agree(kind: KeyFactKind, value: str, other: str) -> bool:
    """Tell whether two normalised values can both be true: the same, or one a less exact date than the other."""
    if kind == "date":
        parts, others = _date_parts(value), _date_parts(other)
        return all(parts[part] == others[part] for part in parts.keys() & others.keys())
    return value == other or (kind in _COMPARE and _COMPARE[kind](value, other) == 1)


def _date(target: str, other: str) -> float:
    wanted = _date_parts(target)
    right = wanted.items() & _date_parts(other).items()
    if len(right) == len(wanted):
        return 1
    parts = {part for part, _ in right}
    return next((share for some, share in _DATE_SHARES if some <= parts), 0)


def _date_parts(date: str) -> dict[str, str]:
    match = _DATE_PARTS.fullmatch(date)
    return {part: value for part, value in match.groupdict().items() if value} if match else {}


def _money(target: str, other: str) -> float:
    (currency, amount), (other_currency, other_amount) = _amount(target), _amount(other)
    if amount != other_amount:
        return 0.5 if abs(amount - other_amount) <= _SAME_MONEY * amount else 0
    return 0.5 if currency and other_currency and currency != other_currency else 1


def _amount(money: str) -> tuple[str, Decimal]:
    currency, _, amount = money.rpartition(" ")
    return currency, Decimal(amount)


def _phone(target: str, other: str) -> float:
    short, long = sorted((target.lstrip("0"), other.lstrip("0")), key=len)
    return float(target == other or (len(short) >= _SHORTEST_NATIONAL_PHONE and long.endswith(short)))


def _equal(target: str, other: str) -> float:
    return float(target == other)


_COMPARE: Final[Mapping[KeyFactKind, Callable[[str, str], float]]] = {
    "date": _date,
    "money": _money,
    "number": _equal,
    "phone": _phone,
    "email": _equal,
}


def _code(target: str, text: str) -> list[Mention]:
    spelled = _spaced([re.escape(letter) for letter in target])
    return [Mention(1, *match.span()) for match in spelled.finditer(text)] if target else []


def _spaced(parts: list[str]) -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])" + r"[\s./-]?".join(parts) + r"(?![^\W_])")


def _spans(sought: str, text: str) -> list[tuple[int, int]]:
    return places([word.text for word in words(sought)], words(text))


def _phrase(sought: str, text: str) -> list[Mention]:
    return [Mention(1, *at) for at in _spans(sought, text)]


def _name(sought: str, text: str) -> list[Mention]:
    names, said = [word.text for word in words(sought)], words(text)
    if len(names) < 2:
        return [Mention(1, *at) for at in places(names, said)]
    first, last = names[0], names[-1]
    whole = places(names, said) + places([last, *names[:-1]], said)
    # "A. Velt": the initial may look like an article
    spelled = every_word(text)
    initials = {word.text for word in spelled if len(word.text) == 1}
    shortened = places([first[0], last], spelled) + (places([first, last], said) if len(names) > 2 else [])
    shortened += [at for initial in sorted(initials) for at in places([first, initial, last], spelled)]
    around = ["", *(word.text for word in said), ""]
    alone = [
        (word.start, word.end)
        for i, word in enumerate(said, 1)
        if (word.text == last and _is_no_name(around[i - 1])) or (word.text == first and _is_no_name(around[i + 1]))
    ]
    return [Mention(share, *at) for share, found in ((1, whole), (0.75, shortened), (0.5, alone)) for at in found]


def _is_no_name(word: str) -> bool:
    return not word or word in _BESIDE_A_NAME


def _address(sought: str, text: str) -> list[Mention]:
    street_part, _, rest = sought.partition(",")
    line = address_words(street_part)
    number = [word for word in line if any(letter.isdigit() for letter in word)][:1]
    street = [word for word in line if word not in number]
    spelled = [Word(name, word.start, word.end) for name, word in zip(address_words(text), words(text), strict=True)]
    everything = not rest or bool(places(address_words(rest), spelled))
    numbered = {at for spelling in (number + street, street + number) for at in places(spelling, spelled)}
    found = [Mention(1.0 if everything else 0.8, *at) for at in sorted(numbered)]
    return found + [Mention(0.5, *at) for at in places(street, spelled)]
