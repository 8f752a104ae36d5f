"""Still lifes: the right number of equal shapes, apart from one another and inside the frame."""

import math
import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smfa_bench.errors import UsageError
from smfa_bench_profiles.drawing import palette
from smfa_bench_profiles.drawing.still_life import (
    ATTRIBUTES,
    COLOUR,
    COUNT,
    GROUND,
    RADIUS,
    StillLife,
    draw_still_life,
    sample_still_life,
)

seeds = st.integers(0, 10_000)


def with_attribute(scene: StillLife, name: str, value: str) -> StillLife:
    return scene.model_copy(update={"attributes": {**scene.attributes, name: value}})


@given(seed=seeds)
@settings(max_examples=60)
def test_objects_are_counted_apart_and_inside_the_frame(seed: int) -> None:
    scene = sample_still_life(random.Random(seed))
    radius = RADIUS[scene.attributes["size"]]
    assert len(scene.placements) == COUNT[scene.attributes["count"]]
    for place in scene.placements:
        assert all(radius + 0.014 <= middle <= 1 - radius - 0.014 for middle in (place.x, place.y))
    for one, other in combinations(scene.placements, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > 2 * radius + 0.014


@given(seed=seeds, shape=st.sampled_from(ATTRIBUTES["shape"]))
@example(seed=447, shape="cross")  # its shadow ends a fifth of a pixel above the lower edge
@settings(max_examples=25, deadline=None)
def test_the_frame_shows_nothing_but_ground_and_a_shadow(seed: int, shape: str) -> None:
    scene = with_attribute(sample_still_life(random.Random(seed)), "shape", shape)
    picture = draw_still_life(scene, 200)
    ground = GROUND[scene.attributes["background"]]
    shadow = palette.darker(ground, 0.3)
    pixels = np.asarray(picture, dtype=int)
    frame = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    # Smoothing leaves a faint echo one pixel beyond an edge.
    assert (frame >= np.array(shadow) - 16).all()
    assert (frame <= np.array(ground) + 16).all()


@pytest.mark.parametrize("name", [name for name in ATTRIBUTES if name != "count"])
def test_every_value_of_an_attribute_changes_the_pixels(name: str) -> None:
    scene = sample_still_life(random.Random(1))
    pictures = {draw_still_life(with_attribute(scene, name, value), 64).tobytes() for value in ATTRIBUTES[name]}
    assert len(pictures) == len(ATTRIBUTES[name])


@given(seed=seeds, size=st.integers(32, 128))
@settings(max_examples=15, deadline=None)
def test_a_scene_read_back_from_json_draws_the_same_pixels(seed: int, size: int) -> None:
    scene = sample_still_life(random.Random(seed))
    again = StillLife.model_validate_json(scene.model_dump_json())
    picture = draw_still_life(again, size)
    assert picture.tobytes() == draw_still_life(scene, size).tobytes()
    assert (picture.mode, picture.size) == ("RGB", (size, size))


def test_equal_seeds_give_equal_scenes() -> None:
    assert sample_still_life(random.Random(5)) == sample_still_life(random.Random(5))


def test_objects_can_be_told_from_the_ground() -> None:
    pairs = [(colour, ground) for colour in COLOUR.values() for ground in GROUND.values()]
    assert min(palette.distance(*pair) for pair in pairs) >= 75


def test_faults_are_told_with_what_is_valid() -> None:
    scene = sample_still_life(random.Random(0))
    with pytest.raises(UsageError, match="32"):
        draw_still_life(scene, 8)
    with pytest.raises(UsageError, match="star"):
        StillLife(attributes={**scene.attributes, "shape": "stars"}, placements=scene.placements)
    with pytest.raises(UsageError, match="placements"):
        StillLife(attributes={**scene.attributes, "count": "one"}, placements=scene.placements * 2)
