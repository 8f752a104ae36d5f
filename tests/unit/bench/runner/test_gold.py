"""The check of the gold score teaches one retain model more and scores it as if it were unlearned."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.console import Console
from smfa_bench.errors import UsageError
from smfa_bench.progress import Silent
from smfa_bench.results.answer import Stage
from smfa_bench.results.gold import GoldCheck
from smfa_bench.results.result import RunResult
from smfa_bench.runner.gold import check_gold, checkable

Start = Callable[..., RunResult]


def _check(run_id: str, tmp_path: Path, cache: Path, *, other_seed: int = 1) -> GoldCheck:
    folder = tmp_path / "runs" / run_id
    return check_gold(checkable(folder, other_seed=other_seed, cache=cache, progress=Silent()))


def test_the_second_retain_model_never_learns_the_forget_set_and_is_taught_once(
    start: Start, taught: list[set[str]], tmp_path: Path, cache: Path
) -> None:
    result = start(with_retain_model=True)
    taught.clear()
    found = _check(result.run_id, tmp_path, cache)
    assert _check(result.run_id, tmp_path, cache) == found
    assert len(taught) == 1
    assert not taught[0] & set(result.split.forget)
    assert (found.method, found.part, found.seed, found.other_seed) == (
        result.config.method,
        result.split.name,
        result.config.seed,
        1,
    )
    assert found.run == result.by("offline").models[Stage.UNLEARNED].aggregates["gold_score"]


def test_the_command_shows_a_row_a_run(start: Start, tmp_path: Path, cache: Path) -> None:  # noqa: ARG001 (is set by it)
    result = start(with_retain_model=True)
    shown = Console(tmp_path).here("study", "gold", result.run_id)
    assert shown.code == 0, shown.stderr
    assert "of 1 above the other retain model's interval" in shown.stdout.replace("\n", " ")


def test_a_run_without_a_retain_model_and_the_runs_own_seed_are_refused(
    start: Start, tmp_path: Path, cache: Path
) -> None:
    without = start()
    with pytest.raises(UsageError, match="--with-retain-model"):
        _check(without.run_id, tmp_path, cache)
    own = start(with_retain_model=True)
    with pytest.raises(UsageError, match="choose another by --other-seed"):
        _check(own.run_id, tmp_path, cache, other_seed=own.config.seed)
    far = checkable(tmp_path / "runs" / own.run_id, other_seed=None, cache=cache, progress=Silent())
    assert far.other_seed == own.config.seed + 1_000
