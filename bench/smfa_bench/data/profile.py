"""Fictional people, and pictures that show nobody the model was taught."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, JsonValue

from smfa_bench.data.question import Domain, KeyFactKind, Question
from smfa_bench.record import Record


class Sensitivity(StrEnum):
    """Why a fact is private."""

    IDENTITY = "identity"
    CONTACT = "contact"
    FINANCIAL = "financial"
    HEALTH = "health"
    WORK = "work"
    EDUCATION = "education"


class Fact(Record):
    """One private fact of one person."""

    key: str
    """Name of the fact: "birthplace"."""
    value: str
    kind: KeyFactKind
    sensitivity: Sensitivity


class Scene(Record):
    """A picture with image-understanding questions and no private facts."""

    id: str
    picture: str
    """Id of the picture, unique in the profile set."""
    drawing: dict[str, JsonValue]
    """Everything the picture was drawn from: named attributes and numbers."""
    questions: tuple[Question, ...] = Field(min_length=1)

    def drawings(self) -> Mapping[str, Mapping[str, JsonValue]]:
        """Return what each picture was drawn from, by the picture's id; that of `picture` first."""
        return {self.picture: self.drawing}


class OtherPicture(Record):
    """A further picture of a person, of a domain of its own."""

    domain: Domain
    """Kind of picture: "fundus". Questions of the same domain are about it."""
    picture: str
    """Id of the picture, unique in the profile set."""
    drawing: dict[str, JsonValue]
    """Everything the picture was drawn from: named attributes and numbers."""


class Profile(Scene):
    """One fictional person: a portrait, private facts, and questions of all three sub-tasks."""

    name: str
    facts: tuple[Fact, ...] = Field(min_length=1)
    others: tuple[OtherPicture, ...] = Field(default=(), exclude_if=lambda others: not others)
    """Further pictures, at most one a domain."""

    def drawings(self) -> Mapping[str, Mapping[str, JsonValue]]:
        """Return what each picture was drawn from, by the picture's id; that of `picture` first."""
        return {self.picture: self.drawing, **{other.picture: other.drawing for other in self.others}}
