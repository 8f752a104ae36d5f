"""Places for labels beside points, such that labels hide neither one another nor what is drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

REACHES: Final = (0.9, 1.6, 2.6, 4.0, 6.0, 8.0)
"""Distances to try between a point and its label, in label heights."""

DIRECTIONS: Final = 16
"""Number of directions to try."""


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.top - self.bottom)

    def overlap(self, other: "Box") -> float:
        """Return the area that both cover."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(0.0, width) * max(0.0, height)

    def padded(self, margin: float) -> "Box":
        """Return the rectangle with a margin on all sides."""
        return Box(self.left - margin, self.bottom - margin, self.right + margin, self.top + margin)


def place_labels(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    obstacles: Sequence[Box],
    bounds: Box,
) -> list[Box]:
    """Return a place for each label, chosen one after the other; the nearest place that hides the least.

    Args:
        anchors: The points, in pixels.
        sizes: Width and height of each label, in pixels.
        obstacles: What had better not be hidden.
        bounds: Where labels must stay, if there is room.
    """
    placed: list[Box] = []
    for anchor, size in zip(anchors, sizes, strict=True):
        candidates = _candidates(anchor, size)
        costs = [
            8 * (box.area - box.overlap(bounds))
            + 8 * sum(box.padded(2).overlap(other) for other in placed)
            + 2 * sum(box.padded(1).overlap(obstacle) for obstacle in obstacles)
            + (index // DIRECTIONS) * 0.12 * box.area
            for index, box in enumerate(candidates)
        ]
        placed.append(candidates[costs.index(min(costs))])
    return placed


def _candidates(anchor: tuple[float, float], size: tuple[float, float]) -> list[Box]:
    """Return places around a point, near ones first, and of these the one to the right first."""
    (x, y), (width, height) = anchor, size
    boxes = []
    for reach in REACHES:
        for step in range(DIRECTIONS):
            angle = 2 * math.pi * step / DIRECTIONS
            middle_x = x + math.cos(angle) * (reach * height + width / 2)
            middle_y = y + math.sin(angle) * (reach * height + height / 2)
            half_width, half_height = width / 2, height / 2
            boxes.append(
                Box(middle_x - half_width, middle_y - half_height, middle_x + half_width, middle_y + half_height)
            )
    return boxes
