"""Values read out of text, so that two spellings of one value are the same.

| kind    | read as                          | spellings that are the same                                       |
|---------|----------------------------------|-------------------------------------------------------------------|
| date    | "1987-03-14", "1987-03", "1987"  | "14 March 1987", "March 14th, 1987", "14/03/1987", "1987-03-14"   |
| money   | "usd 48500"                      | "$48,500", "48500 dollars", "USD 48.5k", "forty-eight thousand …" |
| number  | "21"                             | "21", "21.0", "twenty-one", "21 cm"                               |
| phone   | "2025550142"                     | "202-555-0142", "(202) 555 0142"                                  |
| email   | "mara@mail.example"              | letter case ignored                                               |
| code    | "zz1234567890"                   | "ZZ12 3456 7890", "zz12-34567890"                                 |
| address | "12 mill street tarnfield"       | "12 Mill St., Tarnfield"                                          |
| others  | "red hat"                        | "a red hat", "Red hats!"                                          |

A date in figures is read day first; month first only if the day would be above 12.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from smfa_bench.data.question import KeyFactKind
from smfa_bench.scoring.wording import listed, plain, words


@dataclass(frozen=True)
class Found:
    """A value that stands in a plain text."""

    value: str
    """As in the table above."""
    start: int
    end: int


_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATE: Final = re.compile(
    rf"(?<![\w-])(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]+(?P<m1>{_MONTH})(?:,?[ -]+(?P<y1>[12]\d{{3}})\b)?"
    rf"|(?P<m2>{_MONTH}),? (?:(?:of )?(?P<y2>[12]\d{{3}})"
    r"|(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<y3>[12]\d{3}))?)\b"
    r"|(?P<y4>[12]\d{3})(?:-(?P<m4>\d{2})(?:-(?P<d4>\d{2}))?)?(?![\w-])"
    r"|(?P<d5>\d{1,2})[./-](?P<m5>\d{1,2})[./-](?P<y5>[12]\d{3})\b)"
    r"|(?<![\w-])--(?P<m6>\d{2})-(?P<d6>\d{2})\b",
    re.ASCII,
)

_TO_NINETEEN: Final = listed(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen"""
)
_TENS: Final = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_SMALL: Final = {word: i for i, word in enumerate(_TO_NINETEEN)} | {word: 10 * i for i, word in enumerate(_TENS, 2)}
_SCALES: Final = {
    "hundred": 100,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
}
_NUMBER_WORD: Final = rf"(?:{'|'.join([*_SMALL, 'hundred', 'thousand', 'million', 'billion'])})\b"
_CURRENCIES: Final = {
    "usd": ("us$", "$", "usd", "dollars", "dollar"),
    "eur": ("€", "eur", "euros", "euro"),
    "gbp": ("£", "gbp", "pounds", "pound"),
    "jpy": ("¥", "jpy", "yen"),
}
_CURRENCY_OF: Final = {spelling: name for name, spellings in _CURRENCIES.items() for spelling in spellings}
_CURRENCY: Final = "|".join(re.escape(spelling) for spelling in sorted(_CURRENCY_OF, key=len, reverse=True))
_QUANTITY: Final = re.compile(
    rf"(?<![\w.])(?P<before>{_CURRENCY})? ?(?<![\d.])(?:"
    r"(?P<digits>(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?: ?(?P<scale>k|m|thousand|million|billion)\b)?"
    rf"|\b(?P<words>{_NUMBER_WORD}(?:(?: and |[ -]){_NUMBER_WORD})*))"
    rf"(?: ?(?P<after>{_CURRENCY})(?!\w))?",
    re.ASCII,
)
_LONGEST_NUMBER: Final = 18
"""Digits of the longest run that is read as a quantity."""

_PHONE: Final = re.compile(r"(?<!\w)\+?\(?\d+(?:(?:\) ?| ?\(|[-./ ])\d+)*(?!\w)", re.ASCII)
_FEWEST_PHONE_DIGITS: Final = 6
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]")
_EMAIL: Final = re.compile(r"[^\W_][\w.+-]{0,63} ?@ ?[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62})+")
_NOT_IN_A_CODE: Final = re.compile(r"[^\w+]|_")

_STREETS: Final = {
    "st": "street",
    "str": "street",
    "ln": "lane",
    "rd": "road",
    "av": "avenue",
    "ave": "avenue",
    "blvd": "boulevard",
    "dr": "drive",
    "ct": "court",
    "sq": "square",
    "pl": "place",
    "ter": "terrace",
    "cres": "crescent",
    "hwy": "highway",
    "apt": "apartment",
}


def normalise(kind: KeyFactKind, text: str) -> str:
    """Return a value of that kind in its one spelling; a normalised value stays as it is.

    A text that holds no value of the kind ("spring" for a date) is read as plain words.
    """
    folded = plain(text)
    found = find(kind, folded)
    if found:
        return found[0].value
    if kind == "code":
        return _NOT_IN_A_CODE.sub("", folded)
    spelled = " ".join(address_words(folded) if kind == "address" else [word.text for word in words(folded)])
    # "b.1" holds no amount, but "b 1" does.
    return spelled if spelled == folded else normalise(kind, spelled)


def address_words(text: str) -> list[str]:
    """Return the words of a plain address, abbreviations of street types written out."""
    return [_STREETS.get(word.text, word.text) for word in words(text)]


def find(kind: KeyFactKind, text: str) -> list[Found]:
    """Return every value of a kind that can be told by its shape, in the order of a plain text.

    These are date, money, number, phone and email; for the other kinds the list is empty.
    """
    match kind:
        case "date":
            return list(_dates(text))
        case "money":
            amounts = list(_quantities(text, money=True))
            # Where a currency is named, bare numbers are something else: "since 2010 she earns $48,500".
            return [amount for amount in amounts if " " in amount.value] or amounts
        case "number":
            return list(_quantities(text, money=False))
        case "phone":
            runs = [Found(_NOT_A_DIGIT.sub("", run.group()), run.start(), run.end()) for run in _PHONE.finditer(text)]
            return [run for run in runs if len(run.value) >= _FEWEST_PHONE_DIGITS]
        case "email":
            return [Found(mail.group().replace(" ", ""), *mail.span()) for mail in _EMAIL.finditer(text)]
        case _:
            return []


def _dates(text: str) -> Iterator[Found]:
    for match in _DATE.finditer(text):
        part = {name[0]: value for name, value in match.groupdict().items() if value}
        month = part.get("m", "")
        number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else int(month or 0)
        day = int(part.get("d", 0))
        if number > 12 and match["d5"]:
            number, day = day, number
        if number > 12 or day > 31 or (not number and month) or (not day and "d" in part):
            continue
        shown = [part.get("y", "-"), *([f"{number:02}"] if number else []), *([f"{day:02}"] if day else [])]
        yield Found("-".join(shown), match.start(), match.end())


def _quantities(text: str, *, money: bool) -> Iterator[Found]:
    for match in _QUANTITY.finditer(text):
        digits, scale = match["digits"], match["scale"]
        if digits and len(digits) > _LONGEST_NUMBER:
            continue
        amount = Decimal(digits.replace(",", "").replace(" ", "")) if digits else _number_in_words(match["words"])
        if scale and (money or scale != "m"):
            amount *= _SCALES[scale]
        value = format(amount.normalize(), "f")
        currency = _CURRENCY_OF.get(match["before"] or match["after"] or "")
        yield Found(f"{currency} {value}" if money and currency else value, match.start(), match.end())


def _number_in_words(text: str) -> Decimal:
    total, group = 0, 0
    for word in re.findall(r"[a-z]+", text):
        if word in _SMALL:
            group += _SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in _SCALES:
            total, group = total + max(group, 1) * _SCALES[word], 0
    return Decimal(total + group)
