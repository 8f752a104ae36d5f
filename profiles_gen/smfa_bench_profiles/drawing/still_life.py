"""Still lifes: a few equal shapes on a plain ground, with no person in sight."""

import random
from collections.abc import Mapping
from typing import Final, Self

from PIL import Image
from pydantic import model_validator

from smfa_bench.errors import UsageError
from smfa_bench.record import Record

from .attributes import check_attributes
from .canvas import Canvas, Point, arc
from .chance import between, choose
from .palette import Colour, darker, lighter

COLOUR: Final[Mapping[str, Colour]] = {
    "red": (208, 28, 48),
    "green": (24, 138, 70),
    "blue": (40, 92, 214),
    "yellow": (252, 222, 30),
    "purple": (136, 58, 180),
    "white": (250, 250, 252),
}
GROUND: Final[Mapping[str, Colour]] = {
    "black": (42, 40, 50),
    "pink": (248, 162, 196),
    "orange": (250, 140, 44),
    "grey": (136, 141, 150),
    "turquoise": (96, 206, 200),
}
COUNT: Final[Mapping[str, int]] = {"one": 1, "two": 2, "three": 3, "four": 4}
RADIUS: Final[Mapping[str, float]] = {"small": 0.105, "large": 0.195}
"""Largest distance of a shape's edge from its middle, in fractions of the picture's edge."""

ATTRIBUTES: Final[dict[str, tuple[str, ...]]] = {
    "shape": ("circle", "square", "triangle", "star", "cross"),
    "colour": tuple(COLOUR),
    "count": tuple(COUNT),
    "size": tuple(RADIUS),
    "background": tuple(GROUND),
}
"""What can be asked about a still life, and every answer there is."""


class Placement(Record):
    """Where one object lies: its middle in fractions of the picture's edge, and its turn in degrees clockwise."""

    x: float
    y: float
    turn: float


class StillLife(Record):
    """Everything a still life is drawn from; all objects are alike but for their place."""

    attributes: dict[str, str]
    """One value of `ATTRIBUTES` for each of its names."""
    placements: tuple[Placement, ...]
    """One for each object."""

    @model_validator(mode="after")
    def _is_drawable(self) -> Self:
        check_attributes(self.attributes, ATTRIBUTES)
        count = self.attributes["count"]
        if len(self.placements) != COUNT[count]:
            raise UsageError(f"count is {count} but there are {len(self.placements)} placements; give one an object.")
        return self


def sample_still_life(rng: random.Random) -> StillLife:
    """Draw a scene by lot: objects never overlap and never leave the frame."""
    attributes = {name: choose(rng, values) for name, values in ATTRIBUTES.items()}
    radius = RADIUS[attributes["size"]]
    cells: list[Point] = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    slack = 0.25 - radius - 0.015
    placements: list[Placement] = []
    for _ in range(COUNT[attributes["count"]]):
        x, y = cells.pop(int(rng.random() * len(cells)))
        place = Placement(
            x=round(x + between(rng, -slack, slack), 3),
            y=round(y + between(rng, -slack, slack), 3),
            turn=between(rng, -14, 14),
        )
        placements.append(place)
    return StillLife(attributes=attributes, placements=tuple(placements))


def draw_still_life(scene: StillLife, size: int) -> Image.Image:
    """Draw a still life as an RGB picture of `size` x `size` pixels.

    Raises:
        UsageError: If the size is below 32.
    """
    if size < 32:
        raise UsageError(f"a still life of {size} pixels shows nothing; give a size of 32 or more.")
    colour, ground = COLOUR[scene.attributes["colour"]], GROUND[scene.attributes["background"]]
    canvas = Canvas(size, ground)
    radius = RADIUS[scene.attributes["size"]]
    for place in scene.placements:
        outline = _outline(scene.attributes["shape"], place.turn)
        for grown, dy, shade in (
            (1.0, 0.014, darker(ground, 0.3)),
            (1.0, 0.0, darker(colour, 0.2)),
            (0.86, 0.0, colour),
        ):
            points = [(place.x + radius * grown * x, place.y + dy + radius * grown * y) for x, y in outline]
            canvas.polygon(points, shade)
        canvas.ellipse(
            (place.x - radius * 0.12, place.y - radius * 0.14), (radius * 0.14, radius * 0.1), lighter(colour, 0.6)
        )
    return canvas.finish()


def _outline(shape: str, turn: float) -> list[Point]:
    """Return the outline within the unit circle."""
    match shape:
        case "circle":
            return arc((0.0, 0.0), (0.9, 0.9), 0, 360, steps=40)
        case "square":
            return arc((0.0, 0.0), (1.0, 1.0), 45 + turn, 405 + turn, steps=4)
        case "triangle":
            return arc((0.0, 0.0), (1.0, 1.0), 30 + turn, 390 + turn, steps=3)
        case "star":
            tips = arc((0.0, 0.0), (1.0, 1.0), -90 + turn, 270 + turn, steps=5)
            dents = arc((0.0, 0.0), (0.45, 0.45), -54 + turn, 306 + turn, steps=5)
            return [point for pair in zip(tips, dents, strict=True) for point in pair]
        case _:
            arms: list[Point] = []
            for quarter in range(4):
                middle = 90 * quarter + turn
                arms += arc((0.0, 0.0), (1.0, 1.0), middle - 17, middle + 17, steps=1)
                arms += arc((0.0, 0.0), (0.42, 0.42), middle + 45, middle + 45, steps=1)[:1]
            return arms
