"""The trade-off picture: what it shows, and as PNG and HTML."""

import io
import re
from collections.abc import Sequence

import pytest
from PIL import Image

from helpers.results_factory import make_model, make_result
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Measure, RunResult
from smfa_bench_leaderboard.table import comparison_table
from smfa_bench_leaderboard.trade_off import TradeOff, interval_reach, trade_off
from smfa_bench_leaderboard.trade_off_html import trade_off_html
from smfa_bench_leaderboard.trade_off_png import DOTS, HEIGHT, WIDTH, trade_off_figure, trade_off_png

NUMBERS = {
    "forget.image_memory.fact": 2.0,
    "forget.text_memory.fact": 3.0,
    "retain.image_memory.fact": 8.0,
    "retain.text_memory.fact": 9.0,
    "forget.image_understanding.fact": 7.0,
}


def picture_of(results: Sequence[RunResult]) -> TradeOff:
    return trade_off(comparison_table(results), "Model: tiny")


def k_runs(*ks: float | str) -> list[RunResult]:
    return [make_result("smfa", NUMBERS, options={"k": k, "mask": "both"}) for k in ks]


def test_axes_are_means_of_image_and_text_memory() -> None:
    (point,) = picture_of([make_result("smfa", make_model(NUMBERS, half=0.5))]).points
    assert point.x == Measure(value=2.5, low=2.0, high=3.0)
    assert point.y == (Measure(value=8.5, low=8.0, high=9.0), Measure(value=7.0, low=6.5, high=7.5))


def test_a_curve_follows_k() -> None:
    (curve,) = picture_of([*k_runs(10.0, 1.0, "Infinity", 2.5), make_result("idk-tuning", NUMBERS)]).curves
    assert [point.short for point in curve] == ["k=1", "k=2.5", "k=10", "k=∞"]


def test_points_that_differ_in_more_than_k_are_not_joined() -> None:
    other = make_result("smfa", NUMBERS, options={"k": 4.0, "mask": "direction"})
    judged = make_result("smfa", NUMBERS, options={"k": 7.0, "mask": "both"}, judge="other-judge")
    (curve,) = picture_of([*k_runs(1.0, 2.5), other, judged]).curves
    assert [point.label for point in curve] == [
        "smfa (k=1, mask=both) · offline-1",
        "smfa (k=2.5, mask=both) · offline-1",
    ]


def test_one_k_makes_no_curve() -> None:
    assert picture_of(k_runs(2.5)).curves == ()


def test_the_front_joins_the_methods_that_none_beats_in_both_directions() -> None:
    def one(method: str, forgotten: float, kept: float) -> RunResult:
        cells = {name: kept if "retain" in name or "understanding" in name else forgotten for name in NUMBERS}
        return make_result(method, cells)

    picture = picture_of(
        [one("a", 0.0, 2.0), one("b", 1.0, 9.0), one("c", 2.0, 9.0), one("d", 1.0, 8.0), one("e", 5.0, 9.5)]
    )
    assert picture.front(0) == [(0.0, 2.0), (1.0, 9.0), (5.0, 9.5)]


def test_references_are_no_part_of_the_front() -> None:
    references = {
        Stage.VANILLA: {**NUMBERS, "retain.image_memory.fact": 10.0},
        Stage.RETAIN: {**NUMBERS, "forget.image_memory.fact": 0.0},
    }
    assert picture_of([make_result("smfa", NUMBERS, references=references)]).front(0) == [(2.5, 8.5)]


def test_a_point_without_a_number_is_left_out_and_named() -> None:
    half_known = {**NUMBERS, "forget.image_understanding.fact": None}
    picture = picture_of(
        [make_result("smfa", half_known), make_result("idk-tuning", {**NUMBERS, **dict.fromkeys(NUMBERS)})]
    )
    assert [point.label for point in picture.shown(0)] == ["smfa"]
    assert picture.shown(1) == []
    assert picture.left_out() == ["idk-tuning", "smfa"]


def test_a_mean_of_memory_needs_both_kinds() -> None:
    (point,) = picture_of([make_result("smfa", {**NUMBERS, "forget.text_memory.fact": None})]).points
    assert point.x.value is None


def test_methods_look_different_and_references_are_marked() -> None:
    references = {Stage.BASE: NUMBERS, Stage.VANILLA: NUMBERS, Stage.RETAIN: NUMBERS}
    methods = [f"method-{index:02}" for index in range(30)]
    styles = picture_of([make_result(method, NUMBERS, references=references) for method in methods]).styles
    assert list(styles) == ["(vanilla)", *methods, "(retain model)"]
    assert len({(style.colour, style.marker) for style in styles.values()}) == 32
    assert (styles["(vanilla)"].marker, styles["(retain model)"].marker) == ("s", "*")


@pytest.mark.parametrize(
    ("measure", "reach"),
    [
        (Measure(value=5.0, low=4.0, high=5.5), (1.0, 0.5)),
        (Measure(value=5.0), (0.0, 0.0)),
        (Measure(value=None), (0.0, 0.0)),
        (Measure(value=5.0, low=5.5, high=6.0), (0.0, 1.0)),
    ],
)
def test_intervals_reach_below_and_above(measure: Measure, reach: tuple[float, float]) -> None:
    assert interval_reach(measure) == reach


def test_the_png_is_a_picture_with_something_on_it() -> None:
    references = {Stage.BASE: NUMBERS, Stage.VANILLA: NUMBERS, Stage.RETAIN: NUMBERS}
    runs = [*k_runs(1.0, 2.5), make_result("idk-tuning", NUMBERS, references=references)]
    with Image.open(io.BytesIO(trade_off_png(picture_of(runs)))) as image:
        assert image.size == (WIDTH * DOTS, HEIGHT * DOTS)
        colours = image.convert("RGB").getcolors(image.width * image.height)
    drawn = {colour for _, colour in colours or []}
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0, 0, 0)} <= drawn


def test_the_png_is_the_same_each_time() -> None:
    picture = picture_of(k_runs(1.0, 2.5))
    assert trade_off_png(picture) == trade_off_png(picture)


@pytest.mark.parametrize("draw", [trade_off_png, trade_off_html])
def test_a_picture_without_any_number_is_still_drawn(draw: object) -> None:
    assert callable(draw)
    assert draw(picture_of([make_result("smfa", {})]))


def test_the_html_needs_no_network() -> None:
    page = trade_off_html(picture_of([*k_runs(1.0, 2.5), make_result("<b>idk", NUMBERS)]))
    assert 'src="http' not in page
    assert not re.search(r"<script[^>]*\ssrc=", page)
    assert not re.search(r"<link[^>]*\shref=", page)
    assert len(page) > 1_000_000, "plotly.js itself must be in the page"
    assert "smfa (k=2.5)" in page


def test_the_html_is_the_same_each_time() -> None:
    picture = picture_of(k_runs(1.0, 2.5))
    assert trade_off_html(picture) == trade_off_html(picture)


@pytest.mark.parametrize("methods", [1, 7, 18])
def test_the_legend_leaves_the_panels_alone(methods: int) -> None:
    picture = picture_of([make_result(f"method-{number}", NUMBERS) for number in range(methods)])
    figure = trade_off_figure(picture)
    (legend,) = figure.legends
    reserved = legend.get_window_extent()
    for axis in figure.axes:
        assert not reserved.overlaps(axis.xaxis.label.get_window_extent())
    (note,) = [text for text in figure.texts if text.get_text().startswith("Memory:")]
    assert not reserved.overlaps(note.get_window_extent())
