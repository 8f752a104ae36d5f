"""A picture on disk: found by a plain name, refused if it is huge or broken, read as RGB."""

import re
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from smfa_bench.errors import DamagedFileError

SUFFIX: Final = ".png"
MOST_BYTES: Final = 32 * 2**20
LARGEST_EDGE: Final = 4096
"""Longest edge of a picture, in pixels."""
_UP: Final = 2
"""PNG's number for rows that are differences to the row above."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_BROKEN: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
"""What Pillow raises on files that are not what they seem."""


def is_plain(name: str) -> bool:
    """Say whether a name can be that of a picture file: letters, digits and ._- only, no folder, at most 100."""
    return _PLAIN.fullmatch(name) is not None and not name.endswith(".")


def picture_fault(folder: Path, name: str) -> str | None:
    """Return what is wrong with the picture of a name, None if nothing is.

    The size is judged by the header, before a pixel is decoded.

    Args:
        folder: Where pictures are.
        name: Id of the picture; its file is `<name>.png`.
    """
    if not is_plain(name):
        return f"{name!r} is not a plain name (letters, digits and ._- only, at most 100, no folder)"
    path = folder / f"{name}{SUFFIX}"
    if not path.is_file():
        return f"there is no file {folder.name}/{path.name}"
    if path.resolve().parent != folder.resolve():
        return f"{folder.name}/{path.name} leads out of the folder"
    if path.stat().st_size > MOST_BYTES:
        return f"{folder.name}/{path.name} is larger than {MOST_BYTES // 2**20} MiB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG",)) as picture:
                if max(picture.size) > LARGEST_EDGE:
                    width, height = picture.size
                    return f"{folder.name}/{path.name} has {width} x {height} pixels; at most {LARGEST_EDGE} an edge"
                picture.load()
    except Image.DecompressionBombError:
        return f"{folder.name}/{path.name} has too many pixels; at most {LARGEST_EDGE} an edge"
    except _BROKEN:
        return f"{folder.name}/{path.name} is not a readable PNG picture"
    return None


def picture_edge(path: Path) -> int:
    """Return the longer edge of a picture in pixels, from its header."""
    with Image.open(path) as picture:
        return max(picture.size)


def read_picture(path: Path, *, edge: int | None = None) -> Image.Image:
    """Read a picture as RGB.

    Args:
        path: The file.
        edge: Width and height to bring the picture to, in pixels: it is scaled, and cut about its middle if it is not
            square. None leaves it as it is.

    Raises:
        DamagedFileError: If it is not a readable picture.
    """
    try:
        with Image.open(path) as picture:
            found = picture.convert("RGB")
    except _BROKEN as error:
        raise DamagedFileError(f"{path} is not a readable picture; make the profile set again.") from error
    if edge is None or found.size == (edge, edge):
        return found
    return ImageOps.fit(found, (edge, edge), Image.Resampling.LANCZOS)


def png(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of an RGB PNG file; every row is stored as its difference to the one above.

    Pillow tries five ways to store each row, which takes most of its time; drawn pictures come out as small by this one
    (PNG, third edition, W3C 2025: chunks in section 5, the filter "up" in section 9).
    """
    width, height = picture.size
    pixels = np.asarray(picture.convert("RGB")).reshape(height, 3 * width)
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0], rows[0, 1:] = _UP, pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, RGB, no interlacing
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.data, level=1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


class FolderPictures(Mapping[str, Image.Image]):
    """Pictures of a folder by id, read when asked for."""

    def __init__(self, folder: Path, *, edge: int | None = None) -> None:
        """Remember where pictures are, and the edge in pixels to bring them to (None: as they are)."""
        self._folder = folder
        self._edge = edge

    def __getitem__(self, name: str) -> Image.Image:
        path = self._folder / f"{name}{SUFFIX}"
        if not path.is_file():
            raise KeyError(name)
        return read_picture(path, edge=self._edge)

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self._folder.glob(f"*{SUFFIX}")))

    def __len__(self) -> int:
        return sum(1 for _ in self)
