"""Hair: what hangs behind the head, and what frames the face."""

from .canvas import Canvas, Point, arc, bend
from .measures import Measures
from .palette import darker, lighter


def draw_back_hair(canvas: Canvas, person: Measures) -> None:
    """Draw the hair behind head and shoulders."""
    x, top, half, volume = person.x, person.top, person.half_width, person.volume
    shadow = darker(person.hair, 0.2)
    match person.style["hair_style"]:
        case "long":
            wide = half + 0.05 + volume
            shape = [*arc((x, person.y), (wide, person.half_height), 180, 360), (x + wide, 0.87), (x - wide, 0.87)]
            canvas.polygon(shape, shadow)
        case "curly":
            _draw_curls(canvas, person, reach=0.03 + volume, radius=0.062 + volume * 0.5, angles=range(145, 400, 17))
        case "bun":
            canvas.ellipse((x, top - 0.055), (0.085 + volume * 0.6, 0.075 + volume * 0.6), person.hair)
            canvas.ellipse((x + 0.02, top - 0.075), (0.04, 0.03), lighter(person.hair, 0.3), opacity=0.5)
            canvas.ellipse((x, top - 0.006), (0.062, 0.022), shadow)


def _draw_curls(canvas: Canvas, person: Measures, *, reach: float, radius: float, angles: range) -> None:
    covered = person.style["hat"] != "none"
    shadow = darker(person.hair, 0.14)
    for number, angle in enumerate(angles):
        radii = (person.half_width + reach, person.half_height + reach - 0.03)
        curl = arc((person.x, person.y - 0.02), radii, angle, angle, steps=1)[0]
        if covered and curl[1] < person.hat_y + radius * 0.6:
            continue
        canvas.ellipse(curl, (radius, radius), person.hair if number % 2 else shadow)


def draw_front_hair(canvas: Canvas, person: Measures) -> None:
    """Draw the hair over forehead and temples."""
    match person.style["hair_style"]:
        case "short":
            _draw_short(canvas, person)
        case "long":
            _draw_curtains(canvas, person)
        case "curly":
            _draw_fringe_of_curls(canvas, person)
        case "spiky":
            _draw_spikes(canvas, person)
        case "bun":
            _draw_swept_back(canvas, person)


def _crown(person: Measures, *, start: float = 178, end: float = 362) -> list[Point]:
    radii = (person.half_width + person.volume * 0.75, person.half_height + person.volume)
    return arc((person.x, person.y), radii, start, end)


def _shine(canvas: Canvas, person: Measures) -> None:
    if person.style["hat"] != "none":
        return
    radii = (person.half_width * 0.72, person.half_height * 0.86)
    canvas.stroke(arc((person.x, person.y), radii, 212, 258, steps=10), 0.017, lighter(person.hair, 0.28))


def _draw_short(canvas: Canvas, person: Measures) -> None:
    x, half, temple = person.x, person.half_width, person.eye_y + 0.035
    if person.style["hat"] == "none":
        inner, line = half * 0.84, person.hat_y + 0.028
        parting = (x - inner * 0.45, line - 0.05)
        fringe = [
            *bend((x + inner * 0.96, line + 0.02), (x + inner * 0.2, line + 0.03), parting, steps=6),
            *bend(parting, (x - inner * 0.75, line), (x - inner * 0.98, line + 0.03), steps=6),
        ]
    else:
        inner, line = half * 0.78, person.hat_y + 0.07
        places = (1.0, 0.72, 0.45, 0.15, -0.15, -0.45, -0.72, -1.0)
        fringe = [(x + place * inner, line - 0.026 * (number % 2)) for number, place in enumerate(places)]
    right, left = [(x + half + 0.014, temple), (x + inner, temple)], [(x - inner, temple), (x - half - 0.014, temple)]
    canvas.polygon([*_crown(person), *right, *fringe, *left], person.hair)
    _shine(canvas, person)


def _draw_curtains(canvas: Canvas, person: Measures) -> None:
    x, y, half, top = person.x, person.y, person.half_width, person.top
    outer, parting = half + 0.045 + person.volume, x - 0.02
    for side in (-1, 1):
        ear, tip = x + side * outer, (x + side * outer * 0.95, 0.95)
        lock = [
            *bend((parting, top - person.volume * 0.9), (ear, top - 0.05), (ear, y)),
            *bend((ear, y), (x + side * outer * 1.02, 0.72), (x + side * outer * 1.12, 0.88)),
            *bend((x + side * outer * 1.12, 0.88), (x + side * outer * 1.1, 0.95), tip),
            *bend(tip, (x + side * half * 0.86, 0.86), (x + side * half * 0.92, y)),
            *bend((x + side * half * 0.92, y), (x + side * half * 0.8, person.hat_y + 0.01), (parting, top + 0.045)),
        ]
        canvas.polygon(lock, person.hair)
        strand = bend((x + side * (outer - 0.02), y + 0.02), (ear, 0.72), (x + side * outer * 1.0, 0.87))
        canvas.stroke(strand, 0.008, darker(person.hair, 0.2))
    _shine(canvas, person)


def _draw_fringe_of_curls(canvas: Canvas, person: Measures) -> None:
    shadow = darker(person.hair, 0.14)
    covered = person.style["hat"] != "none"
    if not covered:
        canvas.polygon(_crown(person, start=200, end=340), person.hair)
    radius = 0.046 + person.volume * 0.3
    for number, place in enumerate((-0.9, -0.45, 0.9, 0.45, 0.0)):
        y = person.hat_y - 0.02 + 0.05 * abs(place) + (0.03 if covered else 0.0)
        centre = (person.x + place * person.half_width, y)
        canvas.ellipse(centre, (radius, radius), shadow if number % 2 else person.hair)
    highlight = lighter(person.hair, 0.25)
    if not covered:
        for dx, dy in ((-0.09, -0.03), (-0.02, -0.055), (0.07, -0.035)):
            canvas.ellipse((person.x + dx, person.top + dy + 0.02), (0.02, 0.014), highlight, opacity=0.55)


def _draw_spikes(canvas: Canvas, person: Measures) -> None:
    x, half, line = person.x, person.half_width, person.hat_y
    length = 0.085 + 1.2 * person.volume
    roots = arc((x, person.y), (half + 0.01, person.half_height), 192, 348, steps=7)
    tips = arc((x, person.y), (half + length * 0.95, person.half_height + length), 200, 340, steps=6)
    outline: list[Point] = [roots[0]]
    for tip, root in zip(tips, roots[1:], strict=True):
        outline += [tip, root]
    inner = half * 0.86
    fringe = [
        (x + half + 0.008, person.eye_y),
        (x + inner, person.eye_y),
        (x + inner * 0.9, line),
        (x + inner * 0.55, line + 0.035),
        (x + inner * 0.3, line - 0.01),
        (x, line + 0.04),
        (x - inner * 0.3, line - 0.01),
        (x - inner * 0.55, line + 0.035),
        (x - inner * 0.9, line),
        (x - inner, person.eye_y),
        (x - half - 0.008, person.eye_y),
    ]
    canvas.polygon(outline + fringe, person.hair)
    _shine(canvas, person)


def _draw_swept_back(canvas: Canvas, person: Measures) -> None:
    x, half, line = person.x, person.half_width, person.hat_y + 0.015
    inner = half * 0.93
    hairline = [
        (x + half + 0.006, person.eye_y),
        *bend((x + inner, person.eye_y), (x + inner, line - 0.01), (x, line - 0.05), steps=8),
        *bend((x, line - 0.05), (x - inner, line - 0.01), (x - inner, person.eye_y), steps=8),
        (x - half - 0.006, person.eye_y),
    ]
    canvas.polygon([*_crown(person), *hairline], person.hair)
    for place in (-0.5, 0.0, 0.5):
        strand = bend(
            (x + place * half, line - 0.035), (x + place * half * 0.7, person.top), (x, person.top - 0.02), steps=6
        )
        canvas.stroke(strand, 0.007, darker(person.hair, 0.2))
