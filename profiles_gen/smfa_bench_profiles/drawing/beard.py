"""Facial hair; the mouth stays visible whatever grows around it."""

from .canvas import Canvas
from .face import head_outline
from .measures import Measures
from .palette import Colour, darker, distance, lighter


def draw_beard(canvas: Canvas, person: Measures) -> None:
    """Draw a moustache, a goatee (chin only), a full beard, or nothing."""
    match person.style["beard"]:
        case "moustache":
            _draw_moustache(canvas, person, wide=0.1)
        case "goatee":
            _draw_goatee(canvas, person)
        case "full beard":
            _draw_full_beard(canvas, person)


def _draw_moustache(canvas: Canvas, person: Measures, *, wide: float) -> None:
    x, y, colour = person.x, person.mouth_y - 0.036, beard_colour(person)
    for side in (-1, 1):
        lobe = [
            (x - side * 0.012, y - 0.026),
            (x + side * 0.04, y - 0.032),
            (x + side * wide, y - 0.002),
            (x + side * (wide + 0.014), y - 0.022),
            (x + side * (wide + 0.008), y + 0.026),
            (x + side * 0.05, y + 0.034),
            (x - side * 0.012, y + 0.016),
        ]
        canvas.blob(lobe, colour)


def _draw_goatee(canvas: Canvas, person: Measures) -> None:
    x, y, chin = person.x, person.mouth_y + 0.042, person.chin
    tuft = [(x - 0.066, y), (x, y - 0.004), (x + 0.066, y), (x + 0.064, chin), (x, chin + 0.085), (x - 0.064, chin)]
    canvas.blob(tuft, beard_colour(person))


def _draw_full_beard(canvas: Canvas, person: Measures) -> None:
    x, half, mouth, colour = person.x, person.half_width, person.mouth_y, beard_colour(person)
    lower = [
        (px, py + 0.3 * max(0.0, py - mouth))
        for px, py in sorted(head_outline(person, grown=0.022), reverse=True)
        if py >= person.eye_y + 0.02
    ]
    cheeks = [
        (x - half * 0.86, person.eye_y + 0.05),
        (x - half * 0.62, mouth - 0.055),
        (x, mouth - 0.065),
        (x + half * 0.62, mouth - 0.055),
        (x + half * 0.86, person.eye_y + 0.05),
    ]
    canvas.polygon(lower + cheeks, colour)
    _draw_moustache(canvas, person, wide=half * 0.5)
    canvas.ellipse((x, mouth + 0.008), (person.mouth_half + 0.016, 0.046), person.skin)


def beard_colour(person: Measures) -> Colour:
    """Return the colour of the hair, made lighter or darker until it stands out from the skin."""
    away = lighter if sum(person.hair) > sum(person.skin) else darker
    shades = [away(person.hair, share) for share in (0.0, 0.2, 0.4, 0.6)]
    return next((shade for shade in shades if distance(shade, person.skin) >= 80), shades[-1])
