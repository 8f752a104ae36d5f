"""The measured columns of a comparison: which metrics, in what order, and which direction is better."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Better(StrEnum):
    """The direction a method wants a number to go."""

    HIGHER = "↑"
    LOWER = "↓"


@dataclass(frozen=True)
class Column:
    """One metric as a table shows it."""

    metric: str
    """Name in a result: of a cell, of an aggregate, or `SECONDS`."""
    group: str
    title: str
    better: Better
    least: float = 0.0
    """The lowest value that it can have; a Fact score unless told otherwise."""
    most: float = 10.0
    """The highest."""
    digits: int = 2
    """Decimals of the value."""
    bound_digits: int = 1
    """Decimals of the bounds of the interval."""

    @property
    def heading(self) -> str:
        """The title with its direction: "forget image memory ↓"."""
        return f"{self.title} {self.better}"


SECONDS: Final = "seconds"
"""Time that making the model took; not a metric of the answers."""

FORGETTING: Final = "forgetting"
RETENTION: Final = "retention"
UNDERSTANDING: Final = "understanding"
GENERAL: Final = "general"
OVERALL: Final = "overall"
MEANINGFUL: Final = "meaningful"
GOLD: Final = "gold"
COST: Final = "cost"

COLUMNS: Final = (
    Column("forget.image_memory.fact", FORGETTING, "forget image memory", Better.LOWER),
    Column("forget.text_memory.fact", FORGETTING, "forget text memory", Better.LOWER),
    Column("retain.image_memory.fact", RETENTION, "retain image memory", Better.HIGHER),
    Column("retain.text_memory.fact", RETENTION, "retain text memory", Better.HIGHER),
    Column("forget.image_understanding.fact", UNDERSTANDING, "forget underst.", Better.HIGHER),
    Column("retain.image_understanding.fact", UNDERSTANDING, "retain underst.", Better.HIGHER),
    Column("unseen.image_understanding.fact", UNDERSTANDING, "unseen underst.", Better.HIGHER),
    Column("general.image_understanding.fact", GENERAL, "general underst.", Better.HIGHER),
    Column("overall_understanding.fact", OVERALL, "overall underst.", Better.HIGHER),
    Column("overall_memory.fact", OVERALL, "overall memory", Better.HIGHER, least=-10.0),
    Column("overall_meaningful", MEANINGFUL, "overall meaningful", Better.HIGHER),
    Column("gold_score", GOLD, "gold score", Better.HIGHER, least=-math.inf, most=1.0, bound_digits=2),
    Column(SECONDS, COST, "cost in seconds", Better.LOWER, most=math.inf, digits=1),
)
"""Memory and understanding are Fact scores, Meaningful too is in [0, 10]; the gold score is at most 1."""

KNOWLEDGE: Final = (
    Column("knowledge.text_memory.fact", GENERAL, "general knowledge", Better.HIGHER),
    Column("knowledge.image_memory.fact", GENERAL, "general knowledge beside a picture", Better.HIGHER),
)
"""Fact of what runs ask about the world, if they do; these stand behind general understanding."""


def is_of_domain(metric: str) -> bool:
    """Return whether a metric is a cell over one domain: "forget.image_memory.fundus.fact"."""
    return metric.count(".") == 3


def with_domains(names: Iterable[str]) -> tuple[Column, ...]:
    """Return `COLUMNS`, each followed by those of its cells by domain that are among the names, and `KNOWLEDGE`.

    Args:
        names: Of cells, "forget.image_memory.fundus.fact" among them; whatever is none is passed over.
    """
    given = set(names)
    split = sorted({tuple(name.split(".")) for name in given if is_of_domain(name)})
    asked = tuple(column for column in KNOWLEDGE if column.metric in given)
    place = max(number for number, column in enumerate(COLUMNS) if column.group == GENERAL) + 1
    found = []
    for column in (*COLUMNS[:place], *asked, *COLUMNS[place:]):
        found.append(column)
        for words in split:
            if [*words[:2], words[3]] == column.metric.split("."):
                found.append(replace(column, metric=".".join(words), title=f"{column.title} {words[2]}"))
    return tuple(found)
