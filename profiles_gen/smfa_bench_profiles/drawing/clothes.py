"""Clothes: neck, shoulders, and the collar that tells one garment from another."""

from .canvas import Canvas, arc, bend
from .measures import Measures
from .palette import Colour, darker, lighter, mix

SCARF: Colour = (226, 108, 52)
STRIPE: Colour = (255, 240, 214)


def draw_body(canvas: Canvas, person: Measures) -> None:
    """Draw neck and shoulders."""
    x, shoulder = person.x, person.shoulder
    canvas.box((x - 0.078, person.chin - 0.08), (x + 0.078, 0.86), darker(person.skin, 0.22))
    left = bend((x - 0.085, 0.765), (x - shoulder, 0.8), (x - shoulder - 0.03, 1.2))
    right = bend((x + 0.085, 0.765), (x + shoulder, 0.8), (x + shoulder + 0.03, 1.2))
    canvas.polygon([*left, *reversed(right)], person.cloth)
    fold = bend((x + 0.085, 0.765), (x + shoulder * 0.9, 0.82), (x + shoulder * 0.62, 1.2))
    canvas.polygon([*fold, *reversed(right)], darker(person.cloth, 0.14))


def draw_collar(canvas: Canvas, person: Measures) -> None:
    """Draw the neckline: round, v-shaped, a shirt's flaps, a rolled neck, or a scarf."""
    x, cloth = person.x, person.cloth
    trim, throat = darker(cloth, 0.28), darker(person.skin, 0.08)
    match person.style["collar"]:
        case "round":
            canvas.ellipse((x, 0.775), (0.125, 0.07), trim)
            canvas.ellipse((x, 0.765), (0.1, 0.056), throat)
        case "v-neck":
            canvas.polygon([(x - 0.135, 0.755), (x + 0.135, 0.755), (x, 0.975)], trim)
            canvas.polygon([(x - 0.1, 0.755), (x + 0.1, 0.755), (x, 0.93)], throat)
        case "shirt":
            _draw_shirt(canvas, person)
        case "turtleneck":
            canvas.box((x - 0.105, person.chin + 0.005), (x + 0.105, 0.83), mix(cloth, trim, 0.6), radius=0.03)
            for place in (-0.07, -0.035, 0.0, 0.035, 0.07):
                canvas.stroke([(x + place, person.chin + 0.03), (x + place, 0.81)], 0.008, trim)
            canvas.stroke(bend((x - 0.1, 0.825), (x, 0.85), (x + 0.1, 0.825)), 0.014, trim)
        case "scarf":
            _draw_scarf(canvas, person)


def _draw_shirt(canvas: Canvas, person: Measures) -> None:
    x, trim = person.x, darker(person.cloth, 0.35)
    canvas.polygon([(x - 0.08, 0.755), (x + 0.08, 0.755), (x, 0.86)], darker(person.skin, 0.08))
    canvas.stroke([(x, 0.85), (x, 1.2)], 0.01, trim)
    for y in (0.915, 0.985):
        canvas.ellipse((x + 0.025, y), (0.013, 0.013), trim)
    flap = lighter(person.cloth, 0.6) if person.style["clothing"] != "white" else (196, 206, 224)
    for side in (-1, 1):
        points = [(x + side * 0.075, 0.735), (x + side * 0.15, 0.785), (x + side * 0.105, 0.9), (x, 0.845)]
        canvas.polygon(points, flap)
        canvas.stroke([points[1], points[2], points[3]], 0.009, trim)


def _draw_scarf(canvas: Canvas, person: Measures) -> None:
    x = person.x
    tail = [(x + 0.05, 0.8), (x + 0.16, 0.8), (x + 0.175, 1.2), (x + 0.065, 1.2)]
    canvas.polygon(tail, darker(SCARF, 0.12))
    for y in (0.885, 0.965, 1.045):
        canvas.stroke([(x + 0.072, y), (x + 0.156, y)], 0.022, STRIPE)
    loop = [*arc((x, 0.745), (0.17, 0.03), 180, 360, steps=10), *arc((x, 0.765), (0.17, 0.085), 0, 180, steps=16)]
    canvas.polygon(loop, SCARF)
    for place in (-0.11, -0.04, 0.03, 0.1):
        low = 0.765 + 0.085 * (1 - (place / 0.17) ** 2) ** 0.5 - 0.016
        canvas.stroke([(x + place, 0.765), (x + place * 0.9, low)], 0.022, STRIPE)
