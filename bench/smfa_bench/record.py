"""The base of every value that crosses the disk or the network."""

from collections.abc import Mapping
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema


class Record(BaseModel):
    """A frozen value; unknown keys are refused, an infinity is written as "Infinity"."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", use_attribute_docstrings=True)

    def model_post_init(self, _: Any) -> None:
        """Share the names of the fields that were given with all records of which the same were."""
        _share_names(self)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, as pydantic does."""
        copy = super().model_copy(update=update, deep=deep)
        _share_names(copy)
        return copy


def _share_names(record: Record) -> None:
    """Keep one set of names for all records of which the same fields were given: it is a third of a question's memory.

    A subclass that can be changed keeps its own.
    """
    if record.model_config.get("frozen"):
        given = frozenset(record.model_fields_set)
        object.__setattr__(record, "__pydantic_fields_set__", _GIVEN.setdefault(given, set(given)))


_GIVEN: Final[dict[frozenset[str], set[str]]] = {}


def json_schema(record: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of a record as it is written."""
    _, schema = models_json_schema([(record, "serialization")])
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$ref": f"#/$defs/{record.__name__}", "$defs": schema["$defs"]}
