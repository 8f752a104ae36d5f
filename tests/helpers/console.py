"""The installed command, driven from outside: what it prints, how it ends, and how to stop it midway."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

from smfa_bench.cli import app

SCRIPT: Final = Path(sys.executable).parent / "smfa-bench"
PATIENCE: Final = 600.0
"""Seconds after which a command counts as hanging."""
GLANCE: Final = 0.01
"""Seconds between two looks at a command under way."""


@dataclass(frozen=True)
class Ended:
    """A command that is over."""

    code: int
    stdout: str
    stderr: str

    @property
    def error(self) -> str:
        """The line that says what went wrong."""
        (line,) = [line for line in self.stderr.splitlines() if line.startswith("error: ")]
        return line


@dataclass(frozen=True)
class Console:
    """A working folder, with the runs and the cache of the commands that are typed in it."""

    folder: Path
    shared_cache: Path | None = None
    """The cache of another console; one of its own unless given."""

    @property
    def runs(self) -> Path:
        """Where run folders go unless told otherwise."""
        return self.folder / "runs"

    @property
    def cache(self) -> Path:
        """Where taught models and their answers are kept."""
        return self.shared_cache or self.folder / "cache"

    def __call__(self, *arguments: str) -> Ended:
        """Run a command to its end."""
        process = self._start(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, stdout, stderr)

    def here(self, *arguments: str) -> Ended:
        """Run a command to its end in this process: for many commands, since the libraries are imported only once.

        An error that the command does not turn into an exit code comes out as it is.
        """
        stdout, stderr = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
            patch.dict(os.environ, self._environment()),
            patch.object(sys, "argv", [str(SCRIPT), *arguments]),
            patch.object(app.app, "registered_commands", []),
            patch.object(app.app, "registered_groups", []),
        ):
            try:
                app.main()
            except SystemExit as end:
                code = end.code
        return Ended(int(code or 0), stdout.getvalue(), stderr.getvalue())

    def stopped(self, *arguments: str, when: Callable[[str], bool], by: signal.Signals) -> Ended:
        """Run a command until something is the case, then send it a signal and wait for its end.

        Coverage is not measured in it: a signal that falls between two steps of coverage's bookkeeping leaves its lock
        taken, and the command would wait for that for ever.

        Args:
            arguments: What is typed.
            when: Is asked over and over, with what stands on stderr so far.
            by: The signal.
        """
        with self._spoken().open("w") as file:
            process = self._start(arguments, measured=False, stdout=subprocess.DEVNULL, stderr=file)
            try:
                for stderr in self._heard():
                    if process.poll() is not None:
                        raise AssertionError(f"the command ended before it was stopped:\n{stderr}")
                    if when(stderr):
                        break
                process.send_signal(by)
                process.wait(PATIENCE)
            finally:
                process.kill()
                process.wait()
        return Ended(process.returncode, "", self._spoken().read_text())

    def _start(
        self, arguments: tuple[str, ...], *, measured: bool = True, **streams: object
    ) -> "subprocess.Popen[str]":
        environment = os.environ | self._environment()
        if not measured:
            environment.pop("COVERAGE_PROCESS_CONFIG", None)
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [SCRIPT, *arguments],
            cwd=self.folder,
            env=environment,
            text=True,
            # Under a shell's background job interrupts are ignored, and what it starts inherits that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
            **streams,
        )

    def _environment(self) -> dict[str, str]:
        return {"SMFA_BENCH_CACHE": str(self.cache), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "COLUMNS": "120"}

    def _spoken(self) -> Path:
        return self.folder / "stderr.txt"

    def _heard(self) -> Iterator[str]:
        """Yield what stands on stderr, again and again."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            yield self._spoken().read_text()
            time.sleep(GLANCE)
        raise AssertionError(f"nothing came of it in {PATIENCE:g} s")
