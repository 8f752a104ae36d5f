"""Named profile sets: their records are frozen."""

import pytest

from smfa_bench.errors import UsageError
from smfa_bench_profiles.presets import PRESETS, find_preset
from smfa_bench_profiles.source import fictional


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_comes_to_its_published_fingerprint(name: str) -> None:
    preset = find_preset(name)
    made = fictional(size=preset.size, seed=preset.seed, picture_size=preset.picture_size)
    assert made.fingerprint == preset.fingerprint


def test_the_published_fingerprints_and_sizes_are_these() -> None:
    published = {name: (preset.size, preset.picture_size, preset.fingerprint) for name, preset in PRESETS.items()}
    assert published == {
        "tiny": (100, 64, "4742f5d01e0f6332"),
        "s-mllmun-v1": (1000, 512, "d3828173294710bf"),
    }


def test_an_unknown_preset_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"unknown preset 's-mllmun'\. Did you mean 's-mllmun-v1'"):
        find_preset("s-mllmun")
