"""Colours: the tables behind the colour words, and how to shade them."""

import colorsys
import math
from collections.abc import Mapping
from typing import Final, TypeAlias

Colour: TypeAlias = tuple[int, int, int]

SKIN: Final[Mapping[str, Colour]] = {"light": (255, 211, 186), "medium": (211, 152, 108), "dark": (152, 102, 74)}
HAIR: Final[Mapping[str, Colour]] = {
    "black": (34, 31, 38),
    "brown": (92, 50, 22),
    "blond": (248, 206, 92),
    "red": (204, 74, 26),
    "grey": (192, 196, 204),
}
CLOTHING: Final[Mapping[str, Colour]] = {
    "red": (214, 42, 48),
    "green": (28, 138, 72),
    "blue": (38, 84, 196),
    "yellow": (250, 214, 30),
    "purple": (124, 54, 168),
    "white": (247, 247, 250),
}
BACKGROUND: Final[Mapping[str, Colour]] = {
    "blue": (132, 196, 246),
    "green": (152, 216, 148),
    "pink": (248, 142, 184),
    "orange": (255, 140, 36),
    "grey": (122, 127, 136),
    "beige": (212, 196, 146),
}
WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (38, 34, 44)
"""The dark of pupils and spectacle frames."""


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour at `share` (0 = `one`, 1 = `other`) of the way."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float) -> Colour:
    """Return the colour in shadow; `share` 1 is nearly black."""
    return mix(colour, (30, 16, 36), share)


def lighter(colour: Colour, share: float) -> Colour:
    """Return the colour in light; `share` 1 is white."""
    return mix(colour, WHITE, share)


def warmer(colour: Colour, degree: float) -> Colour:
    """Return the colour with red added and blue taken (`degree` > 0), or the reverse; `degree` in levels of 255."""
    red, green, blue = (
        min(255, max(0, round(level + degree * weight))) for level, weight in zip(colour, (0.7, 0.1, -1.0), strict=True)
    )
    return red, green, blue


def from_hue(hue: float, saturation: float, value: float) -> Colour:
    """Return the colour of an HSV triple, all in [0, 1]."""
    red, green, blue = (round(level * 255) for level in colorsys.hsv_to_rgb(hue, saturation, value))
    return red, green, blue


def distance(one: Colour, other: Colour) -> float:
    """Return how far apart two colours are: 0 for equal ones, 442 for black and white."""
    return math.dist(one, other)
