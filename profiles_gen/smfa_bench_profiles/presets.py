"""Profile sets with a name: the same people for everybody, held by a published fingerprint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smfa_bench.errors import unknown


@dataclass(frozen=True)
class Preset:
    """What a named set is made from, and what it must come to."""

    size: int
    picture_size: int
    fingerprint: str
    """Of the set's records and origin; a change of it is another preset."""
    seed: int = 0


PRESETS: Final[Mapping[str, Preset]] = {
    "tiny": Preset(size=100, picture_size=64, fingerprint="4742f5d01e0f6332"),
    "s-mllmun-v1": Preset(size=1_000, picture_size=512, fingerprint="d3828173294710bf"),
}


def find_preset(name: str) -> Preset:
    """Return the preset of a name.

    Raises:
        UsageError: If there is none.
    """
    if name not in PRESETS:
        raise unknown("preset", name, PRESETS)
    return PRESETS[name]
