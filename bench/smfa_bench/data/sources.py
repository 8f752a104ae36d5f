"""Where people come from: an installed source by name, or what somebody saved or wrote down by path."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from smfa_bench.data.people_file import PICTURES, read_people
from smfa_bench.data.picture_file import SUFFIX, FolderPictures, picture_edge
from smfa_bench.data.profile_set import Origin, ProfileSet, ProfileSource
from smfa_bench.errors import UsageError, unknown
from smfa_bench.fingerprint import file_digest, fingerprint
from smfa_bench.registry import PROFILES

USUAL: Final = 100
"""People that a generator is asked for unless told otherwise."""
FEWEST: Final = 3
"""People of the smallest run: one to forget, one to keep and one that the method is given."""
_LINES: Final = ".jsonl"
_ASKED: Final = ("size", "seed", "picture_size")
"""What every source is asked for; it may have options besides."""


def find_source(name: str) -> ProfileSource:
    """Return what makes, or reads, the people of a name.

    Args:
        name: An entry point's name, "module:function", "./file.py:function", each with options if the source has any
            ("fictional?domains=portrait,fundus"), the path of a `.jsonl` file of people or of a saved profile set.

    Raises:
        UsageError: If there is no such source, or it has no such option.
    """
    path = _path(name)
    if path is None:
        return _made_with(name)

    def read(*, size: int, seed: int, picture_size: int) -> ProfileSet:  # noqa: ARG001 (a source's signature)
        return open_people(path, size=size, picture_size=picture_size)

    return read


def usual_size(name: str) -> int:
    """Return how many people a source is asked for unless told otherwise: all that a file holds, or `USUAL`.

    Raises:
        UsageError: If the file can't be read, or has faults and hardly a line.
    """
    path = _path(name)
    if path is None:
        return USUAL
    file = path / f"profiles{_LINES}" if path.is_dir() else path
    try:
        with file.open("rb") as lines:
            count = sum(1 for _ in lines)
    except OSError as error:
        raise UsageError(f"can't read {file}: {error.strerror}; give a file of people or a saved set.") from error
    if count < FEWEST:
        open_people(path)  # a file that is cut short or no text has faults, which say more than its length
    return count


def open_people(path: Path, *, size: int | None = None, picture_size: int | None = None) -> ProfileSet:
    """Read a saved profile set, or a file of people with the scenes and pictures beside it.

    A saved set taken whole and as it is comes back equal, with its origin. Anything else has the origin "file" with
    the fingerprint of its picture files.

    Args:
        path: Folder of a saved set, or a `.jsonl` file.
        size: Number of people taken from the beginning; all of them by default.
        picture_size: Edge to bring all pictures to, in pixels; by default the longest that there is.

    Raises:
        UsageError: If the file can't be read, has faults, or holds fewer people than asked for.
        DamagedFileError: If a saved set is not as it was saved.
    """
    if path.is_dir():
        saved = ProfileSet.load(path)
        whole = size in (None, len(saved.profiles))
        if whole and picture_size in (None, saved.origin.picture_size):
            return saved
        pictures = path / PICTURES
    else:
        saved = _written(path)
        pictures = path.parent / PICTURES
    if size is not None and size > len(saved.profiles):
        raise UsageError(f"{path} holds {len(saved.profiles)} people; a size of {size} asks for more than there are.")
    return _with_files(replace(saved, profiles=saved.profiles[:size]), pictures, edge=picture_size)


def entry_name(name: str) -> str:
    """Return the name of a source without its options."""
    return name.partition("?")[0]


def _made_with(name: str) -> ProfileSource:
    """Return the source of a name with the options that stand behind it."""
    source_name = entry_name(name)
    if source_name not in PROFILES.entries and ":" not in source_name:
        fault = unknown(PROFILES.kind, source_name, PROFILES.entries)
        raise UsageError(f"{fault} People of a file or of a saved set go by its path, such as ./{source_name}.")
    found: Any = PROFILES.get(source_name)
    pairs = parse_qsl(name.partition("?")[2], keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs):
        raise UsageError(f"an option of the profile source {source_name} is given twice; give it once.")
    valid = [option for option in inspect.signature(found).parameters if option not in _ASKED] if options else []
    for option in options:
        if option not in valid:
            raise unknown(f"option of the profile source {source_name}", option, valid)
    source: ProfileSource = partial(found, **options) if options else found
    return source


def _path(name: str) -> Path | None:
    """Return the path that a name is; None for the name of a source."""
    if entry_name(name) in PROFILES.entries or ":" in name:
        return None
    path = Path(name)
    return path if path.suffix == _LINES or path.is_dir() or len(path.parts) > 1 else None


def _written(path: Path) -> ProfileSet:
    people = read_people(path)
    if people.faults:
        more = f" (and {len(people.faults) - 1} more)" if len(people.faults) > 1 else ""
        raise UsageError(f"{people.faults[0]}{more}; `smfa-bench profiles validate {path}` lists all.")
    return ProfileSet(
        origin=Origin(source="file", version=1, size=len(people.profiles), seed=0, picture_size=1),
        profiles=tuple(people.profiles),
        unseen=tuple(people.scenes["unseen"]),
        general=tuple(people.scenes["general"]),
        rehearsal=tuple(people.scenes["rehearsal"]),
        pictures={},
    )


def _with_files(people: ProfileSet, folder: Path, *, edge: int | None) -> ProfileSet:
    """Return the people with the pictures of a folder, and an origin that says so."""
    files = {name: folder / f"{name}{SUFFIX}" for scene in people.scenes() for name in scene.drawings()}
    edge = _longest([*files.values()]) if edge is None else edge
    origin = Origin(
        source="file",
        version=1,
        size=len(people.profiles),
        seed=0,
        picture_size=edge,
        pictures=fingerprint({name: file_digest(path) for name, path in files.items()}),
    )
    return replace(people, origin=origin, pictures=FolderPictures(folder, edge=edge))


def _longest(files: Sequence[Path]) -> int:
    return max(picture_edge(file) for file in files)
