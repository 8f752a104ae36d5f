"""A comparison as text: tables for the terminal, Markdown for pages, CSV for other programs.

Missing numbers are "n/a". A condition that is the same in all rows is said once above the table, any other is a column.
"""

import math
from typing import Final

import pandas as pd
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from smfa_bench_leaderboard.columns import (
    COST,
    FORGETTING,
    GENERAL,
    GOLD,
    MEANINGFUL,
    OVERALL,
    RETENTION,
    UNDERSTANDING,
    Column,
    with_domains,
)
from smfa_bench_leaderboard.table import CONDITIONS

NOT_AVAILABLE: Final = "n/a"

NOTE: Final = (
    "Fact and Meaningful in [0, 10]. In brackets the 95 % interval: of one seed the bootstrap over people, "
    "of several seeds mean ± t-interval over seeds."
)

HEADINGS: Final = {**{name: name for name in CONDITIONS}, "few_shot": "few-shot set"}
"""What the conditions are called in tables."""

_SECTIONS: Final = {
    "Memory": (FORGETTING, RETENTION),
    "Understanding": (UNDERSTANDING, GENERAL),
    "Overall": (OVERALL, MEANINGFUL, GOLD, COST),
}


def terminal_tables(frame: pd.DataFrame) -> Group:
    """Return three tables, each narrow enough for a terminal: memory, understanding, overall."""
    leading = _leading(frame)
    tables = []
    for title, groups in _SECTIONS.items():
        columns = [column for column in with_domains(frame.columns) if column.group in groups]
        table = Table(title=title, title_justify="left", show_lines=True)
        for heading in leading:
            table.add_column(heading, justify="right" if heading in _COUNTS else "left")
        for column in columns:
            table.add_column(column.heading.replace(" ", "\n", 1), justify="right")
        for _, row in frame.iterrows():
            facts = [escape(str(row[name])) for name in leading.values()]
            table.add_row(*facts, *(cell_text(row, column, separator="\n") for column in columns))
        tables.append(table)
    return Group(escape(conditions_line(frame)), *tables, escape(NOTE))


def markdown(frame: pd.DataFrame) -> str:
    """Return one Markdown table with the common conditions above and a note on intervals below."""
    leading, columns = _leading(frame), with_domains(frame.columns)
    headings = [*leading, *(column.heading for column in columns)]
    rules = ["---:" if heading in _COUNTS else "---" for heading in leading] + ["---:"] * len(columns)
    lines = [headings, rules]
    for _, row in frame.iterrows():
        facts = [str(row[name]).replace("|", "\\|") for name in leading.values()]
        lines.append([*facts, *(cell_text(row, column, separator=" ") for column in columns)])
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{conditions_line(frame)}\n\n{table}\n\n{NOTE}\n"


def csv(frame: pd.DataFrame) -> str:
    """Return the whole frame as CSV, all digits kept, one line for each row and one of headings."""
    text: str = frame.to_csv(index=False, na_rep=NOT_AVAILABLE, lineterminator="\n")
    return text


def conditions_line(frame: pd.DataFrame) -> str:
    """Return the conditions that all rows share: "Model: tiny · Split: forget05"; empty if there are none."""
    shared = [name for name in CONDITIONS if frame[name].nunique() == 1]
    return " · ".join(f"{HEADINGS[name].capitalize()}: {frame[name].iloc[0]}" for name in shared)


_COUNTS: Final = ("seeds", "unscored")


def _leading(frame: pd.DataFrame) -> dict[str, str]:
    """Return the columns before the metrics, by heading."""
    differing = {HEADINGS[name]: name for name in CONDITIONS if frame[name].nunique() > 1}
    unscored = {"unscored": "unscored"} if frame["unscored"].any() else {}
    return {"method": "label", **differing, "seeds": "seeds", **unscored}


def cell_text(row: pd.Series, column: Column, *, separator: str) -> str:
    """Return a number with its interval as all tables show it: "0.67 [0.3, 0.8]"; "n/a" if it was not measured."""
    value, low, high = (row[f"{column.metric}{part}"] for part in ("", ".low", ".high"))
    if math.isnan(value):
        return NOT_AVAILABLE
    text = _number(value, column.digits)
    if math.isnan(low) or math.isnan(high):
        return text
    interval = f"[{_number(low, column.bound_digits)}, {_number(high, column.bound_digits)}]"
    return f"{text}{separator}{interval}"


def _number(value: float, digits: int) -> str:
    return f"{value:z.{digits}f}"
