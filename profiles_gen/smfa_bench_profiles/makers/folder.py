"""The portrait source `folder`: pictures that somebody has, such as StyleGAN's or SFHQ's, with a table about them."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PIL.Image import Image
from pydantic import Field

from smfa_bench.data.picture_file import MOST_BYTES, read_picture
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import file_digest
from smfa_bench.record import Record
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.foreign_set import is_picture
from smfa_bench_profiles.makers.contract import Sitter

TABLE: Final = "attributes.csv"
PRESENTATIONS: Final[Mapping[str, Presentation]] = {"woman": "woman", "female": "woman", "man": "man", "male": "man"}
_LONGEST: Final = 80
"""Letters of an attribute's name or value."""


class FolderConfig(Record):
    """Where pictures and table are."""

    path: Path = Field(description="Folder of the pictures.")
    table: Path | None = Field(default=None, description=f"CSV about them; {TABLE} in the folder unless given.")
    file: str = Field(default="file", description="Column with a picture's file name.")
    presentation: str = Field(default="presentation", description="Column that says woman or man, female or male.")


class Folder:
    """Reads the table when it is asked for the portraits, and a picture when that is asked for."""

    Config = FolderConfig
    name: Final = "folder"

    def __init__(self, config: FolderConfig) -> None:
        """Remember where pictures and table are."""
        self._config = config

    def sitters(self, *, seed: int) -> Sequence[Sitter]:
        """Return a portrait for each line of the table, shuffled by the seed.

        Every column but the two named in the configuration is a visual attribute; one that is empty is not known.

        Raises:
            UsageError: If the table or a picture can't be used: the first fault, with its line.
        """
        found = [*self._rows()]
        random.Random(f"{seed}/portraits").shuffle(found)
        return found

    def _rows(self) -> Iterator[Sitter]:
        config = self._config
        path = config.table or config.path / TABLE
        seen: set[str] = set()
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                table = csv.DictReader(lines, strict=True)
                columns = table.fieldnames or ()
                if missing := [name for name in (config.file, config.presentation) if name not in columns]:
                    raise UsageError(f"{path}:1: there is no column {', '.join(missing)}; there are {columns}.")
                for row in table:
                    try:
                        yield self._sitter(row, seen)
                    except ValueError as fault:
                        raise UsageError(f"{path}:{table.line_num}: {fault}.") from fault
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UsageError(f"can't read {path} ({error}); give a CSV table in UTF-8.") from error

    def _sitter(self, row: dict[str | None, str | list[str] | None], seen: set[str]) -> Sitter:
        """Return the portrait of a line.

        Raises:
            ValueError: If something is wrong with it.
        """
        if None in row or None in row.values():
            raise ValueError("has more or fewer cells than there are columns")
        cells = {str(name).strip(): str(value).strip() for name, value in row.items()}
        name, shown = cells.pop(self._config.file), cells.pop(self._config.presentation)
        if name in seen:
            raise ValueError(f"{name!r} is there twice")
        seen.add(name)
        if shown.lower() not in PRESENTATIONS:
            raise ValueError(f"{self._config.presentation} is {shown!r}; valid: {', '.join(PRESENTATIONS)}")
        for key, value in cells.items():
            if not (key + value).isprintable() or max(len(key), len(value)) > _LONGEST:
                raise ValueError(f"{key!r} is longer than {_LONGEST} letters or holds letters that can't be printed")
        attributes = {key: value for key, value in cells.items() if key and value}
        if not attributes:
            raise ValueError("tells nothing that can be seen; fill in one attribute or more")
        picture = self._picture(name)
        return Sitter(
            presentation=PRESENTATIONS[shown.lower()],
            attributes=attributes,
            picture=partial(_square, picture),
            digest=file_digest(picture),
        )

    def _picture(self, name: str) -> Path:
        folder = self._config.path
        picture = folder / name
        if Path(name).name != name or picture.resolve().parent != folder.resolve() or not picture.is_file():
            raise ValueError(f"there is no picture {name!r} in {folder}")
        if picture.stat().st_size > MOST_BYTES or not is_picture(picture.read_bytes()):
            raise ValueError(f"{name!r} is no picture that can be read, or too large")
        return picture


def _square(path: Path, edge: int) -> Image:
    return read_picture(path, edge=edge)
