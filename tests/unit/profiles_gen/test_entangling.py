"""People who have something in common."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smfa_bench.data.profile import Profile
from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import canonical_json
from smfa_bench_profiles.entangling import HOUSEHOLD
from smfa_bench_profiles.facts import UNIQUE
from smfa_bench_profiles.source import fictional, stream


def people(degree: float, *, size: int = 60, seed: int = 0) -> list[Profile]:
    """Return the people of a set; its other scenes are not drawn."""
    drawn = islice(stream(size=size, seed=seed, entanglement=degree), size)
    return [scene for _, scene in drawn if isinstance(scene, Profile)]


def values(of: Sequence[Profile], key: str) -> list[str]:
    return [next(fact.value for fact in profile.facts if fact.key == key) for profile in of]


def test_at_zero_nothing_changes() -> None:
    plain = fictional(size=5, seed=0, picture_size=64)
    assert fictional(size=5, seed=0, picture_size=64, entanglement=0).fingerprint == plain.fingerprint
    assert plain.origin.options is None


@settings(max_examples=15)
@given(st.floats(0.01, 1), st.integers(0, 2**32))
def test_names_and_whole_faces_and_other_marks_stay_unique_and_answers_hold_the_facts(degree: float, seed: int) -> None:
    found = people(degree, size=30, seed=seed)
    for key in (key for key in UNIQUE if key != "address"):
        assert len(set(values(found, key))) == len(found)
    assert len({canonical_json(profile.drawing["attributes"]) for profile in found}) == len(found)
    asked = [(question.task, question.text) for one in found for question in one.questions if question.picture is None]
    assert len(set(asked)) == len(asked)
    for profile in found:
        facts = {fact.key: fact.value for fact in profile.facts}
        assert profile.name == facts["name"]
        for question in profile.questions:
            assert all(fact.value in question.answer for fact in question.key_facts)
            if question.topic == "address":
                assert facts["address"] in question.answer


def test_who_shares_an_address_shares_the_family_name_and_a_household_is_small() -> None:
    found = people(1.0)
    homes = Counter(values(found, "address"))
    assert max(homes.values()) == HOUSEHOLD
    families = {
        (profile.name.partition(" ")[2], address)
        for profile, address in zip(found, values(found, "address"), strict=True)
    }
    assert len(families) == len(homes)


def test_more_entanglement_leaves_fewer_people_alone() -> None:
    for key in ("address", "employer"):
        alone = [list(Counter(values(people(degree), key)).values()).count(1) for degree in (0, 0.5, 1)]
        assert alone == sorted(alone, reverse=True)
        assert alone[0] > alone[2]


def test_look_alikes_differ_in_one_attribute() -> None:
    found = people(1.0)
    faces = [profile.drawing["attributes"] for profile in found]
    least = [
        min(sum(one[key] != other[key] for key in one) for other in faces if other is not one)  # type: ignore[index, union-attr]
        for one in faces
    ]
    assert least.count(1) > 50


def test_a_small_set_is_the_beginning_of_a_large_one_and_the_degree_is_part_of_the_origin() -> None:
    assert people(0.5, size=10) == people(0.5, size=30)[:10]
    made = fictional(size=2, seed=0, picture_size=64, entanglement="0.5")
    assert [*made.profiles] == people(0.5, size=2)
    assert made.origin.options == {"entanglement": 0.5}


@pytest.mark.parametrize("degree", [-0.1, 1.1, "much", float("nan")])
def test_a_degree_out_of_range_is_refused(degree: float | str) -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        fictional(size=2, seed=0, picture_size=64, entanglement=degree)
