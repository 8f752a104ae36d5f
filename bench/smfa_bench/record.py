"""The base of every value that crosses the disk or the network."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import models_json_schema


class Record(BaseModel):
    """A frozen value; unknown keys are refused, an infinity is written as "Infinity"."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", use_attribute_docstrings=True)

    def model_post_init(self, _: Any) -> None:
        """Share the names of the fields that were given with all records of which the same were: half of a question."""
        given = frozenset(self.__pydantic_fields_set__)
        object.__setattr__(self, "__pydantic_fields_set__", _GIVEN.setdefault(given, set(given)))


_GIVEN: Final[dict[frozenset[str], set[str]]] = {}


def json_schema(record: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema, draft 2020-12, of a record as it is written."""
    _, schema = models_json_schema([(record, "serialization")])
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$ref": f"#/$defs/{record.__name__}", "$defs": schema["$defs"]}
