"""The closing table: every model a column, every cell a row, and what is missing is called so."""

import io

from rich.console import Console

from helpers.results_factory import make_result
from smfa_bench.cli.table import result_table
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import RunResult

NUMBERS = {
    "forget.image_understanding.fact": 8.0,
    "forget.image_memory.fact": 1.0,
    "retain.image_memory.fact": None,
    "overall_memory.fact": 7.0,
    "overall_meaningful": 9.5,
}


def shown(result: RunResult) -> dict[str, list[str]]:
    """Return the cells of each row by the row's name."""
    shown = io.StringIO()
    Console(width=200, file=shown).print(result_table(result))
    rows = [[cell.strip() for cell in line.split("│")] for line in shown.getvalue().splitlines() if "│" in line]
    return {row[1]: row[2:-1] for row in rows}


def test_values_come_with_their_intervals_and_directions() -> None:
    rows = shown(make_result(numbers=NUMBERS))
    assert rows["forget image understanding ↑"] == ["8.00 [7.50, 8.50]"]
    assert rows["forget image memory ↓"] == ["1.00 [0.50, 1.50]"]
    assert rows["Overall Memory ↑"] == ["7.00 [6.50, 7.50]"]


def test_what_was_not_measured_is_not_a_number() -> None:
    assert shown(make_result(numbers=NUMBERS))["retain image memory ↑"] == ["n/a"]


def test_a_cell_that_no_model_has_is_left_out() -> None:
    rows = shown(make_result(numbers=NUMBERS))
    assert "general image understanding ↑" not in rows
    assert "gold score ↑" not in rows


def test_each_model_has_a_column_even_if_it_lacks_a_number() -> None:
    references = {
        Stage.VANILLA: {"forget.image_memory.fact": 10.0, "gold_score": 0.0},
        Stage.RETAIN: {"gold_score": 1.0},
    }
    result = make_result("smfa", {"gold_score": 0.6}, references=references)
    assert [column.header for column in result_table(result).columns] == ["", "vanilla model", "smfa", "retain model"]
    rows = shown(result)
    assert rows["forget image memory ↓"] == ["10.00 [9.50, 10.50]", "n/a", "n/a"]
    assert [cell.split()[0] for cell in rows["gold score ↑"]] == ["0.00", "0.60", "1.00"]


def test_one_person_gives_a_number_without_interval() -> None:
    measure = make_result(numbers=NUMBERS).models[Stage.UNLEARNED].aggregates["overall_memory.fact"]
    bare = measure.model_copy(update={"low": None, "high": None})
    model = make_result(numbers=NUMBERS).models[Stage.UNLEARNED]
    result = make_result(numbers=model.model_copy(update={"aggregates": {"overall_memory.fact": bare}}))
    assert shown(result)["Overall Memory ↑"] == ["7.00"]


def test_missing_scores_of_the_judge_are_counted_below_the_table() -> None:
    whole = make_result(numbers={"forget.image_memory.fact": 1.0})
    model = whole.models[Stage.UNLEARNED]
    cell = model.cells["forget.image_memory.fact"].model_copy(update={"missing": 3})
    cells = {"forget.image_memory.fact": cell, "forget.image_memory.refusal": cell}
    lacking = make_result(numbers=model.model_copy(update={"cells": cells}))
    assert "without" not in str(result_table(whole).caption)
    assert str(result_table(lacking).caption).endswith("; 3 of 15 answers without a verdict: incomplete")


def test_domains_stand_below_what_they_are_part_of() -> None:
    by_domain = {"forget.image_memory.portrait.fact": 0.0, "forget.image_memory.fundus.fact": 2.0}
    rows = shown(make_result(numbers={**NUMBERS, **by_domain}))
    names = list(rows)
    place = names.index("forget image memory ↓")
    assert names[place : place + 3] == ["forget image memory ↓", "fundus ↓", "portrait ↓"]
    assert rows["fundus ↓"] == ["2.00 [1.50, 2.50]"]
