"""Where labels go."""

from hypothesis import given
from hypothesis import strategies as st

from smfa_bench_leaderboard.label_places import Box, place_labels

BOUNDS = Box(0, 0, 1000, 1000)
coordinates = st.floats(0, 1000, allow_nan=False)


def marker(x: float, y: float) -> Box:
    return Box(x, y, x, y).padded(5)


def test_overlap_is_the_common_area() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(5, 8, 20, 20)) == 10
    assert Box(0, 0, 10, 10).overlap(Box(11, 0, 20, 10)) == 0


def test_a_lonely_label_is_near_its_point_and_not_on_it() -> None:
    (box,) = place_labels([(500, 500)], [(60, 12)], [marker(500, 500)], BOUNDS)
    assert box.overlap(marker(500, 500)) == 0
    assert box.overlap(Box(400, 450, 600, 550)) == box.area


def test_points_in_one_place_get_labels_apart() -> None:
    anchors = [(500.0, 500.0)] * 8
    boxes = place_labels(anchors, [(60, 12)] * 8, [marker(500, 500)], BOUNDS)
    assert all(a.overlap(b) == 0 for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_label_gives_way_to_an_obstacle() -> None:
    obstacle = Box(505, 400, 700, 600)
    (box,) = place_labels([(500, 500)], [(60, 12)], [obstacle], BOUNDS)
    assert box.overlap(obstacle) == 0


@given(coordinates, coordinates)
def test_a_lonely_label_stays_in_bounds(x: float, y: float) -> None:
    (box,) = place_labels([(x, y)], [(60, 12)], [marker(x, y)], BOUNDS)
    assert box.overlap(BOUNDS) > 0.999 * box.area
