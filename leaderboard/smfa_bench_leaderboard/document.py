"""A foreign JSON file, read without trusting it: bounded in size and depth, no NaN, no key twice."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from smfa_bench.errors import DamagedFileError

MOST_FILE_BYTES: Final = 2**25
"""Of one submission; three runs about 100 people have under 0.5 MiB."""

MOST_DIGITS: Final = 100
"""Of a whole number; up to 308 it can be told as a fraction too, as tables do."""

MOST_DEPTH: Final = 24
"""Of objects and lists in one another; a result has under ten."""


def read_document(path: Path) -> JsonValue:
    """Read one JSON file.

    Raises:
        DamagedFileError: If it is no plain file, too large, too deep, or not strict JSON.
    """
    try:
        if path.is_symlink() or not path.is_file():
            raise DamagedFileError("is no plain file; links and folders are not followed.")
        size = path.stat().st_size
        if size > MOST_FILE_BYTES:
            raise DamagedFileError(f"has {size:,} bytes; a submission has at most {MOST_FILE_BYTES:,}.")
        text = path.read_bytes().decode()
    except OSError as error:
        raise DamagedFileError(f"can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DamagedFileError("is not UTF-8.") from error
    too_deep = DamagedFileError(f"has objects or lists more than {MOST_DEPTH} deep in one another.")
    try:
        document: JsonValue = json.loads(
            text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded
        )
    except RecursionError as error:
        raise too_deep from error
    except ValueError as error:
        raise DamagedFileError(f"is not strict JSON: {error}.") from error
    if _depth(document) > MOST_DEPTH:
        raise too_deep
    return document


def walk(value: JsonValue, where: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Yield every value in a document with its place, keys of objects among them: "runs.0.answers"."""
    yield where, value
    children: Iterator[tuple[object, JsonValue]] = iter(())
    if isinstance(value, dict):
        for key in value:
            yield f"a key of {where or 'the document'}", key
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    for name, child in children:
        yield from walk(child, f"{where}.{name}" if where else str(name))


def _depth(document: JsonValue) -> int:
    """Return how deep the document goes; without recursion, which a deep one would break."""
    depth, level = 0, [document]
    while level:
        depth += 1
        level = [
            child
            for value in level
            if isinstance(value, dict | list)
            for child in (value.values() if isinstance(value, dict) else value)
        ]
    return depth


def _no_key_twice(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _bounded(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number has {len(text)} digits; whole numbers have at most {MOST_DIGITS}")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
