"""People of another benchmark as a profile set: their pictures are brought to one square size when asked for."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from pyarrow import ArrowException, parquet

from smfa_bench.data.picture_file import LARGEST_EDGE
from smfa_bench.data.profile import Profile
from smfa_bench.data.profile_set import Origin, ProfileSet
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint

Row = dict[str, Any]


def foreign_set(
    source: str, *, version: int, profiles: Mapping[str, Profile], pictures: Mapping[str, bytes]
) -> ProfileSet:
    """Return a set of these people alone: no unseen or general scenes, no rehearsal.

    Args:
        source: Name of the benchmark they are from.
        version: Version of the import; it changes when a record would.
        profiles: People by id, in order.
        pictures: Encoded pictures by id, each one that `is_picture`; the longest edge becomes that of all.
    """
    edge = max(max(_opened(content).size) for content in pictures.values())
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in pictures.items()}
    origin = Origin(
        source=source,
        version=version,
        size=len(profiles),
        seed=0,
        picture_size=edge,
        pictures=fingerprint({**digests}),
    )
    return ProfileSet(
        origin=origin,
        profiles=tuple(profiles.values()),
        unseen=(),
        general=(),
        rehearsal=(),
        pictures=_Squares(pictures, edge),
    )


def is_picture(content: bytes) -> bool:
    """Say whether bytes are a readable picture of at most `LARGEST_EDGE` pixels an edge."""
    try:
        picture = _opened(content)
        if max(picture.size) > LARGEST_EDGE:
            return False
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def parquet_rows(file: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a parquet file, a few at a time.

    Raises:
        UsageError: If it can't be read or lacks a column.
    """
    missing = [name for name in columns if name not in parquet_columns(file)]
    if missing:
        raise UsageError(f"{file} has no column {', '.join(missing)}; needed are {', '.join(columns)}.")
    try:
        for batch in parquet.ParquetFile(file).iter_batches(batch_size=16, columns=list(columns)):
            yield from batch.to_pylist()
    except (OSError, ArrowException) as error:
        raise UsageError(f"{file} is not a readable parquet file; download it again.") from error


def parquet_columns(file: Path) -> frozenset[str]:
    """Return the names of a parquet file's columns.

    Raises:
        UsageError: If it can't be read.
    """
    try:
        return frozenset(parquet.ParquetFile(file).schema_arrow.names)
    except (OSError, ArrowException) as error:
        raise UsageError(f"{file} is not a readable parquet file; download it again.") from error


class _Squares(Mapping[str, Image.Image]):
    """Pictures by id, decoded and brought to one size when asked for."""

    def __init__(self, contents: Mapping[str, bytes], edge: int) -> None:
        self._contents, self._edge = contents, edge

    def __getitem__(self, name: str) -> Image.Image:
        picture = _opened(self._contents[name]).convert("RGB")
        return ImageOps.fit(picture, (self._edge, self._edge), Image.Resampling.LANCZOS)

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
