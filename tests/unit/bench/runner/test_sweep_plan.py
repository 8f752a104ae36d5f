"""What a sweep's file stands for: every combination once, and faults told before anything runs."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.errors import UsageError
from smfa_bench.results.result import RunConfig
from smfa_bench.runner.sweep_plan import part_of, read_sweep, vanilla_of
from smfa_bench.runner.sweeping import in_turn

SWEEP = """
method: [smfa, idk-tuning]
forget_ratio: [0.05, 0.1]
seed: [0, 1]
size: 20
options:
  smfa: {k: [2.5, 5], rank: 8}
"""


def planned(tmp_path: Path, text: str) -> list[RunConfig]:
    (tmp_path / "sweep.yaml").write_text(text)
    return read_sweep(tmp_path / "sweep.yaml")


def test_every_combination_is_a_run_and_options_are_their_methods_own(tmp_path: Path) -> None:
    configs = planned(tmp_path, SWEEP)
    assert len(configs) == len({config.model_dump_json() for config in configs}) == 2 * 2 * (2 + 1)
    assert all(config.size == 20 for config in configs)
    assert {str(config.options) for config in configs if config.method == "smfa"} == {
        "{'k': 2.5, 'rank': 8}",
        "{'k': 5, 'rank': 8}",
    }
    assert all(config.options == {} for config in configs if config.method == "idk-tuning")


def test_runs_of_one_vanilla_model_stand_side_by_side(tmp_path: Path) -> None:
    names = [vanilla_of(config) for config in planned(tmp_path, SWEEP)]
    changes = sum(left != right for left, right in pairwise(names))
    assert changes == len(set(names)) - 1 == 1


def test_several_at_a_time_begin_with_one_of_each_vanilla_model(tmp_path: Path) -> None:
    configs = planned(tmp_path, SWEEP)
    turn = in_turn(configs)
    assert len({vanilla_of(config) for config in turn[:2]}) == 2
    assert sorted(map(repr, turn)) == sorted(map(repr, configs))


@given(st.integers(0, 30), st.integers(1, 8))
def test_the_parts_of_a_sweep_are_all_of_it(count: int, parts: int) -> None:
    configs = [RunConfig(method="smfa", seed=seed) for seed in range(count)]
    assert [one for number in range(parts) for one in part_of(configs, f"{number + 1}/{parts}")] == configs


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", ""])
def test_what_is_no_part_is_told(part: str) -> None:
    with pytest.raises(UsageError, match="is no part"):
        part_of([], part)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size: 20", "names no method"),
        ("- a", "names no method"),
        ("method: [", "is not YAML"),
        ("method: smfa\nsizes: 20", "sizes: Extra inputs"),
        ("method: smfa\nseed: -1", "seed: Input should be"),
        ("method: smfa\noptions: [k]", "options must be given by method"),
        ("method: smfa\noptions: {npo: {beta: 1}}", "has options of npo, which it does not run"),
    ],
)
def test_a_file_that_is_no_sweep_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        planned(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read"):
        read_sweep(tmp_path / "none.yaml")


def test_a_file_of_people_is_taken_whole_as_a_single_run_takes_it(tmp_path: Path) -> None:
    (tmp_path / "my.jsonl").write_text("{}\n" * 30)
    text = f"method: smfa\nprofiles: [{tmp_path / 'my.jsonl'}, fictional]\n"
    assert [config.size for config in planned(tmp_path, text)] == [30, 100]
    assert {config.size for config in planned(tmp_path, f"{text}size: 12\n")} == {12}
