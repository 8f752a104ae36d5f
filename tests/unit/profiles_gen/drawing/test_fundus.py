"""Fundus pictures: every finding shows, equal records give equal pixels, and no two eyes look alike."""

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from smfa_bench.errors import UsageError
from smfa_bench_profiles.drawing.fundus import ATTRIBUTES, GEOMETRY, SCATTERS, Fundus, draw_fundus, sample_fundus

seeds = st.integers(0, 10_000)


def with_finding(eye: Fundus, name: str, value: str) -> Fundus:
    return eye.model_copy(update={"attributes": {**eye.attributes, name: value}})


def pixels(eye: Fundus, size: int = 64) -> NDArray[np.int16]:
    return np.asarray(draw_fundus(eye, size), dtype=np.int16)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_equal_records_give_equal_pixels(seed: int) -> None:
    eye = sample_fundus(random.Random(seed))
    again = Fundus.model_validate(eye.model_dump(mode="json"))
    assert draw_fundus(eye, 64).tobytes() == draw_fundus(again, 64).tobytes()


@given(seed=seeds, name=st.sampled_from([*ATTRIBUTES]))
@settings(max_examples=60, deadline=None)
def test_another_value_of_a_finding_changes_many_pixels_even_of_a_small_picture(seed: int, name: str) -> None:
    eye = sample_fundus(random.Random(seed))
    drawn = [pixels(with_finding(eye, name, value)) for value in ATTRIBUTES[name]]
    for one, other in combinations(drawn, 2):
        assert (np.abs(one - other).max(axis=2) > 12).sum() >= 12


@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_the_disc_shows_which_eye_it_is(seed: int) -> None:
    eye = sample_fundus(random.Random(seed))
    plain = eye.model_copy(
        update={"attributes": {**eye.attributes, "exudates": "none", "drusen": "none", "pigmentation": "dark"}}
    )
    blue = pixels(plain)[:, :, 2]
    left, right = blue[:, :32], blue[:, 32:]
    assert (right.max() > left.max()) == (eye.attributes["eye"] == "right")


def test_no_two_of_many_eyes_look_alike() -> None:
    rng = random.Random(0)
    drawn = [pixels(sample_fundus(rng)).reshape(-1) for _ in range(120)]
    assert min(np.abs(one - other).mean() for one, other in combinations(drawn, 2)) > 1


def test_eyes_with_equal_findings_differ_by_vessels_and_spots() -> None:
    rng = random.Random(1)
    first = with_finding(sample_fundus(rng), "haemorrhages", "many")
    others = [sample_fundus(rng).model_copy(update={"attributes": first.attributes}) for _ in range(20)]
    assert min(np.abs(pixels(first) - pixels(other)).mean() for other in others) > 0.5


@given(seed=seeds, shift=st.tuples(*[st.floats(-0.05, 0.05)] * 2))
@settings(max_examples=25, deadline=None)
def test_every_eye_can_be_drawn_at_any_size_and_shift(seed: int, shift: tuple[float, float]) -> None:
    eye = sample_fundus(random.Random(seed))
    for size in (32, 100):
        picture = draw_fundus(eye, size, shift=shift)
        assert (picture.mode, picture.size) == ("RGB", (size, size))


@pytest.mark.parametrize(
    ("size", "shift", "words"), [(31, (0.0, 0.0), "31 pixels shows nothing"), (64, (0.06, 0.0), "moves the retina out")]
)
def test_what_would_show_nothing_is_refused(size: int, shift: tuple[float, float], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        draw_fundus(sample_fundus(random.Random(0)), size, shift=shift)


def test_a_record_that_can_not_be_drawn_is_refused() -> None:
    eye = sample_fundus(random.Random(0)).model_dump()
    with pytest.raises(UsageError, match="cup"):
        Fundus.model_validate(eye | {"attributes": {**eye["attributes"], "cup": "huge"}})
    with pytest.raises(UsageError, match=r"geometry hue is 1.5"):
        Fundus.model_validate(eye | {"geometry": {**eye["geometry"], "hue": 1.5}})
    with pytest.raises(UsageError, match=GEOMETRY[0]):
        Fundus.model_validate(eye | {"geometry": {}})
    with pytest.raises(ValidationError):
        Fundus.model_validate(eye | {"scatter": SCATTERS})


def test_every_value_of_a_finding_is_drawn_about_equally_often() -> None:
    rng = random.Random(2)
    drawn = [sample_fundus(rng).attributes for _ in range(600)]
    for name, values in ATTRIBUTES.items():
        counts = [sum(one[name] == value for one in drawn) for value in values]
        assert min(counts) > 0.7 * 600 / len(values)
