"""Results of older schema versions, brought to the newest one step at a time."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from smfa_bench.errors import DamagedFileError, PrerequisiteError
from smfa_bench.results.result import SCHEMA_VERSION

MIGRATIONS: Final[dict[int, Callable[[dict[str, JsonValue]], dict[str, JsonValue]]]] = {}
"""By schema version: what turns a document of that version into one of the next."""


def migrated(document: JsonValue, path: Path) -> dict[str, JsonValue]:
    """Return a result document of the newest schema version.

    Args:
        document: What was read.
        path: Where it was read, for messages.

    Raises:
        DamagedFileError: If the document has no version.
        PrerequisiteError: If it was written by a newer release.
    """
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(version, int) or version < 1:
        raise DamagedFileError(f"{path} is not a result: it has no schema_version; run it again.")
    if version > SCHEMA_VERSION:
        raise PrerequisiteError(
            f"{path} has schema version {version}, this release reads up to {SCHEMA_VERSION}; upgrade smfa-bench."
        )
    while version < SCHEMA_VERSION:
        document = MIGRATIONS[version](document)
        version += 1
    return document
