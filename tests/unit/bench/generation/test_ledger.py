"""Answers written down as they are made: a crash loses the batch under way and nothing else."""

import errno
import os
import resource
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.steady_method import steady_adapter
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import BenchError
from smfa_bench.generation import ledger as module
from smfa_bench.generation.answers import Answered, answer
from smfa_bench.generation.ledger import Ledger, Said, collect
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent

ENTRIES = [Said(question_id=f"q{i}", answer=f"Zoë\u2028\n{i}", probability=i / 10) for i in range(3)]

RLIMIT = resource.getrlimit(resource.RLIMIT_FSIZE)


class Counting(Silent):
    """Counts the answers told of."""

    count = 0

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:  # noqa: ARG002
        self.count += steps


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run" / "answers.jsonl")


@pytest.fixture
def vlm(small_vlm: VisionLanguageModel) -> VisionLanguageModel:
    spec = small_vlm.spec.model_copy(update={"answer_batch_size": 2, "max_new_tokens": 4})
    return replace(small_vlm, spec=spec)


@pytest.fixture
def asked(unlearn_data: UnlearnData) -> list[Sample]:
    """Four questions with a picture and four without."""
    pictured = [sample for sample in unlearn_data.forget if sample.pictured]
    return [*pictured[:4], *(sample for sample in unlearn_data.forget if not sample.pictured)][:8]


def collected(vlm: VisionLanguageModel, asked: Sequence[Sample], ledger: Ledger) -> dict[str, Said]:
    return collect(vlm, None, asked, ledger, title="asking", progress=Silent())


def test_entries_come_back_in_the_order_of_their_appending(ledger: Ledger) -> None:
    assert ledger.read() == {}
    ledger.append(ENTRIES[:1])
    ledger.append(ENTRIES[1:])
    assert list(ledger.read().values()) == ENTRIES


@pytest.mark.parametrize("torn", [b'{"question_id": "q9', b'{"question_id": "q9"}\n', b"\xff\xff\n"])
def test_a_torn_line_is_cut_off_the_file(ledger: Ledger, torn: bytes) -> None:
    ledger.append(ENTRIES[:2])
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + torn)
    assert list(ledger.read().values()) == ENTRIES[:2]
    assert ledger.path.read_bytes() == whole
    ledger.append(ENTRIES[2:])
    assert list(ledger.read().values()) == ENTRIES


def test_a_whole_entry_without_its_line_end_is_cut_off_too(ledger: Ledger) -> None:
    ledger.append(ENTRIES)
    ledger.path.write_bytes(ledger.path.read_bytes()[:-1])
    assert list(ledger.read().values()) == ENTRIES[:2]


def test_a_full_disk_is_told(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BenchError, match="No space left on device; free some space or choose another folder"):
        ledger.append(ENTRIES)


def test_a_disk_that_took_half_a_batch_costs_that_half_line_and_no_more(ledger: Ledger) -> None:
    ledger.append(ENTRIES[:1])
    before = ledger.path.stat().st_size
    line = len(ENTRIES[1].model_dump_json().encode())
    resource.setrlimit(resource.RLIMIT_FSIZE, (before + line + line // 2, RLIMIT[1]))
    try:
        with pytest.raises(BenchError, match="File too large; free some space"):
            ledger.append(ENTRIES[1:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, RLIMIT)
    assert list(ledger.read().values()) in (ENTRIES[:1], ENTRIES[:2])
    ledger.append(ENTRIES[2:])
    assert ledger.read()["q2"] == ENTRIES[2]


def test_whole_answers_are_read_where_nothing_can_be_written(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.append(ENTRIES)

    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("os.truncate", read_only)
    assert list(ledger.read().values()) == ENTRIES
    ledger.path.write_bytes(ledger.path.read_bytes()[:-1])
    with pytest.raises(BenchError, match=r"can't write .*Read-only file system"):
        ledger.read()


def test_a_ledger_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"can't read .*: Is a directory; make it readable or delete it"):
        Ledger(tmp_path).read()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(BenchError, match="can't write"):
        Ledger(tmp_path / "taken" / "answers.jsonl").append(ENTRIES)


def test_every_question_gets_an_answer_and_is_told_of(
    vlm: VisionLanguageModel, asked: list[Sample], ledger: Ledger
) -> None:
    progress = Counting()
    said = collect(vlm, None, asked, ledger, title="asking", progress=progress)
    assert list(said) == [sample.question.id for sample in asked]
    assert progress.count == len(asked)
    assert ledger.read().keys() == said.keys()


def test_a_killed_asking_goes_on_with_what_is_missing_and_ends_with_the_same_answers(
    vlm: VisionLanguageModel, asked: list[Sample], ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = collected(vlm, asked, Ledger(tmp_path / "whole.jsonl"))
    given: list[str] = []
    most = 3

    def counted(
        vlm: VisionLanguageModel, samples: Sequence[Sample], *, done: frozenset[int]
    ) -> Iterator[list[Answered]]:
        for batch in answer(vlm, samples, done=done):
            if len(given) >= 2 * most:
                raise KeyboardInterrupt
            given.extend(samples[found.place].question.id for found in batch)
            yield batch

    monkeypatch.setattr(module, "answer", counted)
    with pytest.raises(KeyboardInterrupt):
        collected(vlm, asked, ledger)
    first = list(given)
    assert list(ledger.read()) == first
    most = 100
    given.clear()
    assert collected(vlm, asked, ledger) == whole
    assert sorted(first + given) == sorted(whole)
    given.clear()
    assert collected(vlm, asked, ledger) == whole
    assert given == []


def test_the_model_is_asked_with_the_adapter_and_is_itself_again_afterwards(
    vlm: VisionLanguageModel, asked: list[Sample], ledger: Ledger, tmp_path: Path
) -> None:
    before = vlm.fingerprint()
    plain = collected(vlm, asked, ledger)
    changed = collect(
        vlm, steady_adapter(vlm, 0.5), asked, Ledger(tmp_path / "changed"), title="asking", progress=Silent()
    )
    assert all(changed[name].probability != plain[name].probability for name in plain)
    assert vlm.fingerprint() == before
