"""Fictional people, and pictures that show nobody the model was taught."""

from enum import StrEnum

from pydantic import Field, JsonValue

from smfa_bench.data.question import KeyFactKind, Question
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


class Profile(Scene):
    """One fictional person: a portrait, private facts, and questions of all three sub-tasks."""

    name: str
    facts: tuple[Fact, ...] = Field(min_length=1)
