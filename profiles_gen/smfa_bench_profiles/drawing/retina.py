"""A retina in numbers: where disc and macula lie, and how a fundus picture turns words into lengths and colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .canvas import Point
from .palette import Colour, darker, lighter, warmer

PIGMENT: Final[Mapping[str, Colour]] = {"light": (246, 172, 112), "medium": (214, 98, 50), "dark": (126, 70, 88)}
"""The ground of the retina."""
HEIGHT: Final[Mapping[str, float]] = {"high": 0.345, "level": 0.5, "low": 0.655}
"""Middle of the optic disc, downwards."""
CUP: Final[Mapping[str, float]] = {"small": 0.3, "medium": 0.56, "large": 0.84}
"""Radius of the cup in radii of the disc."""
GEOMETRY: Final[tuple[str, ...]] = (
    "disc_size",
    "disc_x",
    "disc_y",
    "macula_x",
    "macula_y",
    "upper_arcade",
    "lower_arcade",
    "upper_branch",
    "lower_branch",
    "nasal_spread",
    "vessel_width",
    "hue",
)
"""What tells apart two eyes with equal findings, besides where the spots lie: each a number in [0, 1]."""


@dataclass(frozen=True)
class Retina:
    """Lengths and positions in fractions of the picture's edge, y downwards."""

    findings: Mapping[str, str]
    geometry: Mapping[str, float]
    side: int
    """Of the optic disc: 1 right of the middle, as in a right eye, -1 left of it."""
    disc: Point
    disc_radius: float
    cup_radius: float
    macula: Point
    vessel: float
    """Width of the vessels where they leave the disc."""
    ground: Colour
    blood: Colour
    """Of the vessels."""


def measure(findings: Mapping[str, str], geometry: Mapping[str, float]) -> Retina:
    """Turn words and numbers in [0, 1] into lengths, positions and colours."""
    side = 1 if findings["eye"] == "right" else -1
    ground = PIGMENT[findings["pigmentation"]]
    hue = geometry["hue"] - 0.5
    ground = warmer(lighter(ground, 0.16 * hue) if hue > 0 else darker(ground, -0.16 * hue), 18 * hue)
    disc_radius = 0.112 + 0.02 * geometry["disc_size"]
    height = HEIGHT[findings["disc_position"]]
    return Retina(
        findings=findings,
        geometry=geometry,
        side=side,
        disc=(0.5 + side * (0.215 + 0.05 * geometry["disc_x"]), height + 0.04 * (geometry["disc_y"] - 0.5)),
        disc_radius=disc_radius,
        cup_radius=CUP[findings["cup"]] * disc_radius,
        macula=(0.5 - side * (0.1 + 0.05 * geometry["macula_x"]), 0.47 + 0.06 * geometry["macula_y"]),
        vessel=0.024 + 0.008 * geometry["vessel_width"],
        ground=ground,
        blood=(164, 14, 36),
    )
