"""Replies written down as they come in: a finished call is never made again, by whatever start."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from smfa_bench.errors import BenchError
from smfa_bench.record import Record
from smfa_bench.storage import make_folder

Reply = TypeVar("Reply", bound=Record)


@dataclass(frozen=True)
class ReplyStore(Generic[Reply]):
    """A JSON-lines file of replies, each with its key."""

    path: Path
    kind: type[Reply]

    def read(self) -> dict[str, Reply]:
        """Return the replies by key; a damaged line is passed over, one cut short at the end is cut off the file.

        Raises:
            BenchError: If the file can't be read.
        """
        try:
            content = self.path.read_bytes() if self.path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if len(whole) < len(content):
                os.truncate(self.path, len(whole))
        except OSError as error:
            raise BenchError(f"can't read {self.path}: {error.strerror}; mend or delete the file.") from error
        replies: dict[str, Reply] = {}
        for line in whole.split(b"\n")[:-1]:
            try:
                kept = json.loads(line)
                replies[str(kept["key"])] = self.kind.model_validate(kept["reply"])
            except (ValueError, LookupError, TypeError, ValidationError):
                continue
        return replies

    def append(self, key: str, reply: Reply) -> None:
        """Write one reply.

        Raises:
            BenchError: If the disk is full or the folder read-only.
        """
        make_folder(self.path.parent)
        line = json.dumps({"key": key, "reply": reply.model_dump(mode="json")}, ensure_ascii=False) + "\n"
        try:
            with self.path.open("ab") as file:
                file.write(line.encode())
        except OSError as error:
            raise BenchError(f"can't write {self.path}: {error.strerror}; free some space and run again.") from error
