"""Runs of the same people, one after another, make them once; what a run asks for decides everything else."""

from pathlib import Path

import pytest

from helpers.steady_method import RUN
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.profile_set import ProfileSet, ProfileSource
from smfa_bench.data.sources import find_source
from smfa_bench.progress import Silent
from smfa_bench.results.result import RunConfig
from smfa_bench.runner import setting as module
from smfa_bench.runner.setting import Setting, name_run, prepare
from smfa_bench.runner.sweeping import sweep_here


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


def test_a_sweep_makes_the_people_of_its_runs_once(
    small_model_name: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def source(name: str) -> ProfileSource:
        def people(*, size: int, seed: int, picture_size: int) -> ProfileSet:
            made.append(seed)
            return find_source(name)(size=size, seed=seed, picture_size=picture_size)

        return people

    monkeypatch.setattr(module, "find_source", source)
    changes: list[dict[str, object]] = [{}, {"method": "no-such-method"}, {"options": {"strength": "0.2"}}]
    configs = [RunConfig.model_validate({**RUN, "model": small_model_name, **change}) for change in changes]
    outcomes = list(sweep_here(configs, runs_dir=tmp_path, cache=cache, progress=Silent()))
    assert [outcome.state for outcome in outcomes] == ["done", "failed", "done"]
    assert made == [0]
