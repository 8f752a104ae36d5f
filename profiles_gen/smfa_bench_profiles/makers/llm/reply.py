"""The facts in a model's reply: of the published schema, of the form that each fact has, and nobody else's."""

import json
from collections.abc import Iterator, MutableSet
from typing import Any, Final

from jsonschema import Draft202012Validator
from pydantic import JsonValue

from smfa_bench.data.profile import Fact, Profile
from smfa_bench.endpoint.endpoint import Form, Rejected
from smfa_bench.record import Record, json_schema
from smfa_bench_profiles.facts import FACTS, UNIQUE
from smfa_bench_profiles.makers.llm.rules import breaches

_DEFINITIONS: Final = json_schema(Profile)["$defs"]
FORM: Final = Form(
    "facts",
    {
        "type": "object",
        "properties": {
            "facts": {
                "type": "array",
                "items": {"$ref": "#/$defs/Fact"},
                "minItems": len(FACTS),
                "maxItems": len(FACTS),
            }
        },
        "required": ["facts"],
        "additionalProperties": False,
        "$defs": {name: _DEFINITIONS[name] for name in ("Fact", "Sensitivity")},
    },
)
"""Facts as the published schema of a profile defines them."""
_SCHEMA: Final[Any] = Draft202012Validator(FORM.schema)
_MOST: Final = 20
"""Faults that a model is told at once."""
_LONGEST: Final = 200
"""Letters of a fault."""


class Told(Record):
    """The facts of one person."""

    facts: tuple[Fact, ...]


def read_facts(text: str | None, taken: MutableSet[str]) -> Told | Rejected:
    """Return the facts in a reply in the order of `FACTS`, and take their unique values; or all that is wrong with it.

    Args:
        text: The reply.
        taken: Unique values that others have.
    """
    try:
        value = json.loads(text or "", parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return _rejected(["the reply is not JSON, or was cut off"])
    faults = [f"{'.'.join(map(str, error.absolute_path)) or 'the reply'}: {error.message}" for error in _found(value)]
    if faults:
        return _rejected(faults)
    facts = {fact.key: fact for fact in Told.model_validate(value).facts}
    faults = [*_faults(facts, taken)]
    if faults:
        return _rejected(faults)
    told = Told(facts=tuple(facts[key] for key in FACTS))
    taken |= {fact.value for fact in told.facts if fact.key in UNIQUE}
    return told


def _found(value: JsonValue) -> Iterator[Any]:
    found: Iterator[Any] = _SCHEMA.iter_errors(value)
    return found


def _faults(facts: dict[str, Fact], taken: MutableSet[str]) -> Iterator[str]:
    for key, (kind, sensitivity) in FACTS.items():
        if key not in facts:
            yield f"there is no fact {key}"
            continue
        fact = facts[key]
        if (fact.kind, fact.sensitivity) != (kind, sensitivity):
            yield f"{key}: kind must be {kind} and sensitivity {sensitivity}"
        yield from (f"{key}: {fault}" for fault in breaches(key, fact.value))
        if key in UNIQUE and fact.value in taken:
            yield f"{key}: {fact.value!r} is somebody else's; take another"
    yield from (f"there must be no fact {key!r}" for key in facts if key not in FACTS)


def _rejected(faults: list[str]) -> Rejected:
    lines = [fault if len(fault) <= _LONGEST else f"{fault[:_LONGEST]} …" for fault in faults[:_MOST]]
    listed = "\n".join(f"- {line}" for line in lines)
    return Rejected(
        f"the facts are not valid ({lines[0]})",
        say=f"That can't be used:\n{listed}\nSend the whole again, with these mended and the rest as it is.",
    )


def _refuse(word: str) -> None:
    raise ValueError(word)
