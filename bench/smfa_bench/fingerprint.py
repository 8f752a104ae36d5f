"""Short names for values: the same content gives the same fingerprint on every machine."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, JsonValue

LENGTH = 16


def canonical_json(value: JsonValue) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no NaN.

    Raises:
        ValueError: If the value holds NaN or an infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(value: JsonValue | BaseModel) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a value's canonical JSON."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()[:LENGTH]


def file_digest(path: Path) -> str:
    """Return the full SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_fingerprint(paths: Iterable[Path], root: Path) -> str:
    """Return the fingerprint of several files: their names relative to `root` and their bytes."""
    return fingerprint({path.relative_to(root).as_posix(): file_digest(path) for path in sorted(paths)})
