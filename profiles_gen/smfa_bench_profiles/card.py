"""The data-set card: what a set of people is, what it is for, and how to open it."""

from collections.abc import Mapping
from typing import Final

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench_profiles.templates import render

_SIZES: Final = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Size categories of the Hugging Face hub, by their upper ends."""


def dataset_card(
    people: ProfileSet, rows: Mapping[str, Mapping[str, int]], *, parts: Mapping[str, int], seed: int
) -> str:
    """Return the card as Markdown with a YAML header.

    Args:
        people: What was exported.
        rows: Number of rows by configuration and split.
        parts: Number of people, or of scenes, in each published part.
        seed: Seed of the splits.
    """
    total = sum(count for splits in rows.values() for count in splits.values())
    return render(
        "card.md",
        origin=people.origin,
        fingerprint=people.fingerprint,
        people=len(people.profiles),
        facts=[fact.key for fact in people.profiles[0].facts],
        rows=rows,
        few_shot=parts["few_shot"],
        forget=[name for name in parts if name.startswith("forget")],
        seed=seed,
        fictional=people.origin.source == "fictional",
        size_category=next((name for end, name in _SIZES if total < end), "1M<n<10M"),
    )
