"""The cache: finished stages by fingerprint, made once, checked whenever they are used."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import platformdirs

from smfa_bench.errors import DamagedFileError
from smfa_bench.storage import check_seal, locked, make_folder, sealed_folder, sweep

VARIABLE: Final = "SMFA_BENCH_CACHE"
log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Return the folder of the cache: the environment variable `SMFA_BENCH_CACHE`, or the user's cache folder."""
    return Path(os.environ.get(VARIABLE) or platformdirs.user_cache_dir("smfa-bench"))


def cached(root: Path, kind: str, key: str, build: Callable[[Path, Path], None]) -> Path:
    """Return the folder `<root>/<kind>/<key>`, built if it is not there or not whole.

    Two processes that want the same folder do not build it twice: the second waits.

    Args:
        root: Folder of the cache.
        kind: What the folder holds: "taught", "answers".
        key: Fingerprint of everything the content depends on.
        build: Fills the first folder it is given; keeps in the second, which outlives a killed process, what it
            needs to go on.

    Raises:
        BenchError: If the folder can't be written; nothing half-written is left under its name.

    What a killed process left of the same folder is swept away, except what `build` kept in its second folder.
    """
    folder = root / kind / key
    unfinished = root / "unfinished" / f"{kind}-{key}"
    with locked(root / "unfinished" / f"{kind}-{key}.lock"):
        if folder.exists():
            try:
                check_seal(folder)
            except DamagedFileError as error:
                log.warning("%s Building it again.", error)
            else:
                return folder
        make_folder(unfinished)
        sweep(folder)
        try:
            with sealed_folder(folder) as working:
                build(working, unfinished)
            for path in sorted(unfinished.glob("*")):
                path.unlink()
        finally:
            if not any(unfinished.iterdir()):
                unfinished.rmdir()
    return folder
