"""The published parts: whatever the number of people, they fit it or it is said what would."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.people import make_profile, make_set
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.errors import UsageError
from smfa_bench_profiles.parts import FEW_SHOT, published_parts, usual_ratios


def people(count: int) -> ProfileSet:
    return make_set([make_profile(f"p{place:03}") for place in range(count)])


@given(st.integers(4, 120), st.integers())
def test_four_people_or_more_are_split_without_any_choice(count: int, seed: int) -> None:
    parts = published_parts(people(count), seed=seed)
    forget = [{scene.id for scene in scenes} for name, scenes in parts.items() if name.startswith("forget")]
    assert all(smaller <= larger for smaller, larger in pairwise(forget))
    assert 1 <= len(parts["few_shot"]) <= FEW_SHOT
    assert len(parts["retain"]) >= 1
    assert len(forget[-1]) + len(parts["few_shot"]) + len(parts["retain"]) == count


@pytest.mark.parametrize(("count", "names"), [(12, ["05", "10", "15"]), (8, ["10", "15"]), (4, ["15"])])
def test_a_forget_set_of_nobody_is_no_part(count: int, names: list[str]) -> None:
    parts = published_parts(people(count))
    assert [name for name in parts if name.startswith("forget")] == [f"forget{name}" for name in names]


def test_twelve_people_leave_nine_for_the_few_shot_set_and_one_to_measure() -> None:
    parts = published_parts(people(12))
    assert (len(parts["forget15"]), len(parts["few_shot"]), len(parts["retain"])) == (2, 9, 1)


def test_ratios_that_are_named_are_taken_in_order_and_once() -> None:
    parts = published_parts(people(20), ratios=(0.5, 0.25, 0.5))
    assert [name for name in parts if name.startswith("forget")] == ["forget25", "forget50"]


def test_the_ratio_that_three_people_are_advised_works() -> None:
    assert usual_ratios(people(3)) == ()
    with pytest.raises(UsageError, match=r"3 people are too few for a forget set of 15%; give a ratio") as caught:
        published_parts(people(3))
    advice = float(str(caught.value).removesuffix(".").rsplit(" ", 1)[1])
    assert len(published_parts(people(3), ratios=(advice,))["few_shot"]) == 1


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("ratios", [(), (0.5,)])
def test_fewer_than_three_people_are_told_that_three_are_needed(count: int, ratios: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match=f"{count} profiles can't be split; give 3 or more"):
        published_parts(people(count), ratios=ratios)
