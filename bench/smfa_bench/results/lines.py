"""Records as JSON lines, one to a line: written whole or not at all, and read with the line that is at fault."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from smfa_bench.errors import DamagedFileError
from smfa_bench.record import Record
from smfa_bench.storage import write_bytes

Line = TypeVar("Line", bound=Record)


def write_lines(path: Path, records: Iterable[Record]) -> None:
    """Write records atomically.

    Raises:
        BenchError: If the file can't be written.
    """
    lines = (json.dumps(record.model_dump(mode="json"), ensure_ascii=False) for record in records)
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """Read what `write_lines` wrote.

    Raises:
        DamagedFileError: If the file is missing or a line is not a valid record.
    """
    records: list[Line] = []
    try:
        # Bytes, since an answer's own line separators, such as U+2028, end no record.
        for line in path.read_bytes().splitlines():
            records.append(kind.model_validate_json(line))
    except OSError as error:
        raise DamagedFileError(f"can't read {path}: {error.strerror}; run the method again.") from error
    except ValidationError as error:
        raise DamagedFileError(
            f"{path} is damaged at line {len(records) + 1}; delete the run and run again."
        ) from error
    return records
