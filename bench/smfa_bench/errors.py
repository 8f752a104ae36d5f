"""Faults a user can mend, and the exit codes of the command line."""

import difflib
import sysconfig
import traceback
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import ValidationError


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    RUN_FAILED = 1
    USAGE = 2
    PREREQUISITE = 3
    CHECK_FAILED = 4
    INTERRUPTED = 130


class BenchError(Exception):
    """A fault of the input or the machine: shown in one line, without a traceback.

    The message says what was wrong, what is valid and what to do.
    """

    exit_code = ExitCode.RUN_FAILED


class UsageError(BenchError):
    """A name, a number or a configuration that can't be used as given."""

    exit_code = ExitCode.USAGE


class PrerequisiteError(BenchError):
    """Something the step stands on is missing, such as a model that does not know the facts."""

    exit_code = ExitCode.PREREQUISITE


class CheckError(BenchError):
    """A check ran and did not pass."""

    exit_code = ExitCode.CHECK_FAILED


class DamagedFileError(BenchError):
    """A file that is not what was written: truncated, edited or of another kind."""


def unknown(kind: str, name: str, valid: Iterable[str]) -> UsageError:
    """Return the error for a name that is not on a list, with near matches first.

    Args:
        kind: What the name stands for, in the singular ("method").
        name: The name as given.
        valid: The names that would have worked.
    """
    names = sorted(valid)
    return UsageError(f"unknown {kind} {name!r}.{guess(name, names)} Valid: {', '.join(names) or 'none'}.")


INSTALLED: Final = ("/site-packages/", "/dist-packages/")
"""Parts of a path by which a package is installed and not written here."""


def place(error: BaseException) -> str:
    """Return ", file.py line 3" for where an error came up; an empty text if that is in Python or in the suite itself.

    It is the innermost line of what is written here, or else of an installed package.
    """
    suite, python = f"{Path(__file__).parent}/", f"{sysconfig.get_path('stdlib')}/"
    frames = traceback.extract_tb(error.__traceback__)
    foreign = [frame for frame in frames if not frame.filename.startswith((suite, "<"))]
    written = [
        frame for frame in foreign if not frame.filename.startswith(python) and not _is_installed(frame.filename)
    ]
    installed = [frame for frame in foreign if _is_installed(frame.filename)]
    innermost = (written or installed)[-1:]
    return "".join(f", {Path(frame.filename).name} line {frame.lineno}" for frame in innermost)


def _is_installed(file: str) -> bool:
    return any(part in file for part in INSTALLED)


def option_faults(error: "ValidationError", whole: str) -> str:
    """Return what is wrong with options, in the words of who types them.

    Args:
        error: Of the model that describes them.
        whole: What a fault is said of that is no single option's.
    """
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or whole}"
        + (" must be given" if fault["type"] == "missing" else f": {fault['msg']}")
        for fault in error.errors()
    )


def guess(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean 'this' or 'that'?" with at most three near matches; an empty text if there is none."""
    small = {valid.casefold(): valid for valid in names}
    close = difflib.get_close_matches(name.casefold(), list(small), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(repr(small[match]) for match in close)}?" if close else ""
