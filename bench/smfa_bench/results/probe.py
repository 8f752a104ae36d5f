"""One line of `likelihoods.jsonl`: what a model thinks of the answers to a question; erasure metrics need no more."""

from collections.abc import Iterable
from pathlib import Path

from smfa_bench.data.probes import Group
from smfa_bench.data.question import Question
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.record import Record
from smfa_bench.results.answer import Stage
from smfa_bench.results.lines import read_lines, write_lines


class WrongAnswer(Record):
    """A wrong answer of the right form."""

    text: str
    log_p: tuple[float, ...]
    """Natural logarithm of the probability of each token."""


class ProbeRecord(Record):
    """What one model thinks of the answers to one question."""

    model: Stage
    group: Group
    question: Question
    right: TokenScores
    """Of the true answer."""
    wrong: tuple[WrongAnswer, ...] = ()
    lead: str = ""
    """Words of the true answer that were given away; "" if none were."""
    completion: str | None = None
    """What the model made of them, with them; None if none were given."""


def write_probes(path: Path, records: Iterable[ProbeRecord]) -> None:
    """Write records as JSON lines, atomically."""
    write_lines(path, records)


def read_probes(path: Path) -> list[ProbeRecord]:
    """Read what `write_probes` wrote.

    Raises:
        DamagedFileError: If the file is missing or a line is not a valid record.
    """
    return read_lines(path, ProbeRecord)
