"""The comparison as text."""

import io
import math

import pandas as pd
from rich.console import Console

from helpers.results_factory import make_model, make_result
from smfa_bench_leaderboard.columns import COLUMNS
from smfa_bench_leaderboard.render import conditions_line, csv, markdown, terminal_tables
from smfa_bench_leaderboard.table import comparison_table

FORGET = "forget.image_memory.fact"


def printed(frame: pd.DataFrame, width: int = 120) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(terminal_tables(frame))
    return stream.getvalue()


def frame_of(numbers: dict[str, float | None], **changes: str) -> pd.DataFrame:
    return comparison_table([make_result("smfa", numbers, **changes)])  # type: ignore[arg-type]


def test_markdown_shows_value_and_interval() -> None:
    assert "| 6.55 [6.2, 6.9] |" in markdown(
        comparison_table([make_result("smfa", make_model({FORGET: 6.55}, half=0.35))])
    )


def test_a_number_without_interval_stands_alone() -> None:
    frame = comparison_table([make_result("smfa", make_model({FORGET: 6.55}, half=None))])
    assert "| 6.55 |" in markdown(frame)


def test_missing_is_not_available_and_zero_is_a_number() -> None:
    line = markdown(comparison_table([make_result("smfa", make_model({FORGET: 0.0}, half=None))])).splitlines()[4]
    assert line == f"| smfa | 1 | 0.00 {'| n/a ' * (len(COLUMNS) - 1)}|"


def test_a_rounded_zero_has_no_sign() -> None:
    assert "-0.00" not in markdown(
        comparison_table([make_result("smfa", make_model({"gold_score": -0.001}, half=None))])
    )


def test_headings_say_which_direction_is_better() -> None:
    heading = markdown(frame_of({})).splitlines()[2]
    assert "forget image memory ↓" in heading
    assert "retain text memory ↑" in heading
    assert "gold score ↑" in heading


def test_common_conditions_are_said_once_and_differing_ones_are_columns() -> None:
    same = frame_of({})
    assert "Judge: offline-1" in conditions_line(same)
    assert "| judge |" not in markdown(same)
    mixed = comparison_table([make_result(), make_result(judge="other-judge")])
    assert "Judge" not in conditions_line(mixed)
    assert "| judge |" in markdown(mixed)
    assert "| other-judge |" in markdown(mixed)


def test_unscored_answers_are_shown_when_there_are_any() -> None:
    assert "unscored" not in markdown(frame_of({FORGET: 1.0}))
    assert "| unscored |" in markdown(comparison_table([make_result(numbers=make_model({FORGET: 1.0}, missing=3))]))


def test_a_bar_in_a_name_does_not_break_the_markdown_table() -> None:
    lines = markdown(comparison_table([make_result(), make_result(judge="a|b")])).splitlines()
    assert any("a\\|b" in line for line in lines)


def test_the_terminal_shows_every_column_and_number() -> None:
    frame = frame_of({column.metric: 1.5 for column in COLUMNS})
    text = printed(frame, width=100)
    assert text.count("1.50") == len(COLUMNS) - 1  # the time is not among the metrics of the answers
    assert text.count("n/a") == 1
    assert "…" not in text


def test_square_brackets_in_names_are_shown_as_they_are() -> None:
    assert "[red]judge" in printed(frame_of({}, judge="[red]judge"))


def test_csv_keeps_all_digits_and_missing_numbers() -> None:
    frame = comparison_table([make_result(numbers=make_model({FORGET: 1 / 3}, half=None))])
    text = csv(frame)
    assert "n/a" in text
    read = pd.read_csv(io.StringIO(text))
    assert list(read.columns) == list(frame.columns)
    assert read[FORGET].iloc[0] == 1 / 3
    assert math.isnan(read["gold_score"].iloc[0])


def test_cells_by_domain_have_columns_beside_the_one_over_all() -> None:
    frame = frame_of({FORGET: 3.0, "forget.image_memory.fundus.fact": 4.5})
    heading, _, line = markdown(frame).splitlines()[2:5]
    assert "| forget image memory ↓ | forget image memory fundus ↓ | forget text memory ↓ |" in heading
    assert "| 3.00 [2.5, 3.5] | 4.50 [4.0, 5.0] | n/a |" in line
    assert "4.50" in printed(frame)
    assert "forget.image_memory.fundus.fact.n" in csv(frame).splitlines()[0]


def test_people_of_other_domains_are_other_data() -> None:
    one, other = make_result(), make_result()
    origin = other.data.model_copy(update={"domains": ("portrait", "fundus")})
    frame = comparison_table([one, other.model_copy(update={"data": origin})])
    assert list(frame["data"]) == ["fictional-20", "fictional-20 (portrait, fundus)"]
