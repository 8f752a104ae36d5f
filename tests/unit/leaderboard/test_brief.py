"""The leaderboard in brief, between the marks of a page."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.made_up_submissions import make_submission
from smfa_bench.errors import UsageError
from smfa_bench_leaderboard.boards import boards
from smfa_bench_leaderboard.brief import BEGIN, END, brief, placed

FOUND = boards(
    [
        make_submission("a", 0.5),
        make_submission("b", 0.9),
        make_submission("b", 0.8, split="forget10"),
        make_submission("c", split="forget10"),
    ]
)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_boards_that_differ_in_the_split_stand_side_by_side_best_rows_first() -> None:
    conditions, _, headings, _, *lines = brief(FOUND).splitlines()
    assert conditions.startswith("model tiny · ")
    assert cells(headings)[1::2] == ["forget05: overall memory ↑", "forget10: overall memory ↑"]
    assert [cells(line)[0] for line in lines] == ["b", "a", "c"]
    assert [cells(line)[2::2] for line in lines] == [
        ["1. 0.90 [0.90, 0.90]", "1. 0.80 [0.80, 0.80]"],
        ["2. 0.50 [0.50, 0.50]", "n/a"],
        ["n/a", "n/a"],
    ]


@pytest.mark.parametrize("other", [{"judge": "other-1"}, {"model": "large"}, {"few_shot": 3}], ids=str)
def test_boards_that_differ_in_anything_else_have_tables_of_their_own(other: dict[str, Any]) -> None:
    text = brief(boards([make_submission("a", 0.5), make_submission("b", 0.9, split="forget10", **other)]))
    assert text.count("| --- |") == 2


def test_a_name_can_neither_open_a_cell_nor_be_markup() -> None:
    text = brief(boards([make_submission("a|b <script>[x](y)", 0.5)]))
    assert "a\\|b \\<script\\>\\[x\\]\\(y\\)" in text


@given(*[st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"]))] * 3)
def test_what_stands_around_the_marks_stays_and_what_stands_between_goes(
    tmp_path_factory: pytest.TempPathFactory, before: str, between: str, after: str
) -> None:
    page = tmp_path_factory.mktemp("page") / "README.md"
    page.write_bytes(f"{before}{BEGIN}{between}{END}{after}".encode())
    text = placed(page, [])
    assert text == f"{before}{BEGIN}\n\n\n\n{END}{after}"
    page.write_bytes(text.encode())
    assert placed(page, []) == text


def test_what_is_put_into_a_page_are_the_boards_in_brief(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"# Mine\n\n{BEGIN}{END}\n")
    assert placed(page, FOUND) == f"# Mine\n\n{BEGIN}\n\n{brief(FOUND)}\n\n{END}\n"


@pytest.mark.parametrize(
    "text", ["", BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}", f"{BEGIN}{BEGIN}{END}", f"{BEGIN}{END}{END}"]
)
def test_a_page_without_each_mark_once_and_in_order_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "README.md"
    page.write_text(text)
    with pytest.raises(UsageError, match="needs the lines <!-- leaderboard --> and <!-- /leaderboard -->, once each"):
        placed(page, FOUND)


def test_a_page_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read"):
        placed(tmp_path / "README.md", FOUND)
    (tmp_path / "README.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UsageError, match="can't read"):
        placed(tmp_path / "README.md", FOUND)
