"""A question of the benchmark: what is asked, the true answer, and what a scorer must find in an answer."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from smfa_bench.record import Record


class Task(StrEnum):
    """The three sub-tasks of S-MLLMUn Bench."""

    IMAGE_UNDERSTANDING = "image_understanding"
    IMAGE_MEMORY = "image_memory"
    TEXT_MEMORY = "text_memory"


USUAL_DOMAIN: Final = "portrait"
"""The domain of whatever names none."""

Domain = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""A kind of picture that people are known by: "portrait", "fundus"."""


def _absent(value: object) -> bool:
    """Leave what came later out of what is written, and so out of the fingerprints of sets without it."""
    return value is None


KeyFactKind = Literal["word", "name", "date", "place", "address", "money", "number", "phone", "email", "code"]


class KeyFact(Record):
    """One thing an answer must contain to be right."""

    kind: KeyFactKind
    """How the value is read before it is compared: a date is parsed, a phone number loses its separators, …"""
    value: str
    """The value as it stands in the true answer."""
    alternatives: tuple[str, ...] = ()
    """Other spellings that count as the same value."""


class Paraphrases(Record):
    """Other ways to ask a question, which has the same answer in each of them."""

    trained: tuple[str, ...] = ()
    """Those that a method may train on."""
    held_out: tuple[str, ...] = ()
    """Those that are kept for the evaluation."""
    cloze: tuple[str, ...] = ()
    """The answer's sentence with a blank in it: "Mara Velt was born in ___."."""


class Question(Record):
    """One question about one picture or one person."""

    id: str
    """Unique in its profile set: "p0012/image_memory/birthplace"."""
    subject: str
    """Id of the profile or scene the question is about."""
    task: Task
    topic: str
    """Name of the fact or visual attribute asked for: "birthplace", "hair_colour"."""
    picture: str | None
    """Id of the picture shown with the question; None for text memory."""
    text: str
    answer: str
    """The true answer, a full sentence."""
    key_facts: tuple[KeyFact, ...] = Field(min_length=1)
    domain: Domain | None = Field(default=None, exclude_if=_absent)
    """Kind of picture that the question, or the fact it asks for, belongs to; None for the usual one."""
    paraphrases: Paraphrases | None = Field(default=None, exclude_if=_absent)
    """Its own; None leaves them to the installed sources of paraphrases."""
