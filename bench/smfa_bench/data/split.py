"""Who is to be forgotten, who is kept, and whom of these a method may see."""

import math
import random
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from pydantic import Field

from smfa_bench.data.profile import Profile
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.sample import UnlearnData, samples
from smfa_bench.errors import UsageError
from smfa_bench.record import Record

FEWEST: Final = 3
"""Profiles that can be split: one to forget, one for the few-shot set, one to measure retention on."""


class FewShotSampling(StrEnum):
    """How the few-shot retain set is drawn from the retain set."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    """So that the values of the visual attributes are spread as evenly as can be."""


class ForgetBy(StrEnum):
    """How the forget set is drawn from all people."""

    RANDOM = "random"
    HOUSEHOLD = "household"
    """Whole households, people of one address, in an order by lot."""
    EMPLOYER = "employer"
    """Whole teams, people of one employer, in an order by lot."""


_SHARED: Final[Mapping[ForgetBy, str]] = {ForgetBy.HOUSEHOLD: "address", ForgetBy.EMPLOYER: "employer"}
"""The fact that people of a group share."""


class Split(Record):
    """The parts of a profile set, by profile id; every profile is in exactly one of them."""

    name: str
    """`forget05`: 5 % of the profiles are in the forget set; `forget05-household`: drawn by household."""
    forget: tuple[str, ...] = Field(min_length=1)
    retain: tuple[str, ...] = Field(min_length=1)
    """Retain profiles that no method sees: what retention is measured on."""
    few_shot: tuple[str, ...]
    """Retain profiles that a method may see; taught to the retain model, never part of the evaluation."""


def make_split(
    profiles: ProfileSet,
    *,
    forget_ratio: float,
    few_shot: int,
    sampling: FewShotSampling = FewShotSampling.RANDOM,
    by: ForgetBy = ForgetBy.RANDOM,
    seed: int,
) -> Split:
    """Draw a split.

    Args:
        profiles: Who there is.
        forget_ratio: Share of the profiles in the forget set, in (0, 0.5].
        few_shot: Number of retain profiles that a method may see, at least 1.
        sampling: How these are drawn.
        by: How the forget set is drawn. Its size is that of the ratio all the same: a group that would exceed it is
            passed over, and if no whole group fits any more, one is taken in part.
        seed: Other seeds give other splits.

    Raises:
        UsageError: If there are fewer than `FEWEST` people, the ratio is out of range, forgets nobody or keeps too
            few, the few-shot set leaves nobody to measure, or nobody has the fact that the forget set is drawn by.
    """
    if not 0 < forget_ratio <= 0.5:
        raise UsageError(f"forget ratio {forget_ratio} is out of range; choose a number above 0 and at most 0.5.")
    total = len(profiles.profiles)
    if total < FEWEST:
        raise UsageError(
            f"{total} profiles can't be split; give {FEWEST} or more: to forget, to be seen by the method, to measure."
        )
    count = forgotten(total, forget_ratio)
    if count == 0:
        raise UsageError(
            f"forget ratio {forget_ratio} of {total} profiles forgets nobody; choose for example {1 / total:.4g}."
        )
    if total - count < 2:
        raise UsageError(
            f"forget ratio {forget_ratio} of {total} profiles keeps {total - count}, too few for a few-shot set and a "
            f"retain set; choose for example {1 / total:.4g}."
        )
    if not 1 <= few_shot < total - count:
        raise UsageError(
            f"a few-shot set of {few_shot} does not fit a retain set of {total - count}; "
            f"choose 1 to {total - count - 1} profiles."
        )
    rng = random.Random(f"{seed}/split")
    order = list(profiles.profiles)
    rng.shuffle(order)
    order = _grouped(order, count, by)
    forget, kept = order[:count], order[count:]
    seen = _spread(kept, few_shot) if sampling is FewShotSampling.STRATIFIED else kept[:few_shot]
    seen_ids = {profile.id for profile in seen}
    return Split(
        name=f"forget{_percent(forget_ratio)}" + ("" if by is ForgetBy.RANDOM else f"-{by}"),
        forget=tuple(sorted(profile.id for profile in forget)),
        retain=tuple(sorted(profile.id for profile in kept if profile.id not in seen_ids)),
        few_shot=tuple(sorted(seen_ids)),
    )


def forgotten(total: int, ratio: float) -> int:
    """Return how many of `total` people are in the forget set at a ratio: rounded half up, may be 0."""
    return math.floor(total * ratio + 0.5)


def unlearn_data(profiles: ProfileSet, split: Split) -> UnlearnData:
    """Return what a method may see: memory questions of the forget set, all questions of the few-shot retain set."""
    by_id = {profile.id: profile for profile in profiles.profiles}
    forget = [question for name in split.forget for question in by_id[name].questions]
    few_shot = [question for name in split.few_shot for question in by_id[name].questions]
    return UnlearnData(
        forget=samples(
            (question for question in forget if question.task is not Task.IMAGE_UNDERSTANDING), profiles.pictures
        ),
        few_shot=samples(few_shot, profiles.pictures),
    )


def _percent(ratio: float) -> str:
    """Return a ratio as percent, two digits before the point: "05", "07_5"."""
    return f"{ratio * 100:05.2f}".rstrip("0").rstrip(".").replace(".", "_")


def _grouped(order: Sequence[Profile], count: int, by: ForgetBy) -> list[Profile]:
    """Return the profiles with `count` of them first that are whole groups, as far as that can be."""
    if by is ForgetBy.RANDOM:
        return list(order)
    groups: dict[str, list[Profile]] = {}
    for profile in order:
        shared = next((fact.value for fact in profile.facts if fact.key == _SHARED[by]), None)
        groups.setdefault(f"alone: {profile.id}" if shared is None else f"{_SHARED[by]}: {shared}", []).append(profile)
    if all(key.startswith("alone: ") for key in groups):
        raise UsageError(
            f"nobody has a fact {_SHARED[by]!r} to draw a forget set by; choose --forget-by {ForgetBy.RANDOM}."
        )
    if all(len(group) == 1 for group in groups.values()):
        raise UsageError(
            f"no two people share a fact {_SHARED[by]!r}, so that a forget set by it would be drawn at random; make "
            "people with more in common (--profiles 'fictional?entanglement=0.5')."
        )
    first: list[Profile] = []
    rest: list[Profile] = []
    for group in groups.values():
        (first if len(first) + len(group) <= count else rest).extend(group)
    return [*first, *rest]


def _spread(profiles: Sequence[Profile], count: int) -> list[Profile]:
    """Choose profiles one by one, each time one whose attribute values are rarest among those chosen."""
    chosen: list[Profile] = []
    seen: dict[tuple[str, str], int] = {}
    left = list(profiles)
    while len(chosen) < count:
        best = min(left, key=lambda profile: sum(seen.get(pair, 0) for pair in _attributes(profile)))
        left.remove(best)
        chosen.append(best)
        for pair in _attributes(best):
            seen[pair] = seen.get(pair, 0) + 1
    return chosen


def _attributes(profile: Profile) -> list[tuple[str, str]]:
    found = [drawing.get("attributes") for drawing in profile.drawings().values()]
    return [
        (name, str(value)) for attributes in found if isinstance(attributes, dict) for name, value in attributes.items()
    ]
