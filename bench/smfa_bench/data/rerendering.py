"""The same people in other pictures: another pose, crop and light, and everything that is asked for unchanged."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from PIL import Image
from pydantic import JsonValue

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.registry import RENDERINGS

VERSION: Final = 1
"""Changes when a view would be drawn by another lot."""


class Pictures(StrEnum):
    """Which pictures of the people go with the questions; models are taught, and methods shown, the original ones."""

    ORIGINAL = "original"
    RERENDERED = "rerendered"
    """Drawn anew in another view."""


class RerenderedPictures(Mapping[str, Image.Image]):
    """Pictures by id, in another view where an installed source of renderings knows how to draw it."""

    def __init__(self, profiles: ProfileSet) -> None:
        """Remember what to draw."""
        self._drawings = {name: drawing for scene in profiles.scenes() for name, drawing in scene.drawings().items()}
        self._originals = profiles.pictures
        self._size = profiles.origin.picture_size

    def __getitem__(self, name: str) -> Image.Image:
        drawing = self._drawings.get(name)
        found = None if drawing is None else rerendered(name, drawing, size=self._size)
        return self._originals[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._originals)

    def __len__(self) -> int:
        return len(self._originals)


def rerendered(picture: str, drawing: Mapping[str, JsonValue], *, size: int) -> Image.Image | None:
    """Return a picture in another view, always the same; None if nothing installed can draw it.

    Args:
        picture: Its id.
        drawing: What it was drawn from.
        size: Edge in pixels.
    """
    for name in RENDERINGS.entries:
        found: Image.Image | None = RENDERINGS.get(name)(drawing, size=size, lot=f"{VERSION}/{picture}")
        if found is not None:
            return found
    return None


def seen_anew(profiles: ProfileSet, pictures: Pictures) -> ProfileSet:
    """Return the set with the pictures asked for; pictures that show nobody stay as they are.

    Its fingerprint tells by which sources, of which versions, they are drawn: no answer is taken for one about other
    pictures.

    Raises:
        UsageError: If the picture of the first person, who stands for all, can't be drawn anew.
    """
    if pictures is Pictures.ORIGINAL:
        return profiles
    first = profiles.profiles[0]
    if rerendered(first.picture, first.drawing, size=profiles.origin.picture_size) is None:
        raise UsageError(
            f"the picture of {first.id} can't be drawn anew, since nothing installed knows what it was drawn from; "
            "ask with --pictures original."
        )
    sources: dict[str, JsonValue] = {
        name: [entry.value, entry.dist.version if entry.dist else None] for name, entry in RENDERINGS.entries.items()
    }
    key = fingerprint({"rerendered": VERSION, "of": profiles.origin.pictures, "by": sources})
    origin = profiles.origin.model_copy(update={"pictures": key})
    return replace(profiles, origin=origin, pictures=RerenderedPictures(profiles))
