"""How faults reach the user: one line on stderr and an exit code; a traceback only for bugs or on request."""

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from smfa_bench.errors import BenchError, ExitCode
from smfa_bench.processes import is_first, rank


@contextmanager
def faults(*, with_traceback: bool) -> Iterator[None]:
    """Turn errors a user can mend, an interruption, and a reader of stdout that went away into exit codes.

    What libraries have to say about their own future is kept from stderr.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    warnings.simplefilter("ignore", FutureWarning)
    try:
        yield
    except BenchError as error:
        if with_traceback:
            traceback.print_exc()
        whose = "" if is_first() else f"process {rank()}: "
        print(f"{whose}error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stood.", file=sys.stderr)  # noqa: T201
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # What is still in the buffer has nowhere to go, and Python would complain of that at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.DONE)
