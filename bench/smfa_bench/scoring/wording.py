"""Text made comparable: case, accents, quotes and contractions gone; words with their places; affirmed or denied."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

ARTICLES: Final = frozenset({"a", "an", "the"})
NEGATORS: Final = frozenset({"no", "not", "never", "without", "neither", "nor", "none", "nothing", "nobody"})

_STRAIGHT: Final = str.maketrans("‘’ʼ`´“”–—‐", "'" * 5 + '"' * 2 + "-" * 3)
_CONTRACTED: Final = (
    (re.compile(r"\b(?:can't|cant|cannot)\b"), "can not"),
    (re.compile(r"\b(?:won't|wont)\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|could|would|should|must|might|need)n'?t\b"), r"\1 not"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"'(?:s|d|ll|ve|re)\b"), ""),
)
_WORD: Final = re.compile(r"[^\W_]+")
_BREAK: Final = re.compile(
    r"[;:!?]|[.,](?!\d)|\b(?:but|and|however|although|though|because|while|whereas|instead|rather)\b"
)
_NOT_A_DENIAL: Final = re.compile(r"\b(?:no doubt|without (?:a |any )?doubt|not only|not just|no wonder)\b")
_DENYING: Final = re.compile(r"\b(?:den(?:y|ies|ied)|doubts?|doubted|(?:false|untrue|a lie) that|hardly|far from)\b")
_ANYTHING_BUT: Final = re.compile(r"\banything but (?:an? |the )?$")
_DENIED_AFTER: Final = re.compile(r"\W+(?:is|was|are|were|does|did|has|would|could|can) (?:not|never)\b")


@dataclass(frozen=True)
class Word:
    """One word of a plain text."""

    text: str
    """Singular, lower case."""
    start: int
    end: int
    """Places in the plain text, end excluded."""


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a word list written as one text."""
    return tuple(text.split())


@lru_cache(maxsize=2**14)  # one answer is read by several rules, and a truth beside the answers of every model
def plain(text: str) -> str:
    """Return lower case without accents, with straight quotes, contractions written out and single spaces.

    Possessive and contracted endings ("Mara's", "she's") are dropped. A plain text stays as it is.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_STRAIGHT)
    for pattern, written_out in _CONTRACTED:
        letters = pattern.sub(written_out, letters)
    return " ".join(letters.split())


def every_word(text: str) -> list[Word]:
    """Return the words of a plain text in order."""
    return [Word(singular(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def words(text: str) -> list[Word]:
    """Return the words of a plain text in order, without articles unless there is nothing else."""
    found = every_word(text)
    return [word for word in found if word.text not in ARTICLES] or found


def singular(word: str) -> str:
    """Return the singular of a regular plural; words that only look like one may lose a letter too.

    Good for comparing two words treated alike, not for showing.
    """
    while len(word) > 3:
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
            word = word[:-2]
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
        else:
            break
    return word


def places(sought: list[str], text: list[Word]) -> list[tuple[int, int]]:
    """Return every place (start, end excluded) in a plain text where the sought words stand one after another."""
    size = len(sought)
    spellings = [word.text for word in text]
    return [
        (text[i].start, text[i + size - 1].end)
        for i in range(len(text) - size + 1)
        if size and spellings[i : i + size] == sought
    ]


def clause_before(text: str, start: int) -> str:
    """Return what stands before a place of a plain text in the same clause."""
    return _BREAK.split(text[:start])[-1]


def is_denied(text: str, start: int, end: int) -> bool:
    """Tell whether the words at (start, end) of a plain text are said *not* to be so.

    They are if a negation or a verb of denying stands before them in the same clause ("is not a nurse", "denies being a
    nurse"), if they follow "anything but", or if there is a negated verb right after them
    ("Tarnfield is not the town"). Two negations are read as one.
    """
    clause = clause_before(text, start)
    said = _NOT_A_DENIAL.sub("", clause)
    before = any(match.group() in NEGATORS for match in _WORD.finditer(said)) or _DENYING.search(said) is not None
    return before or _ANYTHING_BUT.search(text[:start]) is not None or _DENIED_AFTER.match(text, end) is not None
