"""A canvas in relative coordinates: (0, 0) is the top left corner, (1, 1) the bottom right, at any size."""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from .palette import Colour

Point: TypeAlias = tuple[float, float]

WIDE: Final = 8
"""Thickness of a line in pixels, before shrinking, above which discs round its corners; what rounds the corners of
thinner lines takes five times as long there."""


class Canvas:
    """Draws several times larger than asked and shrinks at the end, so that edges are smooth."""

    def __init__(self, size: int, background: Colour) -> None:
        """Start an empty picture.

        Args:
            size: Edge of the finished picture in pixels, at least 1.
            background: Colour of every pixel to begin with.
        """
        self._oversampling = 4 if size <= 128 else 2
        self._edge = size * self._oversampling
        self._image = Image.new("RGB", (self._edge, self._edge), background)
        # Both give equal pixels where nothing shines through; the first does not mix each with what was there.
        self._pen, self._glaze = ImageDraw.Draw(self._image), ImageDraw.Draw(self._image, "RGBA")
        self._origin: Point = (0.0, 0.0)
        self._unit = float(self._edge)

    def zoom(self, factor: float, about: Point, *, shift: Point, frame: float = 1.0) -> None:
        """Enlarge everything drawn from now on around a point, then move it by a fraction of the frame's edge.

        Args:
            factor: How much larger.
            about: In the frame; stays where it is but for the shift.
            shift: To the right and down.
            frame: Edge of the square in the middle that is drawn in, in edges of the canvas.
        """
        self._unit = factor * frame * self._edge
        left, top = (shift[axis] + (1 - factor) * about[axis] for axis in (0, 1))
        margin = (1 - frame) / 2
        self._origin = ((margin + left * frame) * self._edge, (margin + top * frame) * self._edge)

    def ellipse(self, centre: Point, radii: Point, colour: Colour, *, opacity: float = 1.0) -> None:
        """Fill an ellipse; `radii` are half its width and half its height."""
        (x, y), (rx, ry) = centre, radii
        corners = [*self._pixels((x - rx, y - ry)), *self._pixels((x + rx, y + ry))]
        pen, fill = self._dipped(colour, opacity)
        pen.ellipse(corners, fill=fill)

    def box(self, corner: Point, opposite: Point, colour: Colour, *, radius: float = 0.0) -> None:
        """Fill a rectangle from its top left to its bottom right corner, its corners rounded by `radius`."""
        self._pen.rounded_rectangle(
            [*self._pixels(corner), *self._pixels(opposite)], radius=radius * self._unit, fill=colour
        )

    def ring(self, centre: Point, radii: Point, width: float, colour: Colour) -> None:
        """Draw the rim of an ellipse, `width` thick inwards."""
        (x, y), (rx, ry) = centre, radii
        corners = [*self._pixels((x - rx, y - ry)), *self._pixels((x + rx, y + ry))]
        self._pen.ellipse(corners, outline=colour, width=self._thickness(width))

    def frame(self, corner: Point, opposite: Point, width: float, colour: Colour) -> None:
        """Draw the rim of a rectangle, `width` thick inwards."""
        corners = [*self._pixels(corner), *self._pixels(opposite)]
        self._pen.rectangle(corners, outline=colour, width=self._thickness(width))

    def polygon(self, points: Sequence[Point], colour: Colour, *, opacity: float = 1.0) -> None:
        """Fill a polygon."""
        pen, fill = self._dipped(colour, opacity)
        pen.polygon([self._pixels(point) for point in points], fill=fill)

    def blob(self, points: Sequence[Point], colour: Colour, *, opacity: float = 1.0) -> None:
        """Fill the smooth closed curve that leans towards each of the points in turn."""
        outline: list[Point] = []
        for before, here, after in zip([points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True):
            outline += bend(_middle(before, here), here, _middle(here, after), steps=6)
        self.polygon(outline, colour, opacity=opacity)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a line with round corners and ends through the points."""
        pixels, thickness = [self._pixels(point) for point in points], self._thickness(width)
        self._pen.line(pixels, fill=colour, width=thickness, joint="curve" if thickness <= WIDE else None)
        for x, y in pixels[1:-1] if thickness > WIDE else ():
            radius = (thickness - 1) / 2
            self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        for end in (points[0], points[-1]):
            self.ellipse(end, (width / 2, width / 2), colour)

    def finish(self) -> Image.Image:
        """Return the picture at the size asked for."""
        return self._image.reduce(self._oversampling)

    def _dipped(self, colour: Colour, opacity: float) -> tuple[ImageDraw.ImageDraw, tuple[int, ...]]:
        """Return the pen for an opacity, and what to fill with."""
        return (self._pen, colour) if opacity == 1 else (self._glaze, (*colour, round(255 * opacity)))

    def _thickness(self, width: float) -> int:
        return max(1, round(width * self._unit))

    def _pixels(self, point: Point) -> Point:
        return point[0] * self._unit + self._origin[0], point[1] * self._unit + self._origin[1]


def arc(centre: Point, radii: Point, start: float, end: float, *, steps: int = 24) -> list[Point]:
    """Return points on an ellipse from angle `start` to `end`, in degrees clockwise from the right."""
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(centre[0] + radii[0] * math.cos(angle), centre[1] + radii[1] * math.sin(angle)) for angle in angles]


def bend(start: Point, towards: Point, end: Point, *, steps: int = 10) -> list[Point]:
    """Return points on the curve from `start` to `end` that is pulled towards a third point (a quadratic Bézier)."""
    points: list[Point] = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append((a * start[0] + b * towards[0] + c * end[0], a * start[1] + b * towards[1] + c * end[1]))
    return points


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
