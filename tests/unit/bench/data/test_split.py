"""Splits: everybody is in exactly one part, whatever is asked for."""

import math
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.people import make_profile, make_set
from smfa_bench.data.profile import Profile
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.split import FewShotSampling, ForgetBy, Split, make_split, unlearn_data
from smfa_bench.errors import UsageError
from smfa_bench_profiles.source import fictional


def people(count: int) -> ProfileSet:
    """Return people of whom three in four have brown hair."""
    return make_set([make_profile(f"p{i:03}", {"hair": "red" if i % 4 == 0 else "brown"}) for i in range(count)])


HUNDRED = people(100)


def split(
    ratio: float = 0.05,
    few_shot: int = 10,
    sampling: FewShotSampling = FewShotSampling.RANDOM,
    *,
    seed: int = 0,
    profiles: ProfileSet = HUNDRED,
) -> Split:
    return make_split(profiles, forget_ratio=ratio, few_shot=few_shot, sampling=sampling, seed=seed)


@given(
    st.integers(3, 60),
    st.floats(0.01, 0.5),
    st.integers(1, 30),
    st.sampled_from(FewShotSampling),
    st.integers(),
)
def test_the_parts_are_disjoint_and_complete(
    count: int, ratio: float, few_shot: int, sampling: FewShotSampling, seed: int
) -> None:
    profiles = people(count)
    forgotten = math.floor(count * ratio + 0.5)
    if forgotten == 0 or few_shot >= count - forgotten:
        with pytest.raises(UsageError):
            split(ratio, few_shot, sampling, seed=seed, profiles=profiles)
        return
    made = split(ratio, few_shot, sampling, seed=seed, profiles=profiles)
    parts = (made.forget, made.retain, made.few_shot)
    assert Counter(name for part in parts for name in part) == Counter(profile.id for profile in profiles.profiles)
    assert (len(made.forget), len(made.few_shot)) == (forgotten, few_shot)


@pytest.mark.parametrize("ratio", [0, 1, 0.51, -0.1, math.nan, math.inf, -math.inf])
def test_a_ratio_out_of_range_is_refused(ratio: float) -> None:
    with pytest.raises(UsageError, match=r"above 0 and at most 0.5"):
        split(ratio)


@pytest.mark.parametrize("count", [3, 6, 7, 30])
def test_a_ratio_that_forgets_nobody_is_refused_with_one_that_forgets_somebody(count: int) -> None:
    with pytest.raises(UsageError, match="forgets nobody") as caught:
        split(0.01, 1, profiles=people(count))
    advice = float(str(caught.value).removesuffix(".").rsplit(" ", 1)[1])
    assert len(split(advice, 1, profiles=people(count)).forget) == 1


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_people_can_not_be_split(count: int) -> None:
    with pytest.raises(UsageError, match=f"{count} profiles can't be split; give 3 or more"):
        split(0.5, 1, profiles=people(count))


def test_a_ratio_that_keeps_one_is_refused_with_one_that_keeps_enough() -> None:
    with pytest.raises(UsageError, match=r"0\.5 of 3 profiles keeps 1, too few .* choose for example 0\.3333"):
        split(0.5, 1, profiles=people(3))
    assert len(split(0.3333, 1, profiles=people(3)).retain) == 1


@pytest.mark.parametrize("few_shot", [0, -1, 95, 100])
def test_a_few_shot_set_that_leaves_nobody_or_holds_nobody_is_refused(few_shot: int) -> None:
    with pytest.raises(UsageError, match="choose 1 to 94 profiles"):
        split(0.05, few_shot)


def test_half_of_the_people_may_be_forgotten_and_one_kept_unseen() -> None:
    made = split(0.5, 49)
    assert (len(made.forget), len(made.retain)) == (50, 1)


@pytest.mark.parametrize(
    ("ratio", "name"),
    [(0.05, "forget05"), (0.1, "forget10"), (0.075, "forget07_5"), (0.5, "forget50"), (0.01, "forget01")],
)
def test_a_split_is_named_by_its_percentage(ratio: float, name: str) -> None:
    assert split(ratio).name == name


@pytest.mark.parametrize("sampling", FewShotSampling)
def test_the_same_seed_gives_the_same_split_and_another_seed_another(sampling: FewShotSampling) -> None:
    assert split(sampling=sampling) == split(sampling=sampling)
    assert split(sampling=sampling) != split(sampling=sampling, seed=1)


def test_stratified_sampling_spreads_attributes_more_evenly_than_the_people_do() -> None:
    made = split(sampling=FewShotSampling.STRATIFIED)
    hair = Counter("red" if int(name[1:]) % 4 == 0 else "brown" for name in made.few_shot)
    assert hair == {"red": 5, "brown": 5}
    assert made.few_shot != split().few_shot
    assert made.forget == split().forget


def test_people_drawn_without_attributes_can_be_sampled_all_the_same() -> None:
    bare = [profile.model_copy(update={"drawing": {}}) for profile in HUNDRED.profiles]
    assert len(split(sampling=FewShotSampling.STRATIFIED, profiles=make_set(bare)).few_shot) == 10


def test_a_method_sees_memories_of_the_forget_set_and_all_of_the_few_shot_set_and_nobody_else() -> None:
    made = split()
    data = unlearn_data(HUNDRED, made)
    assert {(sample.question.subject, sample.task) for sample in data.forget} == {
        (name, task) for name in made.forget for task in (Task.IMAGE_MEMORY, Task.TEXT_MEMORY)
    }
    assert {(sample.question.subject, sample.task) for sample in data.few_shot} == {
        (name, task) for name in made.few_shot for task in Task
    }


def people_at(addresses: str) -> ProfileSet:
    """Return a person for each letter, who live together if the letter is the same."""
    return make_set([_living(make_profile(f"p{i:03}"), letter) for i, letter in enumerate(addresses)])


def _living(profile: Profile, address: str) -> Profile:
    fact = profile.facts[0].model_copy(update={"key": "address", "value": f"{address} Street", "kind": "address"})
    return profile.model_copy(update={"facts": (*profile.facts, fact)})


@given(st.text("abcdefgh", min_size=10, max_size=40), st.integers(0, 99))
def test_a_forget_set_by_household_holds_whole_households_but_for_one_at_most(addresses: str, seed: int) -> None:
    assume(len(set(addresses)) < len(addresses))
    profiles = people_at(addresses)
    found = make_split(profiles, forget_ratio=0.3, few_shot=1, by=ForgetBy.HOUSEHOLD, seed=seed)
    usual = make_split(profiles, forget_ratio=0.3, few_shot=1, seed=seed)
    assert len(found.forget) == len(usual.forget)
    forgotten = Counter(addresses[int(name[1:])] for name in found.forget)
    whole = Counter(addresses)
    assert sum(count < whole[letter] for letter, count in forgotten.items()) <= 1
    assert found.name == "forget30-household"


def test_a_forget_set_by_employer_holds_who_works_in_one_place() -> None:
    colleagues = fictional(size=20, seed=3, picture_size=32, entanglement=1.0)
    employer = {
        profile.id: fact.value for profile in colleagues.profiles for fact in profile.facts if fact.key == "employer"
    }
    found = make_split(colleagues, forget_ratio=0.2, few_shot=2, by=ForgetBy.EMPLOYER, seed=0)
    forgotten = Counter(employer[name] for name in found.forget)
    assert sum(count < list(employer.values()).count(place) for place, count in forgotten.items()) <= 1
    assert found.name == "forget20-employer"


def test_people_who_share_no_address_have_no_households_to_be_drawn() -> None:
    with pytest.raises(UsageError, match="no two people share a fact 'address'"):
        make_split(people_at("abcdefgh"), forget_ratio=0.3, few_shot=1, by=ForgetBy.HOUSEHOLD, seed=0)


def test_people_without_the_fact_are_no_groups() -> None:
    with pytest.raises(UsageError, match="--forget-by random"):
        make_split(HUNDRED, forget_ratio=0.1, few_shot=1, by=ForgetBy.EMPLOYER, seed=0)


def test_a_forget_set_at_random_is_drawn_as_ever() -> None:
    assert split() == make_split(HUNDRED, forget_ratio=0.05, few_shot=10, by=ForgetBy.RANDOM, seed=0)
