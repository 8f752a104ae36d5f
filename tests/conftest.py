"""Fixtures that all tests share: no network, no foreign cache, one small model."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from smfa_bench.data.profile_set import ProfileSet
    from smfa_bench.data.sample import UnlearnData
    from smfa_bench.models.spec import ModelSpec
    from smfa_bench.models.vision_language import VisionLanguageModel

# Both are read when the libraries are imported, which only fixtures and tests do. Small matrices need no threads.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Continuous integration draws the same examples each time; whoever works on the code meets new ones.
settings.register_profile(
    "smfa-bench", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("smfa-bench")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SMFA_BENCH_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def small_spec(tmp_path_factory: pytest.TempPathFactory) -> "ModelSpec":
    """The recipe of the small model, whose source is its folder."""
    from helpers.small_model import make_small_model

    return make_small_model(tmp_path_factory.mktemp("small") / "model")


@pytest.fixture(scope="session")
def small_model_folder(small_spec: "ModelSpec") -> Path:
    """The small model's files, as `from_pretrained` reads them."""
    return Path(small_spec.source)


@pytest.fixture(scope="session")
def small_vlm(small_spec: "ModelSpec") -> "VisionLanguageModel":
    """The small model, shared: a test that changes its weights takes `own_vlm`."""
    from smfa_bench.models.vision_language import load_model

    return load_model(small_spec)


@pytest.fixture
def own_vlm(small_spec: "ModelSpec") -> "VisionLanguageModel":
    """The small model, the test's own."""
    from smfa_bench.models.vision_language import load_model

    return load_model(small_spec)


@pytest.fixture
def small_model_name(small_spec: "ModelSpec", monkeypatch: pytest.MonkeyPatch) -> str:
    """The name "small", under which the small model is installed for the test."""
    from smfa_bench.registry import MODELS

    monkeypatch.setitem(MODELS.entries, "small", SimpleNamespace(load=lambda: lambda: small_spec))
    return "small"


@pytest.fixture(scope="session")
def small_profiles() -> "ProfileSet":
    """Eight people with pictures of the small model's size."""
    from helpers.small_model import PICTURE_SIZE
    from smfa_bench_profiles.source import fictional

    return fictional(size=8, seed=1, picture_size=PICTURE_SIZE)


@pytest.fixture(scope="session")
def unlearn_data(small_profiles: "ProfileSet") -> "UnlearnData":
    """One person to forget and two to keep."""
    from helpers.small_model import make_unlearn_data

    return make_unlearn_data(small_profiles)
