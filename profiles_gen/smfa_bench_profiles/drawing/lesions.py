"""What a diseased retina shows: haemorrhages, exudates and drusen, each in its own colour and place."""

import math
import random
from collections.abc import Iterator, Mapping
from typing import Final

from .canvas import Canvas, Point, arc
from .chance import between, choose
from .palette import Colour, darker
from .retina import Retina

BLEEDING: Final[Colour] = (52, 0, 10)
WAX: Final[Colour] = (255, 236, 40)
CHALK: Final[Colour] = (232, 240, 226)
BLOTS: Final[Mapping[str, int]] = {"none": 0, "few": 3, "many": 12}
SCATTERED: Final = 9
GRAINS: Final[Mapping[str, int]] = {"none": 0, "few": 3, "many": 10}
SPACING: Final = 0.09
"""Distance of neighbouring places that a spot may have."""


def draw_lesions(canvas: Canvas, eye: Retina, *, scatter: int) -> None:
    """Draw all spots; where they lie follows from the number `scatter`."""
    rng = random.Random(f"lesions/{scatter}")
    places = _free_places(eye, rng)
    for _ in range(BLOTS[eye.findings["haemorrhages"]]):
        _draw_blot(canvas, places.pop(), rng)
    match eye.findings["exudates"]:
        case "scattered":
            for _ in range(SCATTERED):
                _draw_wax(canvas, places.pop(), rng)
        case "ring":
            turn = between(rng, 0, 40)
            for place in arc(eye.macula, (0.145, 0.145), turn, 320 + turn, steps=9):
                _draw_wax(canvas, place, rng)
    grains = list(_grains(eye, rng))
    for place in grains[: GRAINS[eye.findings["drusen"]]]:
        canvas.ellipse(place, (0.025, 0.025), darker(CHALK, 0.1))
        canvas.ellipse(place, (0.018, 0.018), CHALK)


def _free_places(eye: Retina, rng: random.Random) -> list[Point]:
    """Return places for spots in random order, none of them on disc or macula."""
    places = []
    rows = round(0.8 / (SPACING * 0.866))
    for row in range(rows + 1):
        for column in range(round(0.8 / SPACING) + 1):
            place = (0.1 + (column + row % 2 / 2) * SPACING, 0.1 + row * SPACING * 0.866)
            inside = math.dist(place, (0.5, 0.5)) < 0.39 and abs(place[1] - 0.5) < 0.32
            if inside and math.dist(place, eye.disc) > 0.165 and math.dist(place, eye.macula) > 0.19:
                places.append((place[0] + between(rng, -0.012, 0.012), place[1] + between(rng, -0.012, 0.012)))
    order = []
    while places:
        order.append(places.pop(int(rng.random() * len(places))))
    return order


def _grains(eye: Retina, rng: random.Random) -> Iterator[Point]:
    """Yield places on the macula in random order: its middle, and two rings about it."""
    turn = between(rng, 0, 60)
    places = [eye.macula]
    for radius, count in ((0.05, 4), (0.095, 7)):
        for number in range(count):
            angle = math.radians(turn + 360 * number / count)
            places.append((eye.macula[0] + radius * math.cos(angle), eye.macula[1] + radius * math.sin(angle)))
    while places:
        place = choose(rng, places)
        places.remove(place)
        yield place


def _draw_blot(canvas: Canvas, place: Point, rng: random.Random) -> None:
    points = []
    for step in range(8):
        radius, angle = between(rng, 0.042, 0.056), math.radians(45 * step)
        points.append((place[0] + radius * math.cos(angle), place[1] + radius * math.sin(angle)))
    canvas.blob(points, BLEEDING)


def _draw_wax(canvas: Canvas, place: Point, rng: random.Random) -> None:
    radius = between(rng, 0.022, 0.028)
    canvas.ellipse(place, (radius + 0.006, radius + 0.006), darker(WAX, 0.35))
    canvas.ellipse(place, (radius, radius), WAX)
