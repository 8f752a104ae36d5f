"""Results of older schema versions, brought to the newest one step at a time."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import JsonValue

from smfa_bench.errors import DamagedFileError, PrerequisiteError
from smfa_bench.results.result import SCHEMA_VERSION
from smfa_bench.scoring.appoint import entry_name
from smfa_bench.scoring.scorer import MOST_MISSING


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Give the numbers of the one judge a place of their own; version 1 kept the judge that was asked last."""
    name, asked = document["judge"], document["config"]["judge"]
    models = document["models"]
    cells = [(key, cell) for model in models.values() for key, cell in model["cells"].items()]
    facts = [(key, cell) for key, cell in cells if key.endswith(".fact")]
    answers = sum(cell["n"] + cell["missing"] for _, cell in facts)
    missing = sum(cell["missing"] for _, cell in facts)
    judged = {
        "appointed": asked if name.startswith(entry_name(asked)) else re.split("[ -]", name)[0],
        "models": {stage: _numbers(model, of_judge=True) for stage, model in models.items()},
        "answers": answers,
        "missing": missing,
        "most_missing": MOST_MISSING,
        "incomplete": missing > MOST_MISSING * answers,
    }
    unjudged = {stage: _numbers(model, of_judge=False) for stage, model in models.items()}
    kept = {key: value for key, value in document.items() if key not in ("judge", "models")}
    return {**kept, "schema_version": 2, "unjudged": unjudged, "judged": {name: judged}}


def _numbers(model: Mapping[str, Mapping[str, Any]], *, of_judge: bool) -> dict[str, Any]:
    return {
        kind: {
            name: measure
            for name, measure in model[kind].items()
            if (name.endswith(("fact", "meaningful")) or name.startswith("gold_")) is of_judge
        }
        for kind in ("cells", "aggregates")
    }


MIGRATIONS: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_1}
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
    try:
        while version < SCHEMA_VERSION:
            document = MIGRATIONS[version](document)
            version += 1
    except (AttributeError, KeyError, TypeError) as error:
        raise DamagedFileError(f"{path} is no result of schema version {version}; run it again.") from error
    return document
