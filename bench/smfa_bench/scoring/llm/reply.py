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


class NumberedReply(Reply):
    """The verdict on one of several answers."""

    number: Annotated[int, Field(ge=1, strict=True)]
    """Place of the answer in the message, from 1."""


class Replies(Record):
    """The verdicts on all answers of one call."""

    verdicts: tuple[NumberedReply, ...]


def _object(properties: dict[str, JsonValue]) -> JsonValue:
    """Return the schema of an object that has these properties, all of them and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_POINTS: Final[JsonValue] = {"type": "integer", "minimum": 0, "maximum": 10}
_VERDICT: Final[dict[str, JsonValue]] = {"reason": {"type": "string"}, "fact": _POINTS, "meaningful": _POINTS}
FORM: Final = Form("verdict", _object(_VERDICT))
FORM_OF_SEVERAL: Final = Form(
    "verdicts", _object({"verdicts": {"type": "array", "items": _object({"number": {"type": "integer"}, **_VERDICT})}})
)


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


def read_replies(text: str | None, *, count: int) -> tuple[Reply, ...] | Rejected:
    """Return the verdicts in a reply by place, if it is one JSON object of the schema with one for each answer."""
    try:
        found = Replies.model_validate_json(text or "").verdicts
    except ValidationError:
        return Rejected("the reply is not of the schema")
    if sorted(one.number for one in found) != list(range(1, count + 1)):
        return Rejected("the reply has not one verdict for each answer")
    return tuple(sorted(found, key=lambda one: one.number))
