"""The published parts of a profile set: three nested forget sets, and whom none of them holds."""

from collections.abc import Mapping
from typing import Final

from smfa_bench.data.profile import Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.split import make_split

RATIOS: Final = (0.05, 0.1, 0.15)
FEW_SHOT: Final = 10


def published_parts(people: ProfileSet, *, few_shot: int = FEW_SHOT, seed: int = 0) -> Mapping[str, tuple[Scene, ...]]:
    """Return people and scenes by part: forget05, forget10, forget15, retain, few_shot, unseen, general.

    A smaller forget set is part of a larger one; `retain` and `few_shot` are those of the largest, so that they are
    to be kept at every ratio.

    Args:
        people: Who there is.
        few_shot: Number of retain profiles that a method may see.
        seed: The seed of the runs that these parts belong to.

    Raises:
        UsageError: If there are too few people.
    """
    splits = [make_split(people, forget_ratio=ratio, few_shot=few_shot, seed=seed) for ratio in RATIOS]
    members = {split.name: split.forget for split in splits}
    members |= {"retain": splits[-1].retain, "few_shot": splits[-1].few_shot}
    by_id = {profile.id: profile for profile in people.profiles}
    parts: dict[str, tuple[Scene, ...]] = {
        part: tuple(by_id[name] for name in names) for part, names in members.items()
    }
    return parts | {"unseen": people.unseen, "general": people.general}
