"""A person in numbers: where each part of the face is and which colour it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from . import palette
from .palette import Colour

Presentation: TypeAlias = Literal["woman", "man"]

GEOMETRY: Final[tuple[str, ...]] = (
    "face_width",
    "face_height",
    "jaw_width",
    "eye_spacing",
    "eye_size",
    "nose_length",
    "mouth_width",
    "brow_tilt",
    "brow_weight",
    "ear_size",
    "hair_volume",
    "shoulder_width",
    "skin_hue",
    "hair_hue",
    "hat_hue",
)
"""What tells apart two people with equal attributes: each a number in [0, 1]."""


@dataclass(frozen=True)
class Measures:
    """Lengths and positions in fractions of the picture's edge, y downwards."""

    style: Mapping[str, str]
    """The attributes as words."""
    presentation: Presentation
    x: float
    """Middle of the face."""
    y: float
    half_width: float
    half_height: float
    jaw: float
    """How broad the jaw is: 0 pointed, 1 square."""
    eye_y: float
    eye_distance: float
    """From the middle of the face to the middle of an eye."""
    eye_radius: float
    nose_y: float
    mouth_y: float
    mouth_half: float
    brow_tilt: float
    """How much higher the inner end of a brow is than the outer."""
    brow_weight: float
    ear: float
    volume: float
    """Thickness of the hair."""
    hat_y: float
    """Lower edge of a hat."""
    shoulder: float
    skin: Colour
    hair: Colour
    cloth: Colour
    hat: Colour

    @property
    def top(self) -> float:
        """Top of the head."""
        return self.y - self.half_height

    @property
    def chin(self) -> float:
        """Lower end of the face."""
        return self.y + self.half_height


def measure(attributes: Mapping[str, str], geometry: Mapping[str, float], presentation: Presentation) -> Measures:
    """Turn words and numbers in [0, 1] into lengths, positions and colours."""
    man = presentation == "man"
    y = 0.475
    half_width = 0.158 + 0.04 * geometry["face_width"]
    half_height = 0.192 + 0.036 * geometry["face_height"]
    hair = palette.HAIR[attributes["hair_colour"]]
    brightness = geometry["hair_hue"] - 0.5
    hair = palette.lighter(hair, 0.2 * brightness) if brightness > 0 else palette.darker(hair, -0.2 * brightness)
    return Measures(
        style=attributes,
        presentation=presentation,
        x=0.5,
        y=y,
        half_width=half_width,
        half_height=half_height,
        jaw=(0.45 if man else 0.1) + 0.5 * geometry["jaw_width"],
        eye_y=y - 0.005,
        eye_distance=half_width * (0.44 + 0.12 * geometry["eye_spacing"]),
        eye_radius=0.027 + 0.012 * geometry["eye_size"],
        nose_y=y - 0.005 + half_height * (0.24 + 0.15 * geometry["nose_length"]),
        mouth_y=y + 0.645 * half_height,
        mouth_half=0.052 + 0.028 * geometry["mouth_width"],
        brow_tilt=0.024 * geometry["brow_tilt"] - 0.006,
        brow_weight=(0.016 if man else 0.011) + 0.008 * geometry["brow_weight"],
        ear=0.03 + 0.022 * geometry["ear_size"],
        volume=0.022 + 0.022 * geometry["hair_volume"],
        hat_y=y - 0.62 * half_height,
        shoulder=0.3 + 0.07 * geometry["shoulder_width"] + (0.03 if man else 0.0),
        skin=palette.warmer(palette.SKIN[attributes["skin_tone"]], 16 * (geometry["skin_hue"] - 0.5)),
        hair=palette.warmer(hair, 16 * brightness),
        cloth=palette.CLOTHING[attributes["clothing"]],
        hat=palette.from_hue(0.48 + 0.4 * geometry["hat_hue"], 0.62, 0.72),
    )
