"""The published JSON Schemas: `python -m smfa_bench.results.schemas FOLDER` writes them from the types."""

import sys
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from smfa_bench.data.profile import Profile
from smfa_bench.record import Record, json_schema
from smfa_bench.results.answer import AnswerRecord
from smfa_bench.results.result import SCHEMA_VERSION, RunResult
from smfa_bench.storage import write_json

PUBLISHED: Final[dict[str, type[Record]]] = {
    "profile-v1": Profile,
    f"answer-v{SCHEMA_VERSION}": AnswerRecord,
    f"result-v{SCHEMA_VERSION}": RunResult,
}


def schemas() -> dict[str, JsonValue]:
    """Return the JSON Schema of each published document by file name; the version stands in the name."""
    return {f"{name}.schema.json": json_schema(record) for name, record in PUBLISHED.items()}


if __name__ == "__main__":
    for file, document in schemas().items():
        write_json(Path(sys.argv[1]) / file, document)
