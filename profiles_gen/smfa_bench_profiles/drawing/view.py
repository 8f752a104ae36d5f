"""Another rendering of a portrait or an eye: in another pose, crop and light, with equal attributes."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image
from pydantic import JsonValue, ValidationError

from smfa_bench.errors import UsageError

from .canvas import Canvas, Point
from .chance import between, choose
from .fundus import NIGHT, Fundus, draw_fundus
from .portrait import Portrait, backdrop, paint

MARGIN: Final = 1.25
"""Edge of what is drawn in edges of the picture: what a turn brings in from outside has been drawn too."""

FINER: Final = 2
"""Pixels that are turned for one of the picture, each way."""


@dataclass(frozen=True)
class View:
    """How a person is seen; each number at 0, or 1 for scale and brightness, is how a portrait is usually drawn."""

    shift: Point
    """How far the person moves to the right and down, in fractions of the edge."""
    scale: float
    """How much larger the person is."""
    tilt: float
    """Degrees by which the picture is turned, counter-clockwise."""
    mirrored: bool
    """Whether left and right change places."""
    brightness: float
    """Factor of every colour."""
    side: float
    """How much more of it the right edge gets, and how much less the left one."""


def sample_view(rng: random.Random) -> View:
    """Draw a view by lot, within bounds in which all attributes can be seen and all colours told apart."""
    return View(
        shift=(between(rng, -0.05, 0.05), between(rng, -0.03, 0.03)),
        scale=between(rng, 0.88, 1.1),
        tilt=between(rng, -8, 8),
        mirrored=choose(rng, (False, True)),
        brightness=between(rng, 0.92, 1.08),
        side=between(rng, -0.1, 0.1),
    )


def sample_fundus_view(rng: random.Random) -> View:
    """Draw a view of an eye by lot: left and right, which tell one eye from the other, stay where they are."""
    return View(
        shift=(between(rng, -0.04, 0.04), between(rng, -0.02, 0.02)),
        scale=between(rng, 0.92, 1.06),
        tilt=between(rng, -5, 5),
        mirrored=False,
        brightness=between(rng, 0.92, 1.08),
        side=between(rng, -0.1, 0.1),
    )


def another_view(drawing: Mapping[str, JsonValue], *, size: int, lot: str) -> Image.Image | None:
    """Return the portrait or the eye of a record's drawing in another view; None if it is neither.

    Args:
        drawing: As it stands in the record.
        size: Edge in pixels, at least 32.
        lot: Decides the view.
    """
    try:
        if "scatter" in drawing:
            eye = Fundus.model_validate(drawing)
            return render_fundus(eye, size, sample_fundus_view(random.Random(f"view/{lot}")))
        if "geometry" in drawing:
            face = Portrait.model_validate(drawing)
            return render_portrait(face, size, sample_view(random.Random(f"view/{lot}")))
    except (ValidationError, UsageError):  # a drawing of somebody else's
        return None
    return None


def render_portrait(portrait: Portrait, size: int, view: View) -> Image.Image:
    """Draw a portrait in a view as an RGB picture of `size` x `size` pixels, at least 32."""
    edge = round(size * FINER * MARGIN)
    canvas = Canvas(edge, backdrop(portrait))
    paint(canvas, portrait, scale=view.scale, shift=view.shift, frame=1 / MARGIN)
    drawn = canvas.finish().rotate(view.tilt, Image.Resampling.BICUBIC, fillcolor=backdrop(portrait))
    start = (edge - size * FINER) // 2
    seen = drawn.crop((start, start, start + size * FINER, start + size * FINER)).reduce(FINER)
    if view.mirrored:
        seen = seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return _lit(seen, view)


def render_fundus(fundus: Fundus, size: int, view: View) -> Image.Image:
    """Draw an eye in a view as an RGB picture of `size` x `size` pixels, at least 32."""
    edge = size * FINER
    drawn = draw_fundus(fundus, edge, shift=view.shift)
    scaled = drawn.resize((round(edge * view.scale),) * 2, Image.Resampling.BICUBIC)
    turned = scaled.rotate(view.tilt, Image.Resampling.BICUBIC, fillcolor=NIGHT)
    seen = Image.new("RGB", (edge, edge), NIGHT)
    seen.paste(turned, ((edge - turned.width) // 2,) * 2)
    return _lit(seen.reduce(FINER), view)


def _lit(seen: Image.Image, view: View) -> Image.Image:
    size = seen.width
    light = view.brightness * (1 + view.side * np.linspace(-1, 1, size))
    lit = np.asarray(seen, np.float64) * light[None, :, None]
    return Image.fromarray(np.rint(np.clip(lit, 0, 255)).astype(np.uint8))
