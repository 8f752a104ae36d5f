"""Fundus pictures of eyes that do not exist: what is known about the picture is what it is drawn from."""

import random
from functools import cache
from typing import Final

from PIL import Image, ImageFilter
from pydantic import Field, field_validator

from smfa_bench.errors import UsageError
from smfa_bench.record import Record

from .attributes import check_attributes, check_geometry
from .canvas import Canvas
from .chance import between, choose
from .lesions import draw_lesions
from .palette import Colour, darker, lighter, mix
from .retina import CUP, GEOMETRY, HEIGHT, PIGMENT, Retina, measure
from .vessels import WAVES, draw_vessels

__all__ = ["ATTRIBUTES", "GEOMETRY", "Fundus", "draw_fundus", "sample_fundus"]

ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "eye": ("left", "right"),
    "disc_position": tuple(HEIGHT),
    "cup": tuple(CUP),
    "vessels": tuple(WAVES),
    "haemorrhages": ("none", "few", "many"),
    "exudates": ("none", "scattered", "ring"),
    "drusen": ("none", "few", "many"),
    "pigmentation": tuple(PIGMENT),
    "field": ("round", "flattened", "square"),
    "quality": ("sharp", "blurred", "dark"),
}
"""What can be asked about a fundus picture, and every answer there is."""

SCATTERS: Final = 10**6
"""Number of ways in which spots can lie."""
NIGHT: Final[Colour] = (10, 8, 12)
"""What surrounds the retina."""
DIM: Final = 0.52
"""Share of its light that is left of a dark picture."""
BLUR: Final = 0.018
"""Standard deviation of a blurred picture's points, in fractions of its edge."""


class Fundus(Record):
    """Everything a fundus picture is drawn from."""

    attributes: dict[str, str]
    """One value of `ATTRIBUTES` for each of its names."""
    geometry: dict[str, float]
    """A number in [0, 1] for each name in `GEOMETRY`."""
    scatter: int = Field(ge=0, lt=SCATTERS)
    """Decides where the spots lie."""

    @field_validator("attributes")
    @classmethod
    def _attributes_are_known(cls, attributes: dict[str, str]) -> dict[str, str]:
        check_attributes(attributes, ATTRIBUTES)
        return attributes

    @field_validator("geometry")
    @classmethod
    def _geometry_is_within_bounds(cls, geometry: dict[str, float]) -> dict[str, float]:
        check_geometry(geometry, GEOMETRY)
        return geometry


def sample_fundus(rng: random.Random) -> Fundus:
    """Draw an eye by lot; every finding can be seen in the picture."""
    attributes = {name: choose(rng, values) for name, values in ATTRIBUTES.items()}
    geometry = {name: between(rng, 0.0, 1.0) for name in GEOMETRY}
    return Fundus(attributes=attributes, geometry=geometry, scatter=choose(rng, range(SCATTERS)))


def draw_fundus(fundus: Fundus, size: int, *, shift: tuple[float, float] = (0.0, 0.0)) -> Image.Image:
    """Draw a fundus picture.

    Args:
        fundus: What to draw; equal records give equal pixels.
        size: Edge in pixels, at least 32.
        shift: How far the retina moves to the right and down behind its frame, in fractions of the edge, each at most
            0.05 either way.

    Returns:
        An RGB picture of `size` x `size` pixels.

    Raises:
        UsageError: If the size or the shift is out of range.
    """
    if size < 32:
        raise UsageError(f"a fundus picture of {size} pixels shows nothing; give a size of 32 or more.")
    if max(map(abs, shift)) > 0.05:
        raise UsageError(f"shift {shift} moves the retina out of the picture; valid: -0.05 to 0.05 each way.")
    eye = measure(fundus.attributes, fundus.geometry)
    canvas = Canvas(size, darker(eye.ground, 0.12))
    canvas.ellipse((0.5, 0.5), (0.4, 0.4), eye.ground)
    canvas.zoom(1.0, (0.5, 0.5), shift=shift)
    _draw_macula(canvas, eye)
    draw_vessels(canvas, eye)
    _draw_disc(canvas, eye)
    draw_lesions(canvas, eye, scatter=fundus.scatter)
    night = Image.new("RGB", (size, size), NIGHT)
    picture = Image.composite(canvas.finish(), night, _window(fundus.attributes["field"], size))
    match fundus.attributes["quality"]:
        case "blurred":
            return picture.filter(ImageFilter.GaussianBlur(BLUR * size))
        case "dark":
            return picture.point([round(DIM * level) for level in range(256)] * 3)
        case _:
            return picture


def _draw_macula(canvas: Canvas, eye: Retina) -> None:
    for radius, share in ((0.105, 0.1), (0.075, 0.2), (0.04, 0.32)):
        canvas.ellipse(eye.macula, (radius, radius), darker(eye.ground, share))


def _draw_disc(canvas: Canvas, eye: Retina) -> None:
    rim: Colour = mix((255, 200, 120), eye.ground, 0.12)
    canvas.ellipse(eye.disc, (eye.disc_radius + 0.012,) * 2, darker(rim, 0.3))
    canvas.ellipse(eye.disc, (eye.disc_radius,) * 2, rim)
    canvas.ellipse(eye.disc, (eye.cup_radius,) * 2, lighter(rim, 0.86))


@cache
def _window(field: str, size: int) -> Image.Image:
    """Return the part of the picture where the retina can be seen, as a mask that is not to be changed."""
    canvas = Canvas(size, (0, 0, 0))
    match field:
        case "square":
            canvas.box((0.06, 0.06), (0.94, 0.94), (255, 255, 255), radius=0.05)
        case _:
            canvas.ellipse((0.5, 0.5), (0.475, 0.475), (255, 255, 255))
    if field == "flattened":
        canvas.box((0.0, 0.0), (1.0, 0.14), (0, 0, 0))
        canvas.box((0.0, 0.86), (1.0, 1.0), (0, 0, 0))
    return canvas.finish().convert("L")
