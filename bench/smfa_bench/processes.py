"""The processes of one run, as `accelerate launch` starts them: who is first, and how they agree.

All processes go through the same stages. What is slow is shared out; whatever is decided, printed or written, the first
process decides, prints and writes. Without `accelerate launch` there is one process, and nothing here costs anything.
"""

import atexit
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from smfa_bench.errors import BenchError

if TYPE_CHECKING:
    from torch import nn

T = TypeVar("T")
PATIENCE: Final = timedelta(days=7)
"""How long processes wait for one another: the first one may be alone with a judge, or wait for another run's model."""


def size() -> int:
    """Return the number of processes, at least 1."""
    return int(os.environ.get("WORLD_SIZE") or 1)


def rank() -> int:
    """Return the number of this process, from 0."""
    return int(os.environ.get("RANK") or 0) if size() > 1 else 0


def is_first() -> bool:
    """Return whether this process decides, prints and writes."""
    return rank() == 0


def gathered(value: T) -> list[T]:
    """Return the values of all processes, by number; every process must come here."""
    if size() == 1:
        return [value]
    _join()
    from torch import distributed

    values: list[T | None] = [None] * size()
    distributed.all_gather_object(values, value)
    return values  # type: ignore[return-value]


def decided(decide: Callable[[], T]) -> T:
    """Return what the first process decides; every process must come here.

    Raises:
        BenchError: In every process, if it is raised in the first.
    """
    if size() == 1:
        return decide()
    outcome: T | BenchError | None = None
    if is_first():
        try:
            outcome = decide()
        except BenchError as error:
            outcome = error
    told = gathered(outcome)[0]
    if isinstance(told, BenchError):
        raise told
    return told  # type: ignore[return-value]


def wait() -> None:
    """Wait until every process is here."""
    gathered(None)


def rounds(own: Iterable[list[T]]) -> Iterator[list[T]]:
    """Yield in every process what all processes have next, joined, until none has more."""
    waiting = iter(own)
    while True:
        parts = gathered(next(waiting, None))
        if all(part is None for part in parts):
            return
        yield [item for part in parts if part is not None for item in part]


def own_part(batch: Sequence[T]) -> list[T]:
    """Return this process's part of a batch; of a batch with too few for all, some get what another has too."""
    part = list(batch[rank() :: size()])
    return part or [batch[rank() % len(batch)]]


def average(value: float) -> float:
    """Return the mean of a number over all processes."""
    values = gathered(value)
    return sum(values) / len(values)


def average_gradients(parameters: Iterable["nn.Parameter"]) -> None:
    """Put into every gradient its mean over all processes, in place; one that no process has stays absent."""
    if size() == 1:
        return
    import torch
    from torch import distributed

    _join()
    every = list(parameters)
    flags = gathered([parameter.grad is not None for parameter in every])
    pending = []
    for parameter, present in zip(every, zip(*flags, strict=True), strict=True):
        if not any(present):
            continue
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        parameter.grad /= size()
        pending.append(distributed.all_reduce(parameter.grad, async_op=True))
    for reduction in pending:
        reduction.wait()


def _join() -> None:
    from accelerate import PartialState
    from torch import distributed

    if not distributed.is_initialized():
        state = PartialState(timeout=PATIENCE)
        atexit.register(state.destroy_process_group)
