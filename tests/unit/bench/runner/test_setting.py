"""Runs of the same people, one after another, make them once; what a run asks for decides everything else."""

from pathlib import Path

import pytest

from smfa_bench.data.phrasing import Phrasing
from smfa_bench.progress import Silent
from smfa_bench.results.result import RunConfig
from smfa_bench.runner.setting import Setting, name_run, prepare


def setting_of(model: str, cache: Path, before: Setting | None = None, /, **changes: object) -> Setting:
    asked = {
        "method": "idk-tuning",
        "model": model,
        "profiles": "fictional",
        "size": 5,
        "forget_ratio": 0.2,
        "few_shot": 1,
    }
    return prepare(RunConfig.model_validate(asked | changes), cache, Silent(), before=before)


@pytest.fixture
def before(small_model_name: str, cache: Path) -> Setting:
    return setting_of(small_model_name, cache)


@pytest.mark.parametrize(
    "changes", [{}, {"method": "ga-difference"}, {"forget_ratio": 0.4}, {"options": {"learning_rate": "0.1"}}]
)
def test_the_same_people_are_not_made_again(
    changes: dict[str, object], before: Setting, small_model_name: str, cache: Path
) -> None:
    after = setting_of(small_model_name, cache, before, **changes)
    assert after.profiles is before.profiles
    assert after.asked is before.asked
    assert name_run(after) == name_run(setting_of(small_model_name, cache, **changes))
    assert after.seconds is not before.seconds


@pytest.mark.parametrize("changes", [{"phrasing": Phrasing.TEMPLATE}, {"pictures": "rerendered"}])
def test_the_same_people_are_asked_otherwise(
    changes: dict[str, object], before: Setting, small_model_name: str, cache: Path
) -> None:
    after = setting_of(small_model_name, cache, before, **changes)
    assert after.profiles is before.profiles
    assert name_run(after) == name_run(setting_of(small_model_name, cache, **changes)) != name_run(before)
    assert after.asked.fingerprint == setting_of(small_model_name, cache, **changes).asked.fingerprint
    assert after.asked.fingerprint != before.asked.fingerprint


@pytest.mark.parametrize("changes", [{"seed": 1}, {"size": 6}, {"profiles": "fictional?domains=portrait"}])
def test_other_people_are_made(changes: dict[str, object], before: Setting, small_model_name: str, cache: Path) -> None:
    after = setting_of(small_model_name, cache, before, **changes)
    assert after.profiles.fingerprint != before.profiles.fingerprint
    assert name_run(after) == name_run(setting_of(small_model_name, cache, **changes))
