"""What the judging model must reply: a strict schema, sent with the call and checked on what comes back."""

import json
from typing import Annotated, Final

from pydantic import Field, JsonValue, ValidationError

from smfa_bench.endpoint.endpoint import Form, Rejected
from smfa_bench.record import Record

Points = Annotated[int, Field(ge=0, le=10, strict=True)]


class Reply(Record):
    """The verdict on one answer, in whole points."""

    reason: str
    fact: Points
    meaningful: Points


_SCHEMA: Final[JsonValue] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "fact": {"type": "integer", "minimum": 0, "maximum": 10},
        "meaningful": {"type": "integer", "minimum": 0, "maximum": 10},
    },
    "required": ["reason", "fact", "meaningful"],
    "additionalProperties": False,
}
FORM: Final = Form("verdict", _SCHEMA)


def first_object(text: str) -> str:
    """Return the first whole JSON object in a text, which local models wrap in words; "" if there is none."""
    start = text.find("{")
    if start < 0:
        return ""
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError:
        return ""
    return text[start:end]


def read_reply(text: str | None) -> Reply | Rejected:
    """Return the verdict in a reply, if it is exactly one JSON object of the schema."""
    try:
        return Reply.model_validate_json(text or "")
    except ValidationError:
        return Rejected("the reply is not of the schema")
