"""The published parts of a profile set: nested forget sets, and whom none of them holds."""

from collections.abc import Mapping, Sequence
from typing import Final

from smfa_bench.data.profile import Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.split import FEWEST, forgotten, make_split
from smfa_bench.errors import UsageError

RATIOS: Final = (0.05, 0.1, 0.15)
FEW_SHOT: Final = 10


def usual_ratios(people: ProfileSet) -> tuple[float, ...]:
    """Return the published forget ratios at which somebody is forgotten; none of them if there are too few people."""
    total = len(people.profiles)
    return tuple(ratio for ratio in RATIOS if total >= FEWEST and forgotten(total, ratio))


def published_parts(
    people: ProfileSet, *, few_shot: int | None = None, seed: int = 0, ratios: Sequence[float] = ()
) -> Mapping[str, tuple[Scene, ...]]:
    """Return people and scenes by part: forget05, forget10, forget15, retain, few_shot, unseen, general.

    A smaller forget set is part of a larger one; `retain` and `few_shot` are those of the largest, so that they are
    to be kept at every ratio.

    Args:
        people: Who there is.
        few_shot: Number of retain profiles that a method may see; by default `FEW_SHOT`, or as many as leave one to
            measure.
        seed: The seed of the runs that these parts belong to.
        ratios: Shares of the people in the forget sets, each in (0, 0.5]; by default the `usual_ratios`.

    Raises:
        UsageError: If there are too few people, or a ratio or the few-shot set does not fit them.
    """
    total = len(people.profiles)
    chosen = sorted(set(ratios or usual_ratios(people)))
    if not chosen and total >= FEWEST:
        raise UsageError(
            f"{total} people are too few for a forget set of {RATIOS[-1]:.0%}; give a ratio, such as {1 / total:.4g}."
        )
    largest = chosen[-1] if chosen else RATIOS[-1]
    seen = max(1, min(FEW_SHOT, total - forgotten(total, largest) - 1)) if few_shot is None else few_shot
    splits = [make_split(people, forget_ratio=ratio, few_shot=seen, seed=seed) for ratio in (*chosen[:-1], largest)]
    members = {split.name: split.forget for split in splits}
    members |= {"retain": splits[-1].retain, "few_shot": splits[-1].few_shot}
    by_id = {profile.id: profile for profile in people.profiles}
    parts: dict[str, tuple[Scene, ...]] = {
        part: tuple(by_id[name] for name in names) for part, names in members.items()
    }
    return parts | {"unseen": people.unseen, "general": people.general}
