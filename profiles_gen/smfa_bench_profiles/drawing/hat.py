"""Hats: they sit on the upper head and leave the hair beside and below them in sight."""

from .canvas import Canvas, arc, bend
from .measures import Measures
from .palette import darker, lighter, mix


def draw_hat(canvas: Canvas, person: Measures) -> None:
    """Draw a cap, a beanie, a top hat, or nothing."""
    match person.style["hat"]:
        case "cap":
            _draw_cap(canvas, person)
        case "beanie":
            _draw_beanie(canvas, person)
        case "top hat":
            _draw_top_hat(canvas, person)


def _draw_cap(canvas: Canvas, person: Measures) -> None:
    x, y, half, top = person.x, person.hat_y, person.half_width + 0.028, person.top - 0.075
    canvas.polygon(arc((x, y), (half, y - top), 180, 360), person.hat)
    seam = bend((x + half, y), (x + half * 0.5, top + 0.04), (x, top))
    canvas.polygon([*arc((x, y), (half, y - top), 270, 360), *seam], darker(person.hat, 0.18))
    canvas.ellipse((x, top + 0.002), (0.024, 0.014), darker(person.hat, 0.4))
    canvas.ellipse((x, (top + y) / 2 - 0.004), (0.05, 0.044), lighter(person.hat, 0.85))
    canvas.ellipse((x, (top + y) / 2 - 0.004), (0.026, 0.024), person.hat)
    rim = half + 0.03
    visor = [
        (x - rim, y + 0.045),
        (x - half * 0.9, y - 0.035),
        (x, y - 0.075),
        (x + half * 0.9, y - 0.035),
        (x + rim, y + 0.045),
    ]
    canvas.blob([*visor, (x, y + 0.01)], darker(person.hat, 0.42))


def _draw_beanie(canvas: Canvas, person: Measures) -> None:
    x, y, half, top = person.x, person.hat_y, person.half_width + 0.03, person.top - 0.09
    pale, band = lighter(person.hat, 0.75), lighter(person.hat, 0.6)
    canvas.ellipse((x, top - 0.006), (0.056, 0.052), pale)
    canvas.ellipse((x + 0.014, top + 0.006), (0.036, 0.032), band)
    for reach, colour in ((1.0, person.hat), (0.74, mix(person.hat, pale, 0.5)), (0.52, person.hat)):
        canvas.polygon(arc((x, y), (half * (0.3 + 0.7 * reach), (y - top) * reach), 180, 360), colour)
    canvas.box((x - half - 0.014, y - 0.062), (x + half + 0.014, y + 0.022), band, radius=0.028)
    for place in (-0.75, -0.45, -0.15, 0.15, 0.45, 0.75):
        canvas.stroke([(x + place * half, y - 0.042), (x + place * half, y + 0.004)], 0.009, person.hat)


def _draw_top_hat(canvas: Canvas, person: Measures) -> None:
    x, y, half = person.x, person.hat_y, person.half_width
    felt = mix(darker(person.hat, 0.8), (52, 46, 66), 0.5)
    top = y - 0.215
    canvas.polygon([(x - half * 0.92, top), (x + half * 0.92, top), (x + half * 0.82, y), (x - half * 0.82, y)], felt)
    canvas.ellipse((x, top), (half * 0.92, 0.022), lighter(felt, 0.2))
    canvas.polygon(
        [(x - half * 0.84, y - 0.075), (x + half * 0.84, y - 0.075), (x + half * 0.82, y), (x - half * 0.82, y)],
        lighter(person.hat, 0.25),
    )
    canvas.stroke([(x - half * 0.66, top + 0.05), (x - half * 0.62, y - 0.1)], 0.02, lighter(felt, 0.25))
    canvas.ellipse((x, y), (half + 0.085, 0.03), felt)
