"""Another rendering of a portrait or an eye."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from smfa_bench_profiles.drawing.fundus import draw_fundus, sample_fundus
from smfa_bench_profiles.drawing.portrait import draw_portrait, sample_portrait
from smfa_bench_profiles.drawing.view import View, another_view, render_portrait, sample_view

USUAL = View(shift=(0.0, 0.0), scale=1.0, tilt=0.0, mirrored=False, brightness=1.0, side=0.0)
PORTRAIT = sample_portrait(random.Random(3), presentation="woman")


def seen(view: View, size: int = 64) -> NDArray[np.float64]:
    return np.asarray(render_portrait(PORTRAIT, size, view), np.float64)


def test_the_usual_view_shows_what_a_portrait_shows() -> None:
    for size in (64, 256):
        usual = np.asarray(draw_portrait(PORTRAIT, size), np.float64)
        assert np.abs(seen(USUAL, size) - usual).mean() < 2.5


def test_mirrored_left_is_right() -> None:
    assert (seen(replace(USUAL, mirrored=True)) == seen(USUAL)[:, ::-1]).all()


def test_light_is_a_factor_and_stronger_at_one_side() -> None:
    usual, dim = seen(USUAL), seen(replace(USUAL, brightness=0.9))
    assert np.abs(dim - 0.9 * usual).max() <= 0.5
    aside = seen(replace(USUAL, side=-0.1))
    assert aside[:, 0].mean() > usual[:, 0].mean()
    assert aside[:, -1].mean() < usual[:, -1].mean()


def test_a_larger_person_covers_more_of_the_backdrop() -> None:
    def backdrop(view: View) -> int:
        picture = seen(view)
        return int((np.abs(picture - picture[0, 0]).max(-1) < 3).sum())

    assert backdrop(replace(USUAL, scale=1.1)) < backdrop(replace(USUAL, scale=0.88))


def test_views_stay_within_bounds_that_a_turn_can_fill() -> None:
    rng = random.Random(0)
    for _ in range(200):
        view = sample_view(rng)
        assert 0.88 <= view.scale <= 1.1
        assert abs(view.tilt) <= 8
        assert abs(view.side) <= 0.1


def test_a_record_is_seen_in_a_view_by_lot_and_other_drawings_are_not_known() -> None:
    drawing = PORTRAIT.model_dump(mode="json")
    one, other, again = (another_view(drawing, size=64, lot=lot) for lot in ("a", "b", "a"))
    assert one is not None
    assert other is not None
    assert again is not None
    assert one.tobytes() == again.tobytes() != other.tobytes()
    assert another_view({"placements": []}, size=64, lot="a") is None


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_an_eye_in_another_view_is_still_the_same_eye(seed: int) -> None:
    fundus = sample_fundus(random.Random(seed))
    kept = {"exudates": "none", "drusen": "none", "pigmentation": "dark"}
    eye = fundus.model_copy(update={"attributes": {**fundus.attributes, **kept}})
    for lot in ("one", "other"):
        drawn = another_view(eye.model_dump(mode="json"), size=64, lot=lot)
        assert drawn is not None
        assert drawn.tobytes() != draw_fundus(eye, 64).tobytes()
        blue = np.asarray(drawn)[:, :, 2]
        assert (blue[:, 32:].max() > blue[:, :32].max()) == (eye.attributes["eye"] == "right")
