"""The trade-off picture as one interactive HTML page that needs no network."""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go  # type: ignore[import-untyped]
from plotly.subplots import make_subplots  # type: ignore[import-untyped]

from smfa_bench.results.result import Measure
from smfa_bench_leaderboard.trade_off import HORIZONTAL, RANGE, VERTICALS, Point, TradeOff, interval_reach


def trade_off_html(picture: TradeOff) -> str:
    """Return the page: hover over a point for its numbers, click a method in the legend to hide it."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.08)
    for panel in (0, 1):
        for curve in picture.curves:
            figure.add_trace(_line(picture.curve(curve, panel), panel), row=1, col=panel + 1)
        figure.add_trace(_front(picture.front(panel), panel), row=1, col=panel + 1)
        shown = picture.shown(panel)
        for method in picture.styles:
            points = [point for point in shown if point.method == method]
            if points:
                figure.add_trace(_points(points, panel), row=1, col=panel + 1)
    axis = {"range": list(RANGE), "dtick": 2, "gridcolor": "#DDDDDD", "zeroline": False, "linecolor": "#888888"}
    figure.update_xaxes(**axis, title_text=f"← better   {HORIZONTAL}")
    for panel in (0, 1):
        figure.update_yaxes(**axis, title_text=f"{VERTICALS[panel]}   better →", row=1, col=panel + 1)
    title = {"text": "Forgetting against what is kept", "subtitle": {"text": escape(_subtitle(picture))}}
    figure.update_layout(
        title=title,
        plot_bgcolor="white",
        height=640,
        hovermode="closest",
        margin={"t": 110},
        font={"family": "sans-serif", "color": "#222222"},
        legend={"orientation": "h", "y": -0.16},
    )
    page: str = figure.to_html(include_plotlyjs=True, div_id="trade-off", config={"displaylogo": False})
    return page


def _line(curve: Sequence[Point], panel: int) -> go.Scatter:
    return go.Scatter(
        x=[point.x.value for point in curve],
        y=[point.y[panel].value for point in curve],
        mode="lines",
        line={"color": curve[0].style.colour if curve else None, "width": 1.2},
        opacity=0.6,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=curve[0].method if curve else None,
    )


def _front(corners: Sequence[tuple[float, float]], panel: int) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in corners],
        y=[y for _, y in corners],
        mode="lines",
        line={"color": "#777777", "width": 1.2, "dash": "dash"},
        hoverinfo="skip",
        name="Pareto front",
        legendgroup="Pareto front",
        showlegend=panel == 0,
    )


def _points(points: Sequence[Point], panel: int) -> go.Scatter:
    style = points[0].style
    return go.Scatter(
        x=[point.x.value for point in points],
        y=[point.y[panel].value for point in points],
        error_x=_bars([point.x for point in points], style.colour),
        error_y=_bars([point.y[panel] for point in points], style.colour),
        mode="markers+text",
        text=[escape(point.short) if point.short != point.method else "" for point in points],
        textposition="bottom right",
        textfont={"color": style.colour, "size": 11},
        marker={
            "symbol": style.symbol,
            "color": style.colour,
            "line": {"color": "white", "width": 1},
            "size": 17 if style.symbol == "star" else 11,
        },
        customdata=[[escape(point.label), _text(point.x), _text(point.y[panel])] for point in points],
        hovertemplate=(
            "<b>%{customdata[0]}</b><br>forget memory %{customdata[1]}"
            f"<br>{('retain memory', 'forget understanding')[panel]} %{{customdata[2]}}<extra></extra>"
        ),
        name=escape(points[0].method),
        legendgroup=points[0].method,
        showlegend=panel == 0,
    )


def _bars(measures: Sequence[Measure], colour: str) -> dict[str, object]:
    reaches = [interval_reach(measure) for measure in measures]
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1,
        "width": 0,
        "color": f"rgba{_faint(colour)}",
        "arrayminus": [below for below, _ in reaches],
        "array": [above for _, above in reaches],
    }


def _faint(colour: str) -> tuple[int, int, int, float]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return (red, green, blue, 0.5)


def _text(measure: Measure) -> str:
    interval = "" if measure.low is None or measure.high is None else f" [{measure.low:.1f}, {measure.high:.1f}]"
    return f"{measure.value:.2f}{interval}"


def _subtitle(picture: TradeOff) -> str:
    left_out = picture.left_out()
    missing = f" · Not measured in full: {', '.join(left_out)}" if left_out else ""
    return f"{picture.conditions}{missing}"
