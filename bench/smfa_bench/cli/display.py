"""How progress is shown on stderr: rich bars with time left, plain lines, or nothing."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as RichBars

from smfa_bench.progress import Progress, Silent

PLAIN_INTERVAL: Final = 15.0
"""Seconds between two lines of the plain display."""


class Display(StrEnum):
    """The ways to show progress."""

    RICH = "rich"
    PLAIN = "plain"
    NONE = "none"


@contextmanager
def make_progress(display: str) -> Iterator[Progress]:
    """Yield a progress shown as asked; rich bars become plain lines where stderr is not a terminal."""
    if display == Display.NONE:
        yield Silent()
    elif display == Display.RICH and sys.stderr.isatty():
        columns = (
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with RichBars(*columns, console=Console(stderr=True)) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    """One bar a stage."""

    def __init__(self, bars: RichBars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, title: str, total: int) -> None:
        """Open a new bar."""
        self._task = self._bars.add_task(title, total=total, note="")

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Move the newest bar."""
        if self._task is not None:
            self._bars.update(self._task, advance=steps, note=note)


class _Lines:
    """A line when a stage begins, and then one now and again."""

    def __init__(self) -> None:
        self._title, self._total, self._done, self._begun, self._shown = "", 0, 0, 0.0, 0.0

    def stage(self, title: str, total: int) -> None:
        """Print the stage's name."""
        self._title, self._total, self._done = title, total, 0
        self._begun = self._shown = time.monotonic()
        print(f"{title}: {total} steps", file=sys.stderr, flush=True)  # noqa: T201

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Print how far the stage is, at most every few seconds."""
        self._done += steps
        now = time.monotonic()
        if now - self._shown < PLAIN_INTERVAL and self._done < self._total:
            return
        self._shown = now
        left = (now - self._begun) / max(1, self._done) * (self._total - self._done)
        line = f"{self._title}: {self._done}/{self._total}, about {left:.0f} s left"
        print(f"{line}, {note}" if note else line, file=sys.stderr, flush=True)  # noqa: T201
