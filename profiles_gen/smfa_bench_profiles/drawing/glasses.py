"""Glasses: thick frames, with clear or dark lenses."""

from .canvas import Canvas, arc
from .measures import Measures
from .palette import INK, lighter


def draw_glasses(canvas: Canvas, person: Measures) -> None:
    """Draw round or square glasses, sunglasses, or nothing."""
    kind = person.style["glasses"]
    if kind == "none":
        return
    y, radius, frame = person.eye_y + 0.004, min(0.08, person.eye_distance * 0.9), 0.019
    for side in (-1, 1):
        x = person.x + side * person.eye_distance
        canvas.stroke([(x + side * radius, y - 0.014), (person.x + side * person.half_width, y - 0.022)], 0.017, INK)
        match kind:
            case "round":
                canvas.ring((x, y), (radius, radius), frame, INK)
            case "square":
                canvas.frame((x - radius, y - radius * 0.82), (x + radius, y + radius * 0.82), frame, INK)
            case "sunglasses":
                top, bottom = y - radius * 0.72, y + radius
                lens = [(x - radius, top), (x + radius, top), (x + radius, y + 0.012), (x, bottom + 0.02)]
                canvas.blob([*lens, (x - radius, y + 0.012)], INK)
                canvas.box((x - radius, top), (x + radius, y), INK, radius=0.02)
                canvas.stroke([(x - radius * 0.5, y + 0.02), (x + radius * 0.1, y - 0.035)], 0.014, lighter(INK, 0.45))
    gap = person.eye_distance - radius
    canvas.stroke(arc((person.x, y), (gap + 0.008, 0.02), 200, 340, steps=8), 0.017, INK)
