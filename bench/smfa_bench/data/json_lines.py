"""JSON lines that somebody else wrote: each line with its value, or with all that is wrong with it."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from smfa_bench.errors import UsageError

LONGEST: Final = 4 * 2**20
"""Bytes of the longest line that is read."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with one line of a file."""

    file: str
    line: int
    """Counted from 1."""
    text: str

    def __str__(self) -> str:
        """Return "my.jsonl:3: facts[0].kind: …"."""
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Line:
    """One line as read."""

    number: int
    """Counted from 1."""
    value: JsonValue
    """None if the line is not JSON."""
    faults: tuple[str, ...]


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file one by one; no fault ends the reading.

    Faults are: empty or longer than `LONGEST`, not UTF-8, not JSON, nested too deep, a key given twice, a number that
    is not finite, half of a surrogate pair.

    Raises:
        UsageError: If the file can't be read.
    """
    try:
        with path.open("rb") as file:
            for number in count(1):
                raw = file.readline(LONGEST + 1)
                if not raw:
                    return
                if len(raw) <= LONGEST:
                    yield _parsed(number, raw)
                    continue
                yield Line(number, None, (f"is longer than {LONGEST // 2**20} MiB",))
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(LONGEST)
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}; give a file of JSON lines.") from error


def _parsed(number: int, raw: bytes) -> Line:
    if not raw.strip():
        return Line(number, None, ("is empty; a line holds one record",))
    faults: list[str] = []

    def constant(word: str) -> None:
        faults.append(f"holds {word}, which JSON does not have")

    def number_of(digits: str) -> float:
        if math.isinf(float(digits)):
            faults.append(f"holds the number {digits}, which is too large")
        return float(digits)

    def mapping(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            faults.append(f"holds the key {next(key for key in keys if keys.count(key) > 1)!r} twice in one object")
        return found

    try:
        value: JsonValue = json.loads(
            raw.decode(), parse_constant=constant, parse_float=number_of, object_pairs_hook=mapping
        )
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        return Line(number, None, (f"is not UTF-8 (byte {error.start + 1})",))
    except UnicodeEncodeError as error:
        faults.append(f"holds half of a surrogate pair ({error.object[error.start]!r})")
    except RecursionError:
        return Line(number, None, ("is nested too deep",))
    except ValueError as error:
        return Line(number, None, (f"is not JSON ({error})",))
    return Line(number, value, tuple(faults))
