"""The published JSON Schema of submissions: `python -m smfa_bench_leaderboard.schema FOLDER` writes it."""

import sys
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from smfa_bench.record import json_schema
from smfa_bench.storage import write_json
from smfa_bench_leaderboard.submission import SCHEMA_VERSION, Submission

FILE: Final = f"submission-v{SCHEMA_VERSION}.schema.json"


@cache
def submission_schema() -> JsonValue:
    """Return the schema, made from the types."""
    return json_schema(Submission)


if __name__ == "__main__":
    write_json(Path(sys.argv[1]) / FILE, submission_schema())
