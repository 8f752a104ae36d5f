"""Answers written down as they are made: a killed process loses at most the batch under way."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from smfa_bench.adapter.adapter import Adapter, Modality, attached
from smfa_bench.data.sample import Sample
from smfa_bench.errors import BenchError
from smfa_bench.generation.answers import Answered, answer
from smfa_bench.generation.sharding import own_share
from smfa_bench.generation.tally import Tally
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.processes import decided, is_first, rank, rounds, size
from smfa_bench.progress import Progress
from smfa_bench.record import Record
from smfa_bench.storage import cannot_write, make_folder


class Said(Record):
    """What a model said to one question."""

    question_id: str
    answer: str
    probability: float | None
    """Length-normalised probability of the true answer, in [0, 1]; None from a server, which does not tell."""


@dataclass(frozen=True)
class Ledger:
    """A JSON-lines file of `Said`, appended to batch by batch."""

    path: Path

    def read(self) -> dict[str, Said]:
        """Return the whole lines by question; a line cut short by a crash, and all after it, is cut off the file.

        Raises:
            BenchError: If the file can't be read, or has to be cut and can't be written.
        """
        if not self.path.exists():
            return {}
        said: dict[str, Said] = {}
        lines = TypeAdapter(Said)
        whole = 0
        try:
            with self.path.open("rb") as file:
                for line in file:
                    try:
                        entry = lines.validate_json(line)
                    except ValidationError:
                        break
                    if not line.endswith(b"\n"):
                        break
                    said[entry.question_id] = entry
                    whole += len(line)
        except OSError as error:
            raise BenchError(f"can't read {self.path}: {error.strerror}; make it readable or delete it.") from error
        # Only if there is something to cut: whole answers may lie in a cache that others can't write.
        if whole < self.path.stat().st_size:
            try:
                os.truncate(self.path, whole)
            except OSError as error:
                raise cannot_write(self.path, error) from error
        return said

    def append(self, entries: Sequence[Said]) -> None:
        """Write entries and wait until they are on the disk; a part that a full disk took is cut off by `read`.

        Raises:
            BenchError: If the disk is full or the folder read-only.
        """
        make_folder(self.path.parent)
        lines = "".join(json.dumps(entry.model_dump(mode="json"), ensure_ascii=False) + "\n" for entry in entries)
        try:
            with self.path.open("ab") as file:
                file.write(lines.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise cannot_write(self.path, error) from error


def collect(
    vlm: VisionLanguageModel,
    adapter: Adapter | None,
    samples: Sequence[Sample],
    ledger: Ledger,
    *,
    title: str,
    progress: Progress,
    tally: Tally | None = None,
) -> dict[str, Said]:
    """Ask a model, with an adapter or without, and return what it said by question; what the ledger has is not asked.

    Batches are the same whether or not a run was interrupted, so the answers are the same. Of several processes each
    asks its own share; the first writes the answers of all.

    Args:
        vlm: Who is asked.
        adapter: Attached while it is asked; None asks the model as it is.
        samples: The questions with their true answers, ids distinct.
        ledger: Where the answers go.
        title: Name of the stage.
        progress: Is told of the stage.
        tally: Counts what this process asks.
    """
    tally = tally or Tally()
    said = decided(ledger.read)
    progress.stage(title, len(samples))
    progress.advance(len(said))
    for modality in Modality:
        asked = [sample for sample in samples if sample.pictured == (modality is Modality.IMAGE)]
        if all(sample.question.id in said for sample in asked):
            continue
        own = own_share(asked, rank=rank(), size=size())
        done = frozenset(place for place, sample in enumerate(own) if sample.question.id in said)
        with attached(vlm, adapter, modality), tally.watching(vlm):
            for entries in rounds(_said(batch, own, tally) for batch in answer(vlm, own, done=done)):
                if is_first():
                    ledger.append(entries)
                said |= {entry.question_id: entry for entry in entries}
                progress.advance(len(entries))
    return {sample.question.id: said[sample.question.id] for sample in samples}


def _said(batch: Sequence[Answered], asked: Sequence[Sample], tally: Tally) -> list[Said]:
    tally.questions += len(batch)
    tally.tokens += sum(answered.tokens for answered in batch)
    return [
        Said(question_id=asked[one.place].question.id, answer=one.text, probability=one.probability) for one in batch
    ]
