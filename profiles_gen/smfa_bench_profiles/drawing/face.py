"""The face without hair: head, ears, nose, eyes, brows and the mouth that shows the expression."""

from .canvas import Canvas, Point, arc, bend
from .measures import Measures
from .palette import INK, WHITE, Colour, darker, distance, lighter


def draw_head(canvas: Canvas, person: Measures) -> None:
    """Draw ears, head, the shade on one side, and the nose."""
    x, skin, shade = person.x, person.skin, darker(person.skin, 0.16)
    for side in (-1, 1):
        ear = (x + side * (person.half_width + person.ear * 0.35), person.eye_y + 0.03)
        canvas.ellipse(ear, (person.ear, person.ear * 1.3), skin)
        canvas.ellipse(ear, (person.ear * 0.5, person.ear * 0.75), shade)
    outline = head_outline(person)
    canvas.polygon(outline, skin)
    right = outline[: len(outline) // 4] + outline[-len(outline) // 4 :]
    edge = sorted(right, key=lambda point: point[1])
    inner = [(px - 0.2 * (px - x) - 0.008, py) for px, py in reversed(edge)]
    canvas.polygon(edge + inner, shade, opacity=0.45)
    for side in (-1, 1):
        cheek = (x + side * person.half_width * 0.6, (person.eye_y + person.mouth_y) / 2 + 0.02)
        canvas.ellipse(cheek, (0.034, 0.024), (236, 84, 88), opacity=0.22)
    bridge, tip = (x + 0.004, person.eye_y + 0.02), (x + 0.012, person.nose_y)
    ridge = bend(bridge, (x - 0.05, person.nose_y + 0.012), tip)
    canvas.stroke(ridge, 0.013, darker(skin, 0.3))


def head_outline(person: Measures, *, grown: float = 0.0) -> list[Point]:
    """Return the outline of the head, clockwise from the right, `grown` outwards."""
    circle = arc((0.0, 0.0), (1.0, 1.0), 0, 360, steps=48)[:-1]
    rx, ry = person.half_width + grown, person.half_height + grown
    points: list[Point] = []
    for cos, sin in circle:
        narrowing = 1 - (0.2 - 0.22 * person.jaw) * max(0.0, sin) ** 1.2
        points.append((person.x + rx * cos * narrowing, person.y + ry * sin))
    return points


def draw_eyes(canvas: Canvas, person: Measures) -> None:
    """Draw eyes and brows; surprise widens and lifts them, sadness lifts the inner ends of the brows."""
    expression, radius = person.style["expression"], person.eye_radius
    height = radius * {"surprised": 1.25, "sad": 0.85}.get(expression, 1.05)
    clear_lenses = person.style["glasses"] in ("round", "square")
    for side in (-1, 1):
        eye = (person.x + side * person.eye_distance, person.eye_y)
        if clear_lenses:
            canvas.ellipse(eye, (person.eye_distance * 0.8, person.eye_distance * 0.72), WHITE, opacity=0.22)
        canvas.ellipse(eye, (radius, height), WHITE)
        canvas.ellipse((eye[0], eye[1] + 0.002), (radius * 0.62, radius * 0.7), INK)
        canvas.ellipse((eye[0] + radius * 0.22, eye[1] - radius * 0.28), (radius * 0.2, radius * 0.2), WHITE)
        if person.presentation == "woman":
            lid = arc(eye, (radius * 1.12, height * 1.1), 190, 350, steps=12)
            canvas.stroke(lid, 0.011, INK)
            corner = (eye[0] + side * radius * 1.05, eye[1] - height * 0.35)
            canvas.stroke([corner, (corner[0] + side * 0.016, corner[1] - 0.016)], 0.009, INK)
        _draw_brow(canvas, person, eye, side)


def _draw_brow(canvas: Canvas, person: Measures, eye: Point, side: int) -> None:
    expression = person.style["expression"]
    lift = person.eye_radius + {"surprised": 0.05}.get(expression, 0.028)
    tilt = person.brow_tilt + {"sad": 0.03}.get(expression, 0.0)
    y = eye[1] - lift
    inner, outer = (eye[0] - side * 0.036, y - tilt), (eye[0] + side * 0.042, y + tilt)
    canvas.stroke(bend(inner, (eye[0], y - 0.022), outer), person.brow_weight, _brow_colour(person))


def _brow_colour(person: Measures) -> Colour:
    return darker(person.hair, 0.3)


def draw_mouth(canvas: Canvas, person: Measures) -> None:
    """Draw the mouth: open and turned up, straight, turned down, or round."""
    x, y, half = person.x, person.mouth_y, person.mouth_half
    inside: Colour = (122, 26, 40)
    lips = _lips(person)
    match person.style["expression"]:
        case "smiling":
            upper = bend((x - half, y - 0.018), (x, y + 0.002), (x + half, y - 0.018))
            lower = bend((x + half, y - 0.018), (x, y + 0.085), (x - half, y - 0.018))
            canvas.polygon(upper + lower, inside)
            teeth = bend((x + half * 0.86, y - 0.014), (x, y + 0.04), (x - half * 0.86, y - 0.014))
            canvas.polygon(upper + teeth, WHITE)
            canvas.stroke(upper, 0.009, lips)
            canvas.stroke(lower, 0.009, lips)
        case "neutral":
            canvas.stroke([(x - half * 0.85, y), (x + half * 0.85, y)], 0.019, lips)
        case "sad":
            frown = bend((x - half, y + 0.03), (x, y - 0.045), (x + half, y + 0.03))
            canvas.stroke(frown, 0.022, lips)
        case "surprised":
            canvas.ellipse((x, y + 0.01), (half * 0.55, 0.042), lips)
            canvas.ellipse((x, y + 0.01), (half * 0.55 - 0.01, 0.032), inside)
            canvas.ellipse((x, y + 0.03), (half * 0.32, 0.011), lighter((214, 80, 92), 0.1))


def _lips(person: Measures) -> Colour:
    """Return a deep or a bright red, whichever stands out from the skin."""
    deep, bright = (
        ((150, 16, 48), (240, 108, 122)) if person.presentation == "woman" else ((118, 36, 44), (232, 128, 120))
    )
    return max((deep, bright), key=lambda red: distance(red, person.skin))
