"""Verdicts written down as they come in: a finished call is never made again, by whatever run."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from smfa_bench.data.question import Question
from smfa_bench.errors import BenchError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.record import Record
from smfa_bench.scoring.llm.reply import Reply
from smfa_bench.storage import make_folder


class Kept(Record):
    """One line of the store."""

    key: str
    reply: Reply


@dataclass(frozen=True)
class VerdictStore:
    """A JSON-lines file of the verdicts of one model with one template."""

    path: Path

    def read(self) -> dict[str, Reply]:
        """Return the verdicts by key; a damaged line is passed over, one cut short at the end is cut off the file.

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
            with suppress(ValidationError):
                kept = Kept.model_validate_json(line)
                replies[kept.key] = kept.reply
        return replies

    def append(self, key: str, reply: Reply) -> None:
        """Write one verdict.

        Raises:
            BenchError: If the disk is full or the folder read-only.
        """
        make_folder(self.path.parent)
        line = json.dumps(Kept(key=key, reply=reply).model_dump(mode="json"), ensure_ascii=False) + "\n"
        try:
            with self.path.open("ab") as file:
                file.write(line.encode())
        except OSError as error:
            raise BenchError(f"can't write {self.path}: {error.strerror}; free some space and run again.") from error


def verdict_key(question: Question, answer: str) -> str:
    """Return the key of a verdict: what is asked, what is true and what was answered."""
    return fingerprint({"question": question.text, "truth": question.answer, "answer": answer})
