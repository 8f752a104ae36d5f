"""The leaderboard as a folder of pages that need no server and no network."""

import base64
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from smfa_bench_leaderboard.board_text import RANK_NOTE, boards_csv, boards_markdown, boards_parquet, rank_text
from smfa_bench_leaderboard.boards import Board, boards
from smfa_bench_leaderboard.columns import Column, is_of_domain, with_domains
from smfa_bench_leaderboard.render import NOTE, cell_text
from smfa_bench_leaderboard.submission import Submission, board
from smfa_bench_leaderboard.submission_page import Rows, facts, tables
from smfa_bench_leaderboard.table import CONDITIONS
from smfa_bench_leaderboard.trade_off import trade_off
from smfa_bench_leaderboard.trade_off_png import trade_off_png

PACKAGE: Final = "smfa_bench_leaderboard"
PICTURED: Final = 20
"""Rows of submissions in a picture; of more, the points and their labels would hide one another."""

BY_DOMAIN: Final = "by domain"
"""Title of the last group of columns, of boards that have cells by domain."""


def site(
    submissions: Sequence[Submission], samples: Mapping[str, Rows] = MappingProxyType({})
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the site.

    Args:
        submissions: Checked ones, or none at all; all that came from outside is escaped all the same.
        samples: Rows of sample answers by key of the submission.
    """
    ranked = boards(submissions)
    shown = [_board(one) for one in ranked]
    index = (
        _environment()
        .get_template("index.html")
        .render(
            **_frame(),
            boards=shown,
            choices={name: sorted({one.conditions[name] for one in ranked}) for name in CONDITIONS},
            by_domain=BY_DOMAIN,
            domains=any(BY_DOMAIN in dict(one["groups"]) for one in shown),
            note=f"{NOTE} {RANK_NOTE}",
        )
    )
    yield "index.html", index.encode()
    yield "leaderboard.md", boards_markdown(ranked).encode()
    yield "leaderboard.csv", boards_csv(ranked).encode()
    yield "leaderboard.parquet", boards_parquet(ranked)
    for submission in submissions:
        page = (
            _environment()
            .get_template("submission.html")
            .render(
                **_frame(),
                submission=submission,
                board=board(submission.first)[:8],
                facts=facts(submission),
                tables=tables(submission, samples.get(submission.key, ())),
            )
        )
        yield f"submissions/{submission.key}.html", page.encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _frame() -> Mapping[str, str]:
    """Return what every page has: style, script, and a policy that lets nothing else run or be fetched."""
    style, script = (
        files(PACKAGE).joinpath("templates", name).read_text(encoding="utf-8") for name in ("site.css", "site.js")
    )
    sources = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    policy = (
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    ).format(*sources)
    return {"style": style, "script": script, "policy": policy}


def _board(one: Board) -> dict[str, Any]:
    columns = _columns(one)
    return {
        "key": one.key,
        "title": one.title,
        "conditions": one.conditions,
        "groups": [(title, len(list(inside))) for title, inside in groupby(column.group for column in columns)],
        "columns": columns,
        "bodies": [[_row(row, columns) for _, row in rows.iterrows()] for rows in (one.ranked, one.references)],
        "picture": base64.b64encode(_picture(one)).decode(),
        "pictured": "every row" if len(one.ranked) <= PICTURED else f"each of the {PICTURED} best rows",
    }


def _columns(one: Board) -> tuple[Column, ...]:
    """Return the columns of this board, those of its domains behind the others."""
    every = with_domains(one.frame.columns)
    whole = (column for column in every if not is_of_domain(column.metric))
    split = (replace(column, group=BY_DOMAIN) for column in every if is_of_domain(column.metric))
    return (*whole, *split)


def _picture(one: Board) -> bytes:
    frame = pd.concat([one.ranked.head(PICTURED), one.references]).reset_index(drop=True)
    return trade_off_png(trade_off(frame, one.title))


def _row(row: pd.Series, columns: Sequence[Column]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "name": row["label"],
        "rank": rank_text(row["rank"]),
        "rank_value": "" if math.isnan(row["rank"]) else int(row["rank"]),
        "cells": [_cell(row, column) for column in columns],
        "seeds": row["seeds"],
    }


def _cell(row: pd.Series, column: Column) -> dict[str, str]:
    text, _, interval = cell_text(row, column, separator="\n").partition("\n")
    value = row[column.metric]
    return {
        "value": "" if math.isnan(value) else repr(float(value)),
        "text": text,
        "interval": interval,
        "group": column.group,
    }
