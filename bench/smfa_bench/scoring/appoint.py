"""A judge from its name and options, written as one text: "offline", "openai?model=NAME&concurrency=4"."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError

from smfa_bench.errors import UsageError, option_faults, unknown
from smfa_bench.registry import JUDGES
from smfa_bench.scoring.scorer import Judge


def with_options(judge: str, assignments: Iterable[str]) -> str:
    """Return a judge's text with "key=value" options added.

    Raises:
        UsageError: If an option has no "=".
    """
    pairs = [assignment.partition("=") for assignment in assignments]
    for key, equals, value in pairs:
        if not key or not equals:
            raise UsageError(
                f"judge option {key + value!r} is not of the form key=value; write --judge-set model=NAME."
            )
    added = urlencode([(key, value) for key, _, value in pairs], safe="/:")
    return f"{judge}{'&' if '?' in judge else '?'}{added}" if added else judge


def entry_name(judge: str) -> str:
    """Return the name of a judge without its options."""
    return judge.partition("?")[0]


def appoint(judge: str) -> Judge:
    """Return the judge that a text stands for.

    Judges with options have a `Config`, a pydantic model, and are made from one; others are made from nothing.

    Raises:
        UsageError: If there is no such judge, or an option is unknown, given twice or not valid.
        PrerequisiteError: If the judge lacks something, such as a key.
    """
    name, _, query = judge.partition("?")
    make: Any = JUDGES.get(name)
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs):
        raise UsageError(f"an option of the judge {name} is given twice; give it once.")
    config = getattr(make, "Config", None)
    for key in options:
        if config is None or key not in config.model_fields:
            raise unknown(f"option of the judge {name}", key, config.model_fields if config else ())
    if config is None:
        made: Judge = make()
        return made
    try:
        made = make(config.model_validate(options, strict=False))
    except ValidationError as error:
        raise UsageError(
            f"options of the judge {name} are not valid: {option_faults(error, name)}; "
            f"smfa-bench list judges {name} shows them, --judge-set sets one."
        ) from error
    return made
