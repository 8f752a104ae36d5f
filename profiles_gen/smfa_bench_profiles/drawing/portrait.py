"""Portraits of people who do not exist: what is known about the picture is what it is drawn from."""

import random
from collections.abc import Mapping
from typing import Final

from PIL import Image
from pydantic import field_validator

from smfa_bench.errors import UsageError
from smfa_bench.record import Record

from . import palette
from .attributes import check_attributes, check_geometry
from .beard import draw_beard
from .canvas import Canvas, Point
from .chance import between, choose, choose_weighted
from .clothes import draw_body, draw_collar
from .face import draw_eyes, draw_head, draw_mouth
from .glasses import draw_glasses
from .hair import draw_back_hair, draw_front_hair
from .hat import draw_hat
from .measures import GEOMETRY, Presentation, measure

__all__ = ["ATTRIBUTES", "GEOMETRY", "Portrait", "backdrop", "draw_portrait", "paint", "sample_portrait"]

ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "hair_colour": tuple(palette.HAIR),
    "hair_style": ("short", "long", "curly", "spiky", "bun"),
    "skin_tone": tuple(palette.SKIN),
    "glasses": ("none", "round", "square", "sunglasses"),
    "hat": ("none", "cap", "beanie", "top hat"),
    "beard": ("none", "moustache", "goatee", "full beard"),
    "expression": ("smiling", "neutral", "sad", "surprised"),
    "clothing": tuple(palette.CLOTHING),
    "collar": ("round", "v-neck", "shirt", "turtleneck", "scarf"),
    "background": tuple(palette.BACKGROUND),
}
"""What can be asked about a portrait, and every answer there is."""

HAT_WEIGHTS: Final[Mapping[str, float]] = {"none": 0.55, "cap": 0.15, "beanie": 0.15, "top hat": 0.15}
HAIR_UNDER_A_HAT: Final[tuple[str, ...]] = ("short", "long", "curly")
"""Spikes and buns would be hidden."""
HAIR_WEIGHTS: Final[Mapping[str, float]] = {"short": 0.16, "long": 0.16, "curly": 0.16, "spiky": 0.26, "bun": 0.26}
"""Without a hat; over all portraits each style is then seen in 14 to 24 % of them."""


class Portrait(Record):
    """Everything a portrait is drawn from."""

    attributes: dict[str, str]
    """One value of `ATTRIBUTES` for each of its names."""
    geometry: dict[str, float]
    """A number in [0, 1] for each name in `GEOMETRY`."""
    presentation: Presentation

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


def sample_portrait(rng: random.Random, *, presentation: Presentation) -> Portrait:
    """Draw a person by lot; every attribute can be seen in the picture."""
    attributes = {name: choose(rng, values) for name, values in ATTRIBUTES.items()}
    attributes["hat"] = choose_weighted(rng, HAT_WEIGHTS)
    bare = attributes["hat"] == "none"
    attributes["hair_style"] = choose_weighted(rng, HAIR_WEIGHTS) if bare else choose(rng, HAIR_UNDER_A_HAT)
    if presentation == "woman":
        attributes["beard"] = "none"
    geometry = {name: between(rng, 0.0, 1.0) for name in GEOMETRY}
    return Portrait(attributes=attributes, geometry=geometry, presentation=presentation)


def draw_portrait(portrait: Portrait, size: int, *, shift: tuple[float, float] = (0.0, 0.0)) -> Image.Image:
    """Draw a portrait.

    Args:
        portrait: What to draw; equal portraits give equal pixels.
        size: Edge in pixels, at least 32.
        shift: How far the person moves to the right and down, in fractions of the edge, each at most 0.05 either
            way; the background stays.

    Returns:
        An RGB picture of `size` x `size` pixels.

    Raises:
        UsageError: If the size or the shift is out of range.
    """
    if size < 32:
        raise UsageError(f"a portrait of {size} pixels shows nothing; give a size of 32 or more.")
    if max(map(abs, shift)) > 0.05:
        raise UsageError(f"shift {shift} moves the person out of the picture; valid: -0.05 to 0.05 each way.")
    canvas = Canvas(size, backdrop(portrait))
    paint(canvas, portrait, shift=shift)
    return canvas.finish()


def backdrop(portrait: Portrait) -> palette.Colour:
    """Return the colour behind a person."""
    return palette.BACKGROUND[portrait.attributes["background"]]


def paint(canvas: Canvas, portrait: Portrait, *, shift: Point, scale: float = 1.0, frame: float = 1.0) -> None:
    """Draw a person before a light spot.

    Args:
        canvas: Empty, in the colour of the backdrop.
        portrait: What to draw.
        shift: How far the person moves to the right and down, in fractions of the frame's edge.
        scale: How much larger the person is than usual.
        frame: Edge of the square in the canvas' middle that the picture will be, in edges of the canvas.
    """
    person = measure(portrait.attributes, portrait.geometry, portrait.presentation)
    canvas.ellipse((0.5, 0.5), (0.44 * frame, 0.44 * frame), palette.lighter(backdrop(portrait), 0.16))
    canvas.zoom(1.15 * scale, (0.5, 0.62), shift=shift, frame=frame)
    for draw in (
        draw_back_hair,
        draw_body,
        draw_collar,
        draw_head,
        draw_beard,
        draw_mouth,
        draw_eyes,
        draw_front_hair,
        draw_glasses,
        draw_hat,
    ):
        draw(canvas, person)
