"""Submissions ranked."""

import io
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.made_up_submissions import make_submission
from smfa_bench_leaderboard.board_text import boards_csv, boards_markdown, boards_parquet
from smfa_bench_leaderboard.boards import boards, ranks

INTERVALS = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted).map(tuple), min_size=1, max_size=8)


def ranked(*submissions: Any) -> list[tuple[str, float]]:
    (board,) = boards(submissions)
    return list(zip(board.ranked["label"], board.ranked["rank"], strict=True))


def test_a_row_is_above_another_if_its_whole_interval_is() -> None:
    assert ranks([(0.5, 0.6), (0.8, 0.9), (0.1, 0.2)]) == [2, 1, 3]


def test_overlapping_and_touching_intervals_share_a_rank_and_the_next_rank_counts_them() -> None:
    assert ranks([(0.7, 0.9), (0.6, 0.8), (0.5, 0.6), (0.1, 0.2)]) == [1, 1, 2, 4]


@given(INTERVALS)
def test_somebody_is_first_and_a_higher_interval_has_no_worse_rank(intervals: list[tuple[float, float]]) -> None:
    found = ranks(intervals)
    assert min(found) == 1
    for (_, high), rank in zip(intervals, found, strict=True):
        assert all(rank <= other for (_, below), other in zip(intervals, found, strict=True) if below <= high)


def test_rows_are_ordered_by_rank_and_within_it_by_value_whatever_the_order_of_the_files() -> None:
    submissions = [make_submission("low", 0.1), make_submission("best", 0.9), make_submission("middle", 0.5)]
    assert ranked(*submissions) == ranked(*submissions[::-1]) == [("best", 1), ("middle", 2), ("low", 3)]


def test_seeds_far_apart_share_a_rank_and_seeds_close_together_do_not() -> None:
    assert [rank for _, rank in ranked(make_submission("a", 0.8, spread=0.1), make_submission("b", 0.5))] == [1, 2]
    assert [rank for _, rank in ranked(make_submission("a", 0.8, spread=0.2), make_submission("b", 0.5))] == [1, 1]


def test_a_row_without_gold_score_has_no_rank_and_comes_last() -> None:
    (first, _), (last, rank) = ranked(make_submission("aaa"), make_submission("worst", -3.0))
    assert (first, last) == ("worst", "aaa")
    assert math.isnan(rank)


@pytest.mark.parametrize(
    "other",
    [
        {"judge": "other-1"},
        {"model": "large"},
        {"base": "0" * 16},
        {"size": 50},
        {"few_shot": 3},
        {"split": "forget10"},
    ],
    ids=str,
)
def test_rows_of_other_conditions_are_never_on_one_board(other: dict[str, Any]) -> None:
    found = boards([make_submission("a", 0.5), make_submission("b", 0.9, **other)])
    assert [list(board.ranked["rank"]) for board in found] == [[1], [1]]
    assert len({board.title for board in found}) == 2


def test_two_rows_of_one_name_are_told_apart() -> None:
    names = [name for name, _ in ranked(make_submission("a", 0.5), make_submission("a", 0.9, options={"k": 2.0}))]
    assert len(set(names)) == 2


def test_references_are_on_the_board_without_rank() -> None:
    (board,) = boards([make_submission("a", 0.5), make_submission("b", 0.6)])
    assert list(board.references["label"]) == ["(vanilla)"]
    assert board.references["rank"].isna().all()


def test_markdown_escapes_what_would_be_markup_in_a_name() -> None:
    text = boards_markdown(boards([make_submission("[x](javascript:a)|<b>*_`", 0.5)]))
    assert r"\[x\]\(javascript:a\)\|\<b\>\*\_\`" in text


def test_csv_has_a_line_for_each_row_with_rank_and_conditions() -> None:
    lines = boards_csv(boards([make_submission("a", 0.5), make_submission("b")])).splitlines()
    assert len(lines) == 4
    assert [line.split(",")[1:3] for line in lines[1:]] == [["1", "a"], ["n/a", "b"], ["n/a", "(vanilla)"]]
    assert "tiny,forget05" in lines[1]


def test_parquet_holds_the_rows_of_the_csv_with_types_and_true_missing_values() -> None:
    ranked = boards([make_submission("a", 0.5), make_submission("b")])
    frame = pd.read_parquet(io.BytesIO(boards_parquet(ranked)))
    assert list(frame.columns) == boards_csv(ranked).splitlines()[0].split(",")
    assert len(frame) == len(boards_csv(ranked).splitlines()) - 1
    assert frame["rank"].dtype == "Int64"
    assert frame["gold_score"].dtype == "float64"
    assert frame[frame["rank"].isna()]["name"].notna().all()
