"""The comparison as a frame."""

import math
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.results_factory import make_model, make_result
from smfa_bench.data.phrasing import Phrasing
from smfa_bench.data.rerendering import Pictures
from smfa_bench.errors import UsageError
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard.columns import COLUMNS
from smfa_bench_leaderboard.submission import board
from smfa_bench_leaderboard.table import comparison_table

FORGET = "forget.image_memory.fact"
VANILLA = {FORGET: 9.5}
RETAIN = {FORGET: 0.5}


def row(results: list[RunResult], label: str) -> dict[str, Any]:
    frame = comparison_table(results)
    (found,) = frame[frame["label"] == label].to_dict("records")
    return dict(found)


def test_a_single_run_keeps_value_and_interval() -> None:
    found = row([make_result("smfa", make_model({FORGET: 4.0}, half=0.5, n=12))], "smfa")
    assert (found[FORGET], found[f"{FORGET}.low"], found[f"{FORGET}.high"]) == (4.0, 3.5, 4.5)
    assert (found["seeds"], found[f"{FORGET}.n"]) == (1, 12)


def test_an_interval_over_seeds_ends_where_its_score_does() -> None:
    values = {FORGET: (0.0, 9.0), "overall_memory.fact": (-9.0, 9.0), "gold_score": (-2.0, 0.9)}
    results = [make_result("smfa", {name: pair[seed] for name, pair in values.items()}, seed=seed) for seed in range(2)]
    found = row(results, "smfa")
    ends = {name: (found[f"{name}.low"], found[f"{name}.high"]) for name in values}
    assert ends[FORGET] == (0.0, 10.0)
    assert ends["overall_memory.fact"] == (-10.0, 10.0)
    assert ends["gold_score"] == (pytest.approx(-0.55 - 12.706 * 1.45), 1.0)


def test_seeds_are_averaged_by_hand() -> None:
    # Values 3.9 and 4.1: mean 4, standard deviation 0.1 * sqrt(2), half width 12.706 * 0.1.
    found = row([make_result("smfa", {FORGET: value}, seed=seed) for seed, value in enumerate((3.9, 4.1))], "smfa")
    assert found["seeds"] == 2
    assert found[FORGET] == pytest.approx(4.0)
    assert found[f"{FORGET}.low"] == pytest.approx(4.0 - 1.2706)
    assert found[f"{FORGET}.high"] == pytest.approx(4.0 + 1.2706)
    assert found[f"{FORGET}.n"] == 24


def test_a_repeated_seed_counts_once() -> None:
    runs = [make_result("smfa", {FORGET: value}, seed=seed) for seed, value in ((0, 2.0), (0, 4.0), (1, 5.0))]
    found = row(runs, "smfa")
    assert found["seeds"] == 2
    assert found[FORGET] == pytest.approx(4.0)


def test_each_reference_model_has_one_row_for_all_methods() -> None:
    references = {Stage.BASE: {FORGET: 0.1}, Stage.VANILLA: VANILLA, Stage.RETAIN: RETAIN}
    frame = comparison_table(
        [make_result(method, {FORGET: 3.0}, references=references) for method in ("smfa", "idk-tuning")]
    )
    assert list(frame["label"]) == ["(base)", "(vanilla)", "idk-tuning", "smfa", "(retain model)"]
    assert list(frame[FORGET]) == pytest.approx([0.1, 9.5, 3.0, 3.0, 0.5])
    assert list(frame["seeds"]) == [1, 1, 1, 1, 1]
    assert list(frame[f"{FORGET}.n"]) == [12, 12, 12, 12, 12]


def test_a_vanilla_row_takes_a_number_from_the_run_that_has_it() -> None:
    runs = [
        make_result("smfa", references={Stage.VANILLA: {"gold_score": 0.0}}),
        make_result("idk-tuning", references={Stage.VANILLA: {}}),
    ]
    assert row(runs, "(vanilla)")["gold_score"] == 0.0


def test_runs_asked_in_another_form_share_no_row() -> None:
    usual = make_result("smfa", VANILLA)
    others = [
        usual.model_copy(update={"config": usual.config.model_copy(update=change)})
        for change in ({"phrasing": Phrasing.TEMPLATE}, {"pictures": Pictures.RERENDERED})
    ]
    frame = comparison_table([usual, *others])
    smfa = frame[frame["label"] == "smfa"]
    assert sorted(name.partition(", ")[2] for name in smfa["data"]) == ["", "rerendered pictures", "template wording"]
    assert list(smfa["seeds"]) == [1, 1, 1]
    assert len({board(result) for result in (usual, *others)}) == 3


def test_every_split_has_its_own_vanilla_row() -> None:
    runs = [make_result("smfa", references={Stage.VANILLA: VANILLA}, split=split) for split in ("forget05", "forget10")]
    frame = comparison_table(runs)
    assert list(frame["label"]) == ["(vanilla)", "smfa"] * 2
    assert list(frame["split"]) == ["forget05"] * 2 + ["forget10"] * 2


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"judge": "other-judge"}, "judge"),
        ({"size": 40}, "data"),
        ({"model": "large"}, "model"),
        ({"base": "0ther"}, "model"),
        ({"split": "forget10"}, "split"),
        ({"few_shot": 3}, "few_shot"),
    ],
)
def test_runs_under_other_conditions_are_never_merged(changed: dict[str, Any], column: str) -> None:
    references = {Stage.VANILLA: VANILLA}
    frame = comparison_table(
        [
            make_result("smfa", {FORGET: 2.0}, seed=0, references=references),
            make_result("smfa", {FORGET: 6.0}, seed=1, references=references, **changed),
        ]
    )
    assert list(frame["label"]).count("smfa") == 2
    assert list(frame["label"]).count("(vanilla)") == 2
    assert set(frame[frame["label"] == "smfa"][FORGET]) == {2.0, 6.0}
    assert frame[column].nunique() == 2


def test_runs_with_other_options_are_never_merged() -> None:
    frame = comparison_table([make_result(options={"k": k}, seed=seed) for seed, k in enumerate((2.5, 5.0))])
    assert list(frame["label"]) == ["smfa (k=2.5)", "smfa (k=5)"]


def test_only_differing_options_are_named_and_numbers_are_in_order() -> None:
    runs = [make_result(options={"k": k, "mask": "both", "epochs": 5}) for k in (10.0, 2.5, "Infinity")]
    frame = comparison_table([*runs, make_result("idk-tuning", options={"epochs": 3})])
    assert list(frame["label"]) == ["idk-tuning", "smfa (k=2.5)", "smfa (k=10)", "smfa (k=∞)"]
    assert [name for name in frame if name.startswith("option.")] == ["option.k"]
    assert math.isnan(frame["option.k"].iloc[0])
    assert list(frame["option.k"].iloc[1:]) == [2.5, 10.0, math.inf]


def test_an_option_that_a_run_does_not_have_is_unset() -> None:
    frame = comparison_table([make_result(options={"k": 5.0}), make_result(options={"k": 5.0, "rank": 8})])
    assert set(frame["label"]) == {"smfa (rank=unset)", "smfa (rank=8)"}


def test_missing_numbers_are_missing_and_not_zero() -> None:
    found = row([make_result("smfa", {FORGET: None})], "smfa")
    assert all(math.isnan(found[column.metric]) for column in COLUMNS)
    assert found[f"{FORGET}.n"] == 0


def test_zero_is_zero_and_not_missing() -> None:
    found = row([make_result("smfa", {FORGET: 0.0, "gold_score": 0.0})], "smfa")
    assert (found[FORGET], found["gold_score"]) == (0.0, 0.0)


def test_scores_that_could_not_be_given_are_counted_over_seeds() -> None:
    runs = [make_result("smfa", make_model({FORGET: 4.0}, missing=missing), seed=missing) for missing in (2, 3)]
    assert row(runs, "smfa")["unscored"] == 5


def test_the_cost_is_the_time_of_making_the_model() -> None:
    seconds = {"teaching the vanilla model": 300.0, "unlearning": 20.0, "scoring": 7.0}
    references = {Stage.VANILLA: VANILLA, Stage.RETAIN: RETAIN}
    frame = comparison_table(
        [
            make_result("smfa", references=references, seconds=seconds),
            make_result("idk-tuning", references=references, seconds={"unlearning": 9.0}),
        ]
    )
    costs = dict(zip(frame["label"], frame["seconds"], strict=True))
    assert (costs["(vanilla)"], costs["smfa"], costs["idk-tuning"]) == (300.0, 20.0, 9.0)
    assert math.isnan(costs["(retain model)"])


def test_where_the_base_weights_lie_makes_no_difference() -> None:
    runs = [make_result(seed=seed, source=source) for seed, source in enumerate(("/here", "/there"))]
    assert list(comparison_table(runs)["seeds"]) == [2]


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(UsageError, match="no runs"):
        comparison_table([])


@given(st.permutations(range(6)))
def test_the_order_of_the_runs_makes_no_difference(order: list[int]) -> None:
    values = (0.1, 0.7, 3.3, 4.9, 5.7, 9.1)
    runs = [
        make_result("smfa", {FORGET: value}, seed=index // 2, options={"k": index % 2}, references={Stage.VANILLA: {}})
        for index, value in enumerate(values)
    ]
    assert comparison_table([runs[index] for index in order]).equals(comparison_table(runs))


def test_what_a_server_answered_is_no_repeat_of_the_run_it_came_from() -> None:
    here = make_result("smfa", {FORGET: 1.0}, references={Stage.VANILLA: VANILLA})
    served = make_result("smfa", {FORGET: 3.0}, references={Stage.VANILLA: VANILLA})
    results = [here, served.model_copy(update={"served": "lora"})]
    assert row(results, "smfa")[FORGET] == 1.0
    assert row(results, "smfa, served as lora")[FORGET] == 3.0
    assert row(results, "(vanilla)")[FORGET] == 9.5


def test_columns_are_added_to_a_wide_frame_without_a_warning() -> None:
    cells = {f"{part}.image_memory.domain{i}.fact": 1.0 for part in ("forget", "retain") for i in range(60)}
    frame = comparison_table([make_result("smfa", cells)])
    assert len(frame.columns) > 200
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        frame.assign(rank=1.0)


def test_runs_of_other_code_of_a_method_have_a_row_of_their_own() -> None:
    results = [
        make_result("mine", {FORGET: 2.0}, seed=seed).model_copy(update={"method_code": code})
        for seed, code in ((0, "aaaaaaaaaaaa"), (1, "aaaaaaaaaaaa"), (0, "bbbbbbbbbbbb"), (0, None))
    ]
    frame = comparison_table([*results, make_result("smfa", {FORGET: 1.0})])
    found = dict(zip(frame["label"], frame["seeds"], strict=True))
    assert found == {"mine (code aaaaaaaa)": 2, "mine (code bbbbbbbb)": 1, "mine (code unknown)": 1, "smfa": 1}
    assert comparison_table(results[:2])["label"].tolist() == ["mine"]
