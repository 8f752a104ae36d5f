"""What one of several processes does on its own, told by the environment that a launcher gives it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench import processes
from smfa_bench.errors import UsageError


@pytest.fixture
def second_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    monkeypatch.setenv("RANK", "1")


def test_without_a_launcher_there_is_one_process_that_does_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert (processes.size(), processes.rank(), processes.is_first()) == (1, 0, True)
    assert processes.gathered("x") == ["x"]
    assert processes.decided(lambda: 3) == 3
    assert processes.own_part([1, 2, 3]) == [1, 2, 3]
    assert processes.average(2.0) == 2.0


def test_one_process_has_its_batches_as_they_come() -> None:
    assert list(processes.rounds(iter([[1, 2], [], [3]]))) == [[1, 2], [], [3]]


def test_what_one_process_can_not_decide_is_raised() -> None:
    def refuse() -> None:
        raise UsageError("no.")

    with pytest.raises(UsageError, match="no"):
        processes.decided(refuse)


@pytest.mark.usefixtures("second_of_three")
def test_a_launched_process_knows_its_place() -> None:
    assert (processes.size(), processes.rank(), processes.is_first()) == (3, 1, False)
    assert processes.own_part(list("abcdefg")) == ["b", "e"]
    assert processes.own_part(["a"]) == ["a"]


@given(st.integers(1, 5), st.lists(st.integers(), min_size=1, max_size=20))
def test_the_parts_of_a_batch_hold_all_of_it(count: int, batch: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORLD_SIZE", str(count))
        parts = []
        for number in range(count):
            patch.setenv("RANK", str(number))
            parts.append(processes.own_part(batch))
    assert all(parts)
    if len(batch) >= count:
        assert sorted(item for part in parts for item in part) == sorted(batch)


@pytest.mark.usefixtures("second_of_three")
def test_processes_wait_for_one_another_as_long_as_a_judge_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    class JoinedError(Exception):
        pass

    def state(*, timeout: timedelta) -> None:
        assert timeout > timedelta(days=1)
        raise JoinedError

    monkeypatch.setattr("accelerate.PartialState", state)
    with pytest.raises(JoinedError):
        processes.gathered(1)
