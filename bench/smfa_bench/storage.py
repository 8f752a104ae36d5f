"""Files that are either whole or absent: atomic writes, sealed folders, and reads that say what is wrong."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from pydantic import JsonValue

from smfa_bench.errors import BenchError, DamagedFileError
from smfa_bench.fingerprint import file_digest

SEAL = "seal.json"


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there.

    Raises:
        BenchError: If that is not allowed, or something else has the name.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(path, error) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file for the length of a block; who comes second waits.

    Raises:
        BenchError: If the lock file can't be written.
    """
    make_folder(path.parent)
    lock = FileLock(path)
    try:
        lock.acquire()
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        yield
    finally:
        lock.release()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically: a reader sees the old content or the new, never a part.

    Raises:
        BenchError: If the folder is read-only or the disk is full; nothing is left behind.
    """
    make_folder(path.parent)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _cannot_write(path, error) from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: JsonValue) -> None:
    """Write indented JSON atomically, keys in the order given.

    Raises:
        ValueError: If the value holds NaN or an infinity.
        BenchError: If the file can't be written.
    """
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())


def read_json(path: Path) -> JsonValue:
    """Read a JSON file.

    Raises:
        DamagedFileError: If the file is absent, unreadable or not JSON.
    """
    try:
        value: JsonValue = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DamagedFileError(f"can't read {path}: {error.strerror}.") from error
    except ValueError as error:
        raise DamagedFileError(f"{path} is not JSON ({error}); restore it or make it again.") from error
    return value


@contextmanager
def sealed_folder(path: Path) -> Iterator[Path]:
    """Fill a folder that appears under its name only when it is whole.

    Yields a temporary folder beside `path`. At the end each file's SHA-256 goes into `seal.json` and the folder is
    renamed; an older folder of that name is replaced. If the block raises, nothing is left behind.
    """
    make_folder(path.parent)
    try:
        working = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        yield working
        digests: JsonValue = {name: file_digest(working / name) for name in _files(working)}
        write_json(working / SEAL, digests)
        working.chmod(0o755)
        if path.exists():
            shutil.rmtree(path)
        working.rename(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        shutil.rmtree(working, ignore_errors=True)


def sweep(path: Path) -> None:
    """Remove what killed processes left of a sealed folder that they were filling; nobody else may be filling it."""
    for left in path.parent.glob(f".{path.name}.*"):
        shutil.rmtree(left, ignore_errors=True)


def check_seal(path: Path) -> None:
    """Check that a sealed folder holds exactly the files it was sealed with.

    Raises:
        DamagedFileError: If the seal or a file is missing, added or changed.
    """
    digests = read_json(path / SEAL)
    if not isinstance(digests, dict) or set(digests) != set(_files(path)):
        raise DamagedFileError(f"{path} does not hold the files it was sealed with; delete the folder and run again.")
    for name, digest in digests.items():
        if file_digest(path / name) != digest:
            raise DamagedFileError(f"{path / name} was changed after it was written; delete {path} and run again.")


def _files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != SEAL)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _cannot_write(path: Path, error: OSError) -> BenchError:
    return BenchError(f"can't write {path}: {error.strerror}; free some space or choose another folder.")
