"""Curves of a run in an experiment tracker: TensorBoard, Weights & Biases or Trackio, reached through accelerate.

What a tracker is told has no say in the run: its name and its numbers are the same without one.
"""

import importlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smfa_bench.errors import PrerequisiteError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.processes import PATIENCE
from smfa_bench.progress import Progress

if TYPE_CHECKING:
    from accelerate.tracking import GeneralTracker

PROJECT: Final = "smfa-bench"
TRACKED: Final = "tracked"
"""Folder beside the runs for the files of TensorBoard."""


class Tracker(StrEnum):
    """The trackers that can be told."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    TRACKIO = "trackio"


class Tracked:
    """A progress that passes on what it is told, and tells a tracker the values by stage."""

    def __init__(self, progress: Progress, tracker: "GeneralTracker") -> None:
        """Begin at step 0."""
        self._progress, self._tracker = progress, tracker
        self._title, self._step = "", 0

    def stage(self, title: str, total: int) -> None:
        """Log under another title."""
        self._title = title
        self._progress.stage(title, total)

    def advance(self, steps: int = 1, note: str = "", values: Mapping[str, float] | None = None) -> None:
        """Log the values under the stage's title; steps are counted through all stages, as trackers want them."""
        if values:
            self._step += steps
            self._tracker.log({f"{self._title}/{name}": value for name, value in values.items()}, step=self._step)
        self._progress.advance(steps, note, values)

    def conclude(self, numbers: Mapping[str, float | None]) -> None:
        """Log the closing numbers of the run; a missing one is left out."""
        told = {f"result/{name}": value for name, value in numbers.items() if value is not None}
        self._tracker.log(told, step=self._step + 1)


@contextmanager
def track(progress: Progress, tracker: Tracker, *, config: Mapping[str, Any], folder: Path) -> Iterator[Tracked]:
    """Yield a progress that also tells a tracker, which is closed at the end, also of a run that fails.

    Args:
        progress: Is told everything.
        tracker: Which one.
        config: What the run was asked for; names it at the tracker, which keeps it.
        folder: Where TensorBoard's files go; the others have places of their own.

    Raises:
        PrerequisiteError: If the tracker's package is not installed.
    """
    try:
        importlib.import_module(tracker)
    except ImportError as error:
        raise PrerequisiteError(f"--track {tracker} needs its package: pip install {tracker}.") from error
    from accelerate.state import PartialState
    from accelerate.tracking import LOGGER_TYPE_TO_CLASS

    PartialState(timeout=PATIENCE)  # trackers ask it which process is the first
    parts = [re.sub(r"\W+", "-", str(config[part])).strip("-") for part in ("method", "forget_ratio", "seed")]
    name = "-".join([*parts, fingerprint(json.loads(json.dumps(dict(config), default=str)))[:8]])
    where = (name, folder) if tracker is Tracker.TENSORBOARD else (PROJECT,)
    told = LOGGER_TYPE_TO_CLASS[tracker](*where, **({} if tracker is Tracker.TENSORBOARD else {"name": name}))
    told.start()
    told.store_init_configuration(
        {key: value if isinstance(value, str | int | float) else str(value) for key, value in config.items()}
    )
    try:
        yield Tracked(progress, told)
    finally:
        told.finish()
