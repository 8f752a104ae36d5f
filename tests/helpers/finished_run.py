"""The finished run that all tests of the command share: how it is made, and what it left."""

import json
import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

from helpers import quick_run
from helpers.console import Console, Ended

PEOPLE: Final = (
    *("--model", f"{quick_run.__file__}:quick_recipe"),
    *("--profiles", f"{quick_run.__file__}:few_scenes"),
    *("--size", "3"),
    *("--few-shot", "1"),
    *("--forget-ratio", "0.3"),
)
RUN: Final = ("run", "--method", "smfa", *PEOPLE, "--set", "epochs=2")


class Finished(NamedTuple):
    """A run and the command that made it."""

    console: Console
    ended: Ended
    folder: Path

    @property
    def result(self) -> Any:
        """The content of `result.json`."""
        return json.loads((self.folder / "result.json").read_text())

    def copied_to(self, console: Console) -> Path:
        """Copy the run folder into the runs of another console and return it."""
        return Path(shutil.copytree(self.folder, console.runs / self.folder.name))
