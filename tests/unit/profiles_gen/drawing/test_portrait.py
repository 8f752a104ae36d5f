"""Portraits: the same words and numbers give the same pixels, and every word and number can be seen."""

import random
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from smfa_bench.errors import UsageError
from smfa_bench_profiles.drawing import palette
from smfa_bench_profiles.drawing.beard import beard_colour
from smfa_bench_profiles.drawing.measures import Presentation, measure
from smfa_bench_profiles.drawing.portrait import ATTRIBUTES, GEOMETRY, Portrait, draw_portrait, sample_portrait

PRESENTATIONS: tuple[Presentation, ...] = ("woman", "man")

PLAIN = Portrait(
    attributes={
        "hair_colour": "brown",
        "hair_style": "short",
        "skin_tone": "medium",
        "glasses": "none",
        "hat": "none",
        "beard": "none",
        "expression": "neutral",
        "clothing": "blue",
        "collar": "round",
        "background": "beige",
    },
    geometry=dict.fromkeys(GEOMETRY, 0.5),
    presentation="man",
)


def with_attribute(portrait: Portrait, name: str, value: str) -> Portrait:
    return portrait.model_copy(update={"attributes": {**portrait.attributes, name: value}})


def with_geometry(portrait: Portrait, name: str, value: float) -> Portrait:
    return portrait.model_copy(update={"geometry": {**portrait.geometry, name: value}})


def difference(one: Portrait, other: Portrait) -> int:
    """Count the pixels of a 64-pixel picture that clearly differ."""
    pictures = draw_portrait(one, 64), draw_portrait(other, 64)
    gap = ImageChops.difference(*pictures).convert("L").point(lambda level: 255 if level > 12 else 0)
    return round(ImageStat.Stat(gap).sum[0] / 255)


def sampled(count: int) -> list[Portrait]:
    rng = random.Random(7)
    return [sample_portrait(rng, presentation=PRESENTATIONS[number % 2]) for number in range(count)]


def test_equal_seeds_draw_equal_people_and_pixels() -> None:
    one, other = (sample_portrait(random.Random(3), presentation="woman") for _ in range(2))
    assert one == other
    assert draw_portrait(one, 64).tobytes() == draw_portrait(other, 64).tobytes()


def test_the_sequence_of_people_is_pinned() -> None:
    portrait = sample_portrait(random.Random(0), presentation="man")
    assert list(portrait.attributes.values()) == [
        "grey",
        "long",
        "medium",
        "round",
        "top hat",
        "moustache",
        "surprised",
        "green",
        "shirt",
        "orange",
    ]
    assert (portrait.geometry["face_width"], portrait.geometry["hat_hue"]) == (0.282, 0.434)


@given(seed=st.integers(0, 10_000), presentation=st.sampled_from(PRESENTATIONS))
@settings(max_examples=15, deadline=None)
def test_a_portrait_read_back_from_json_draws_the_same_pixels(seed: int, presentation: Presentation) -> None:
    portrait = sample_portrait(random.Random(seed), presentation=presentation)
    again = Portrait.model_validate_json(portrait.model_dump_json())
    assert again == portrait
    assert draw_portrait(again, 48).tobytes() == draw_portrait(portrait, 48).tobytes()


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_two_values_of_an_attribute_look_different(name: str) -> None:
    variants = [with_attribute(PLAIN, name, value) for value in ATTRIBUTES[name]]
    for position, variant in enumerate(variants):
        for other in variants[:position]:
            assert difference(variant, other) >= 20


@pytest.mark.parametrize("name", ["glasses", "beard", "expression", "collar", "hair_style"])
def test_attributes_stay_visible_on_crowded_portraits(name: str) -> None:
    for crowd in sampled(30):
        if name == "hair_style" and crowd.attributes["hat"] != "none":
            continue
        variants = [with_attribute(crowd, name, value) for value in ATTRIBUTES[name]]
        for position, variant in enumerate(variants):
            assert all(difference(variant, other) >= 10 for other in variants[:position]), crowd


@pytest.mark.parametrize(("hat", "style"), list(product(["cap", "beanie", "top hat"], ["short", "long", "curly"])))
def test_hair_beside_a_hat_shows_its_colour(hat: str, style: str) -> None:
    hatted = with_attribute(with_attribute(PLAIN, "hat", hat), "hair_style", style)
    assert difference(hatted, with_attribute(hatted, "hair_colour", "blond")) >= 60


@pytest.mark.parametrize("beard", ATTRIBUTES["beard"])
def test_the_mouth_shows_the_expression_through_a_beard_below_sunglasses(beard: str) -> None:
    hidden = with_attribute(with_attribute(PLAIN, "glasses", "sunglasses"), "beard", beard)
    moods = [with_attribute(hidden, "expression", mood) for mood in ATTRIBUTES["expression"]]
    for position, mood in enumerate(moods):
        assert all(difference(mood, other) >= 12 for other in moods[:position])


@pytest.mark.parametrize("name", GEOMETRY)
def test_every_number_of_the_geometry_moves_pixels(name: str) -> None:
    plain = with_attribute(PLAIN, "hat", "cap") if name == "hat_hue" else PLAIN
    pictures = [draw_portrait(with_geometry(plain, name, value), 64) for value in (0.0, 1.0)]
    assert pictures[0].tobytes() != pictures[1].tobytes()


def test_sampled_people_keep_every_attribute_in_sight() -> None:
    for portrait in sampled(400):
        attributes = portrait.attributes
        assert list(attributes) == list(ATTRIBUTES)
        assert all(attributes[name] in values for name, values in ATTRIBUTES.items())
        assert attributes["hat"] == "none" or attributes["hair_style"] in {"short", "long", "curly"}
        assert portrait.presentation == "man" or attributes["beard"] == "none"
        assert list(portrait.geometry) == list(GEOMETRY)
        assert all(0 <= value <= 1 and round(value, 3) == value for value in portrait.geometry.values())


def test_no_value_is_rare() -> None:
    people = sampled(2000)
    for name, values in ATTRIBUTES.items():
        seen = Counter(person.attributes[name] for person in people)
        assert min(seen[value] for value in values) >= 0.1 * len(people), name


def test_backgrounds_can_be_told_from_whatever_is_in_front_of_them() -> None:
    in_front = [*palette.SKIN.values(), *palette.HAIR.values(), *palette.CLOTHING.values()]
    assert min(palette.distance(back, front) for back in palette.BACKGROUND.values() for front in in_front) >= 55


@pytest.mark.parametrize("colours", [palette.SKIN, palette.HAIR, palette.CLOTHING, palette.BACKGROUND])
def test_colours_with_different_names_are_far_apart(colours: dict[str, palette.Colour]) -> None:
    values = list(colours.values())
    assert min(palette.distance(a, b) for n, a in enumerate(values) for b in values[:n]) >= 60


@pytest.mark.parametrize(("hair", "skin"), list(product(palette.HAIR, palette.SKIN)))
def test_a_beard_stands_out_from_any_skin(hair: str, skin: str) -> None:
    attributes = {**PLAIN.attributes, "hair_colour": hair, "skin_tone": skin}
    for hair_hue, skin_hue in product((0.0, 0.5, 1.0), repeat=2):
        person = measure(attributes, {**PLAIN.geometry, "hair_hue": hair_hue, "skin_hue": skin_hue}, "man")
        assert palette.distance(beard_colour(person), person.skin) >= 75


@given(size=st.integers(32, 200))
@settings(max_examples=12, deadline=None)
def test_any_size_gives_an_rgb_square(size: int) -> None:
    picture = draw_portrait(PLAIN, size)
    assert (picture.mode, picture.size) == ("RGB", (size, size))


def test_a_large_and_a_small_picture_show_the_same() -> None:
    small = draw_portrait(PLAIN, 64)
    large = draw_portrait(PLAIN, 512).resize((64, 64), Image.Resampling.BOX)
    gap = ImageStat.Stat(ImageChops.difference(small, large))
    assert max(gap.mean) < 4


def test_a_shift_moves_the_person_and_leaves_the_background() -> None:
    still, moved = draw_portrait(PLAIN, 64), draw_portrait(PLAIN, 64, shift=(0.05, 0.05))
    assert still.tobytes() != moved.tobytes()
    assert still.crop((0, 0, 64, 6)).tobytes() == moved.crop((0, 0, 64, 6)).tobytes()


def test_faults_are_told_with_what_is_valid() -> None:
    with pytest.raises(UsageError, match="32"):
        draw_portrait(PLAIN, 16)
    with pytest.raises(UsageError, match=r"0\.05"):
        draw_portrait(PLAIN, 64, shift=(0.2, 0.0))
    with pytest.raises(UsageError, match="beanie"):
        Portrait(attributes={**PLAIN.attributes, "hat": "beany"}, geometry=PLAIN.geometry, presentation="man")
    with pytest.raises(UsageError, match="eye_size"):
        Portrait(attributes=PLAIN.attributes, geometry={**PLAIN.geometry, "eye_size": 1.5}, presentation="man")
    with pytest.raises(UsageError, match="missing"):
        Portrait(attributes={}, geometry=PLAIN.geometry, presentation="man")
