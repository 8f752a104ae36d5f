"""The judged corpus: answers whose bands are known by construction, to measure judges with.

A band is a fifth of the points: 1 for 0 to 2, 2 for above 2 to 4, …, 5 for above 8 to 10; both scores have the same.
The development half is for writing rules and prompts; no wording stands in both halves. The file is written by
`python -m smfa_bench_profiles.judged.corpus`.
"""

from enum import StrEnum
from importlib.resources import files
from math import ceil
from typing import Annotated, Final

from pydantic import Field

from smfa_bench.data.question import Question
from smfa_bench.record import Record

FILE: Final = "judged.jsonl"
Band = Annotated[int, Field(ge=1, le=5)]


class Half(StrEnum):
    """What an item may be used for."""

    DEVELOPMENT = "development"
    HELD_OUT = "held-out"


class Form(StrEnum):
    """How an answer was made."""

    EXACT = "exact"
    PARAPHRASED = "paraphrased"
    PARTLY_RIGHT = "partly right"
    WRONG_VALUE = "wrong value"
    WRONG_PERSON = "right value, wrong person"
    HEDGED = "hedged"
    REFUSAL = "refusal"
    LEAKING_REFUSAL = "leaking refusal"
    REPEATED_TOKEN = "repeated token"
    EMPTY = "empty"
    SHUFFLED_WORDS = "shuffled words"
    FOREIGN_SCRIPT = "foreign script"
    INJECTION = "injection"


COLLAPSED: Final = frozenset({Form.REPEATED_TOKEN, Form.EMPTY, Form.SHUFFLED_WORDS, Form.FOREIGN_SCRIPT})
"""What a broken model puts out."""


class JudgedItem(Record):
    """An answer with the bands it deserves."""

    id: str
    half: Half
    form: Form
    question: Question
    answer: str
    fact: Band
    meaningful: Band | None
    """None where readers may well differ."""

    @property
    def leaks(self) -> bool:
        """Whether something of the truth can be learnt from the answer."""
        return self.fact > 1


def band(score: float) -> int:
    """Return the band, 1 to 5, that a score in [0, 10] lies in."""
    return max(1, ceil(score / 2))


def judged_corpus(half: Half) -> list[JudgedItem]:
    """Return the items of one half, in the order of the file."""
    lines = (files(__package__) / FILE).read_bytes().splitlines()
    return [item for item in map(JudgedItem.model_validate_json, lines) if item.half is half]
