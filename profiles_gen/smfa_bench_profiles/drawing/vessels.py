"""The vessels of a retina: arcades above and below the macula, their branches, and those on the other side."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from .canvas import Canvas, Point, bend
from .retina import Retina

WAVES: Final[Mapping[str, tuple[float, float]]] = {
    "straight": (0.0, 1.0),
    "wavy": (0.034, 0.2),
    "coiled": (0.046, 0.072),
}
"""How far a vessel leaves its course either way, and the length of a wave along it, by tortuosity."""
STEPS: Final = 90
PIECES: Final = 5
"""Pieces of a vessel, each thinner than the one before."""


def draw_vessels(canvas: Canvas, eye: Retina) -> None:
    """Draw the arcades, then what branches off them."""
    for course, width in courses(eye):
        _draw(canvas, eye, _swung(course, *WAVES[eye.findings["vessels"]]), width)


def courses(eye: Retina) -> list[tuple[list[Point], float]]:
    """Return the line that each vessel follows, from its root, and its width there."""
    if eye.findings["vessels"] == "straight":
        return _rays(eye)
    (x, y), side, numbers = eye.disc, eye.side, eye.geometry
    found = []
    for up, arcade, branch in ((-1, "upper_arcade", "upper_branch"), (1, "lower_arcade", "lower_branch")):
        reach = 0.3 + 0.12 * numbers[arcade]
        end = (0.5 - side * (0.3 + 0.12 * numbers[arcade]), 0.5 + up * (0.2 + 0.14 * numbers[branch]))
        main = bend((x, y), (0.5 + side * 0.12, 0.5 + up * (reach + 0.14)), end, steps=STEPS)
        found.append((main, eye.vessel))
        root = main[round(STEPS * (0.22 + 0.3 * numbers[branch]))]
        tip = (root[0] - side * (0.02 + 0.2 * numbers[branch]), 0.5 + up * 0.5)
        found.append((bend(root, (root[0] - side * 0.01, root[1] + up * 0.1), tip, steps=STEPS), 0.7 * eye.vessel))
        spread = 0.1 + 0.26 * numbers["nasal_spread"]
        edge = (0.5 + side * 0.5, y + up * spread)
        found.append((bend((x, y), (x + side * 0.04, y + up * spread), edge, steps=STEPS), 0.8 * eye.vessel))
    return found


def _rays(eye: Retina) -> list[tuple[list[Point], float]]:
    """Return the courses of vessels that leave the disc in straight lines."""
    numbers, found = eye.geometry, []
    spread = 20 + 12 * numbers["nasal_spread"]
    for up, arcade, branch in ((-1, "upper_arcade", "upper_branch"), (1, "lower_arcade", "lower_branch")):
        for turn, thin in (
            (180 - 28 - 16 * numbers[arcade], 1.0),
            (104 - 20 * numbers[branch], 0.8),
            (spread, 0.8),
        ):
            angle = math.radians(turn)
            tip = (eye.disc[0] + eye.side * math.cos(angle), eye.disc[1] + up * math.sin(angle))
            found.append((bend(eye.disc, _middle(eye.disc, tip), tip, steps=STEPS), thin * eye.vessel))
    return found


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _swung(course: Sequence[Point], swing: float, wave: float) -> list[Point]:
    """Return a course that swings from side to side; at its root it stays where it was."""
    if not swing:
        return list(course)
    gone, points = 0.0, [course[0]]
    for before, here in pairwise(course):
        dx, dy = here[0] - before[0], here[1] - before[1]
        length = math.hypot(dx, dy)
        gone += length
        away = swing * min(1.0, gone / 0.12) * math.sin(2 * math.pi * gone / wave)
        points.append((here[0] - dy / length * away, here[1] + dx / length * away))
    return points


def _draw(canvas: Canvas, eye: Retina, course: Sequence[Point], width: float) -> None:
    for piece in range(PIECES):
        first, last = piece * len(course) // PIECES, (piece + 1) * len(course) // PIECES
        canvas.stroke(course[max(0, first - 1) : last], width * (1 - 0.1 * piece), eye.blood)
