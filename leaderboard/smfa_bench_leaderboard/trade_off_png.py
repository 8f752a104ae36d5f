"""The trade-off picture as a PNG file's content."""

import io
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from smfa_bench_leaderboard.label_places import Box, place_labels
from smfa_bench_leaderboard.trade_off import HORIZONTAL, RANGE, VERTICALS, Point, TradeOff, interval_reach

WIDTH, HEIGHT = 12.5, 6.6
"""Of the picture, in inches."""

DOTS: Final = 150
"""Pixels per inch."""

_INK, _GREY, _FAINT = "#222222", "#777777", "#DDDDDD"


IN_A_ROW: Final = 7
"""Methods of the legend."""


def trade_off_png(picture: TradeOff) -> bytes:
    """Return the picture: two panels side by side, a legend of methods below."""
    content = io.BytesIO()
    trade_off_figure(picture).savefig(content, format="png")
    return content.getvalue()


def trade_off_figure(picture: TradeOff) -> Figure:
    """Return the picture before it is a file; the more methods, the more room is left for the legend."""
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    rows = math.ceil(len(picture.styles) / IN_A_ROW)
    figure.subplots_adjust(left=0.055, right=0.985, top=0.865, bottom=0.165 + 0.028 * rows, wspace=0.14)
    figure.text(0.055, 0.95, "Forgetting against what is kept", fontsize=14, weight="bold", color=_INK)
    figure.text(0.055, 0.905, picture.conditions, fontsize=9.5, color="#555555")
    axes: Sequence[Axes] = figure.subplots(1, 2)
    for panel, axis in enumerate(axes):
        _frame(axis, VERTICALS[panel])
        _draw(axis, picture, panel)
    _legend(figure, picture)
    figure.text(0.055, 0.02, _note(picture), fontsize=8, color="#555555")
    figure.draw_without_rendering()
    for panel, axis in enumerate(axes):
        _label(axis, picture, panel)
    return figure


def _frame(axis: Axes, vertical: str) -> None:
    axis.set_xlim(*RANGE)
    axis.set_ylim(*RANGE)
    axis.set_xticks(range(0, 11, 2))
    axis.set_yticks(range(0, 11, 2))
    axis.grid(visible=True, color=_FAINT, linewidth=0.7)
    axis.set_axisbelow(True)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axis.spines[side].set_color("#888888")
    axis.tick_params(colors="#555555", labelsize=9)
    axis.set_xlabel(f"←  better      {HORIZONTAL}", fontsize=10, color=_INK)
    axis.set_ylabel(f"{vertical}      better  →", fontsize=10, color=_INK)


def _draw(axis: Axes, picture: TradeOff, panel: int) -> None:
    for curve in picture.curves:
        xs, ys = _places(picture.curve(curve, panel), panel)
        axis.plot(xs, ys, color=curve[0].style.colour, linewidth=1.1, alpha=0.6, zorder=2)
    front = picture.front(panel)
    if len(front) > 1:
        axis.plot([x for x, _ in front], [y for _, y in front], color=_GREY, linestyle="--", linewidth=1.1, zorder=1)
    for point in picture.shown(panel):
        (x,), (y,) = _places([point], panel)
        horizontal, vertical = ([[low], [high]] for low, high in map(interval_reach, (point.x, point.y[panel])))
        star = point.style.marker == "*"
        axis.errorbar(
            x,
            y,
            xerr=horizontal,
            yerr=vertical,
            fmt=point.style.marker,
            color=point.style.colour,
            markersize=13 if star else 7.5,
            markeredgecolor="white",
            markeredgewidth=0.8,
            elinewidth=1.0,
            ecolor=f"{point.style.colour}88",
            zorder=3,
        )


def _legend(figure: Figure, picture: TradeOff) -> None:
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=style.marker,
            color=style.colour,
            markeredgecolor="white",
            markersize=12 if style.marker == "*" else 8,
            label=method,
        )
        for method, style in picture.styles.items()
    ]
    figure.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.045),
        ncols=min(IN_A_ROW, len(picture.styles)),
        frameon=False,
        fontsize=9.5,
        handletextpad=0.3,
        columnspacing=1.6,
    )


def _note(picture: TradeOff) -> str:
    note = "Memory: mean of image and text questions. Bars: 95 % intervals. Lines join runs that differ in k alone."
    if any(len(picture.front(panel)) > 1 for panel in (0, 1)):
        note = f"{note} Dashed: the Pareto front of the methods."
    left_out = picture.left_out()
    return f"{note} Not measured in full: {', '.join(left_out)}." if left_out else note


def _label(axis: Axes, picture: TradeOff, panel: int) -> None:
    points = picture.shown(panel)
    scale = DOTS / 72
    to_pixels, to_data = axis.transData.transform, axis.transData.inverted().transform
    anchors = [(float(x), float(y)) for x, y in (to_pixels(pair) for pair in zip(*_places(points, panel), strict=True))]
    texts = [
        axis.text(
            0,
            0,
            point.short,
            fontsize=8.5,
            color=_darker(point.style.colour),
            ha="center",
            va="center",
            zorder=5,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
        for point in points
    ]
    extents = [text.get_window_extent() for text in texts]
    obstacles = [Box(x, y, x, y).padded(5 * scale) for x, y in anchors]
    for point in points:
        obstacles += _bars(axis, point, panel)
    for curve in picture.curves:
        obstacles += _along(axis, picture.curve(curve, panel), panel, scale)
    area = axis.get_window_extent()
    boxes = place_labels(
        anchors,
        [(extent.width, extent.height) for extent in extents],
        obstacles,
        Box(area.x0, area.y0, area.x1, area.y1),
    )
    for text, box, anchor in zip(texts, boxes, anchors, strict=True):
        middle = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
        text.set_position(tuple(to_data(middle)))
        near = (min(max(anchor[0], box.left), box.right), min(max(anchor[1], box.bottom), box.top))
        if max(abs(near[0] - anchor[0]), abs(near[1] - anchor[1])) > 14 * scale:
            (x0, y0), (x1, y1) = to_data(near), to_data(anchor)
            axis.plot([x0, x1], [y0, y1], color=text.get_color(), linewidth=0.5, alpha=0.7, zorder=1)


def _darker(colour: str) -> str:
    """Return a shade that is legible as small text on white."""
    return "#" + "".join(f"{int(colour[start : start + 2], 16) * 7 // 10:02x}" for start in (1, 3, 5))


def _bars(axis: Axes, point: Point, panel: int) -> list[Box]:
    (x,), (y,) = _places([point], panel)
    (left, right), (down, up) = interval_reach(point.x), interval_reach(point.y[panel])
    corners = axis.transData.transform([(x - left, y), (x + right, y), (x, y - down), (x, y + up)])
    (x0, y0), (x1, _), (x2, y2), (_, y3) = ((float(a), float(b)) for a, b in corners)
    return [Box(x0, y0, x1, y0).padded(3), Box(x2, y2, x2, y3).padded(3)]


def _along(axis: Axes, curve: Sequence[Point], panel: int, scale: float) -> list[Box]:
    """Return small boxes along the straight lines of a curve."""
    places = [tuple(map(float, axis.transData.transform(pair))) for pair in zip(*_places(curve, panel), strict=True)]
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(places):
        steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / (6 * scale)))
        middles = ((x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps) for step in range(1, steps))
        boxes += [Box(x, y, x, y).padded(2 * scale) for x, y in middles]
    return boxes


def _places(points: Sequence[Point], panel: int) -> tuple[list[float], list[float]]:
    pairs = [(point.x.value, point.y[panel].value) for point in points]
    return [x for x, _ in pairs if x is not None], [y for _, y in pairs if y is not None]
