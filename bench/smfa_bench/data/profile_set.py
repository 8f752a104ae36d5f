"""The people, scenes and pictures of one benchmark: made by a source, saved and read back unchanged."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from PIL import Image
from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from smfa_bench.data.picture_file import FolderPictures, is_plain, png
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.question import Domain, Question
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.record import Record
from smfa_bench.storage import check_seal, read_json, sealed_folder, write_json

SCHEMA_VERSION: Final = 1
GROUPS: Final = ("profiles", "unseen", "general", "rehearsal")
"""Fields of a profile set, and names of its files, in the order in which they are made."""
_REHEARSAL: Final[TypeAdapter[Profile | Scene]] = TypeAdapter(Profile | Scene)


def _absent(value: object) -> bool:
    """Leave what came later out of what is written, and so out of the names of sets without it."""
    return value is None


class Origin(Record):
    """Which source made a profile set, and from what."""

    source: str
    """Name of the source in the entry-point group `smfa_bench.profiles`; "file" for people that were read from one."""
    version: int
    """Version of the source; it changes when a record or a picture would."""
    size: int
    seed: int
    picture_size: int
    """Width and height of every picture, in pixels."""
    pictures: str | None = None
    """Fingerprint of the picture files; None for pictures that follow from the drawings in the records."""
    domains: tuple[Domain, ...] | None = Field(default=None, exclude_if=lambda domains: domains is None)
    """Kinds of pictures that people are known by, if the source was asked for others than the usual one."""

    options: dict[str, JsonValue] | None = Field(default=None, exclude_if=_absent)
    """Options of the source that differ from its defaults; None if none does."""

    def identity(self) -> dict[str, JsonValue]:
        """Return what names the content; a fingerprint that there is no need of is left out."""
        return self.model_dump(mode="json", exclude_none=True)


class ProfileSource(Protocol):
    """Makes profile sets: what the entry points of group `smfa_bench.profiles` name."""

    def __call__(self, *, size: int, seed: int, picture_size: int) -> "ProfileSet":
        """Return `size` people; the same arguments give the same records and the same pixels."""
        ...


@dataclass(frozen=True)
class ProfileSet:
    """Everything a run asks about."""

    origin: Origin
    profiles: tuple[Profile, ...]
    unseen: tuple[Scene, ...]
    """Portraits of people that no model is taught."""
    general: tuple[Scene, ...]
    """Pictures that show no person."""
    rehearsal: tuple[Profile | Scene, ...]
    """Strangers and pictures without a person that nobody is asked about: while a model is taught people it goes on
    reading such pictures and refusing such strangers, so that it does not lose what it could."""
    pictures: Mapping[str, Image.Image]
    """RGB pictures by id; may be made or read only when asked for."""

    @cached_property
    def fingerprint(self) -> str:
        """Name of the content: records and origin."""
        records: JsonValue = {name: [*group] for name, group in self._records().items()}
        return fingerprint({"origin": self.origin.identity(), "records": records})

    def scenes(self) -> Iterator[Scene]:
        """Yield every profile and every scene."""
        yield from self.profiles
        yield from self.unseen
        yield from self.general
        yield from self.rehearsal

    def questions(self) -> Iterator[Question]:
        """Yield every question that a model is asked; those of the rehearsal are not among them."""
        for scene in (*self.profiles, *self.unseen, *self.general):
            yield from scene.questions

    def save(self, folder: Path) -> None:
        """Write `origin.json`, a JSON-lines file for each kind of scene, and `pictures/<id>.png`."""
        scenes = ((name, scene) for name, group in self._groups().items() for scene in group)
        save_scenes(
            folder,
            self.origin,
            ((name, scene, {one: png(self.pictures[one]) for one in scene.drawings()}) for name, scene in scenes),
        )

    @classmethod
    def load(cls, folder: Path) -> "ProfileSet":
        """Read a saved set.

        Raises:
            DamagedFileError: If a file is missing, changed, of another schema, or a record is not valid.
        """
        check_seal(folder)
        origin = read_json(folder / "origin.json")
        version = origin.pop("schema_version", None) if isinstance(origin, dict) else None
        if version != SCHEMA_VERSION:
            raise DamagedFileError(f"{folder} has schema version {version}; this release reads {SCHEMA_VERSION}.")
        try:
            return cls(
                origin=Origin.model_validate(origin),
                profiles=tuple(Profile.model_validate_json(line) for line in _lines(folder / "profiles.jsonl")),
                unseen=tuple(Scene.model_validate_json(line) for line in _lines(folder / "unseen.jsonl")),
                general=tuple(Scene.model_validate_json(line) for line in _lines(folder / "general.jsonl")),
                rehearsal=tuple(_REHEARSAL.validate_json(line) for line in _lines(folder / "rehearsal.jsonl")),
                pictures=FolderPictures(folder / "pictures"),
            )
        except ValidationError as error:
            raise DamagedFileError(f"{folder} holds a record that is not valid: {error.errors()[0]['msg']}.") from error

    def _records(self) -> dict[str, list[dict[str, JsonValue]]]:
        return {name: [scene.model_dump(mode="json") for scene in scenes] for name, scenes in self._groups().items()}

    def _groups(self) -> dict[str, tuple[Scene, ...]]:
        return {name: getattr(self, name) for name in GROUPS}


def save_scenes(folder: Path, origin: Origin, scenes: Iterable[tuple[str, Scene, Mapping[str, bytes]]]) -> None:
    """Write a profile set whose scenes come one by one; none is held longer than it takes to write it.

    Args:
        folder: Appears when it is whole.
        origin: Where the scenes are from.
        scenes: A group, one of `GROUPS`, a scene of it, and its pictures as PNG files by id.

    Raises:
        UsageError: If the name of a picture can't be that of a file in the folder.
        BenchError: If the folder can't be written.
    """
    with sealed_folder(folder) as working, ExitStack() as stack:
        write_json(working / "origin.json", {"schema_version": SCHEMA_VERSION, **origin.identity()})
        files = {name: stack.enter_context((working / f"{name}.jsonl").open("wb")) for name in GROUPS}
        (working / "pictures").mkdir()
        for name, scene, pictures in scenes:
            for picture, content in pictures.items():
                if not is_plain(picture):
                    raise UsageError(f"picture {picture!r} has no plain name; use letters, digits and ._- only.")
                (working / "pictures" / f"{picture}.png").write_bytes(content)
            files[name].write((json.dumps(scene.model_dump(mode="json"), ensure_ascii=False) + "\n").encode())


def _lines(path: Path) -> list[bytes]:
    # Bytes, since a text's own line separators, such as U+2028, end no record.
    try:
        return path.read_bytes().splitlines()
    except FileNotFoundError as error:
        raise DamagedFileError(
            f"{path.parent} is no saved profile set: it has no {path.name}. "
            "Was it exported? Then `smfa-bench profiles import datasets` makes one of it."
        ) from error
