"""A profile set read back from the Hugging Face data sets that it was exported to."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict, load_from_disk
from PIL import Image
from pydantic import ValidationError

from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import SCHEMA_VERSION, Origin, ProfileSet
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.storage import check_seal, read_json
from smfa_bench_profiles.export import RECORDS


def import_datasets(folder: Path) -> ProfileSet:
    """Read an exported folder; pictures are decoded when asked for.

    Raises:
        UsageError: If the folder holds no export.
        DamagedFileError: If a file of it is missing, changed, of another schema, or a record is not valid.
    """
    if not (folder / RECORDS / "dataset_dict.json").is_file():
        raise UsageError(f"{folder} holds no exported people; give a folder that `smfa-bench profiles export` wrote.")
    check_seal(folder)
    origin = read_json(folder / "origin.json")
    version = origin.pop("schema_version", None) if isinstance(origin, dict) else None
    if version != SCHEMA_VERSION:
        raise DamagedFileError(f"{folder} has schema version {version}; this release reads {SCHEMA_VERSION}.")
    tables = load_from_disk(folder / RECORDS)
    try:
        groups = {name: tuple(_scenes(tables, name)) for name in ("profiles", "unseen", "general", "rehearsal")}
        return ProfileSet(
            origin=Origin.model_validate(origin),
            profiles=tuple(scene for scene in groups["profiles"] if isinstance(scene, Profile)),
            unseen=groups["unseen"],
            general=groups["general"],
            rehearsal=groups["rehearsal"],
            pictures=_TablePictures(tables),
        )
    except ValidationError as error:
        raise DamagedFileError(f"{folder} holds a record that is not valid: {error.errors()[0]['msg']}.") from error


class _TablePictures(Mapping[str, Image.Image]):
    """Pictures by id, in the rows of the records."""

    def __init__(self, tables: DatasetDict) -> None:
        self._tables = tables
        self._places: dict[str, tuple[str, int]] = {}
        for split, table in tables.items():
            names = table.select_columns([name for name in ("picture", "others") if name in table.column_names])
            for row, named in enumerate(_undecoded(names)):
                for one in (named, *(named.get("others") or ())):
                    self._places[one["picture"]] = (str(split), row)

    def __getitem__(self, name: str) -> Image.Image:
        split, row = self._places[name]
        found = self._tables[split][row]
        shown = next(one for one in (found, *(found.get("others") or ())) if one["picture"] == name)
        picture: Image.Image = shown["image"]
        return picture.convert("RGB")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _undecoded(table: Dataset) -> Iterator[dict[str, Any]]:
    """Yield rows in which pictures stay encoded."""
    for batch in table.with_format("arrow").iter(64):
        yield from batch.to_pylist()


def _scenes(tables: DatasetDict, split: str) -> Iterator[Scene]:
    if split not in tables:
        return
    for row in _undecoded(tables[split].remove_columns("image")):
        others = [
            {"domain": other["domain"], "picture": other["picture"], "drawing": json.loads(other["drawing"])}
            for other in row.get("others") or ()
        ]
        questions = [_question(question) for question in row["questions"]]
        drawing = json.loads(row["drawing"])
        record: dict[str, Any] = row | {"drawing": drawing, "others": others, "questions": questions}
        if record["name"] is None:
            del record["name"], record["facts"], record["others"]
            yield Scene.model_validate(record)
        else:
            yield Profile.model_validate(record)


def _question(row: dict[str, Any]) -> dict[str, Any]:
    own = row.get("paraphrases")  # exports of older releases have no such column
    return row | {"paraphrases": None if own is None else json.loads(own)}
