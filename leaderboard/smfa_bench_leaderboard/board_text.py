"""The boards as one Markdown text, and as one table in CSV and in Parquet."""

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd

from smfa_bench_leaderboard.boards import RANKED_BY, Board
from smfa_bench_leaderboard.columns import COLUMNS, with_domains
from smfa_bench_leaderboard.render import NOT_AVAILABLE, NOTE, cell_text, csv
from smfa_bench_leaderboard.table import CONDITIONS

RANK_NOTE: Final = (
    f"Rank: 1 + the number of rows whose {RANKED_BY.replace('_', ' ')} lies above by the whole interval; rows within "
    "the noise share it. A row without a retain model has no rank."
)

_MARKUP: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#|~!"})


def rank_text(rank: float) -> str:
    """Return a rank as tables show it."""
    return "–" if math.isnan(rank) else f"{rank:.0f}"


def boards_markdown(boards: Sequence[Board]) -> str:
    """Return a table for each board, best rows first, references last."""
    headings = ["rank", "name", *(column.heading for column in COLUMNS), "seeds"]
    rules = ["---:", "---", *["---:"] * len(COLUMNS), "---:"]
    parts = ["# Leaderboard"]
    for board in boards:
        lines = [headings, rules]
        for _, row in board.frame.iterrows():
            cells = [cell_text(row, column, separator=" ") for column in COLUMNS]
            lines.append([rank_text(row["rank"]), escaped(row["label"]), *cells, str(row["seeds"])])
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        parts += [f"## {escaped(board.title)}", table]
    return "\n\n".join([*parts, f"{NOTE} {RANK_NOTE}"]) + "\n"


def boards_frame(boards: Sequence[Board]) -> pd.DataFrame:
    """Return every row of every board with all digits and its conditions; what was not measured is missing.

    Cells by domain are among the columns if a board has them.
    """
    measured = with_domains(name for board in boards for name in board.frame.columns)
    metrics = [f"{column.metric}{part}" for column in measured for part in ("", ".low", ".high")]
    columns = ["board", "rank", "label", "stage", "key", *CONDITIONS, "seeds", "unscored", *metrics]
    none = pd.DataFrame(columns=columns).astype(dict.fromkeys(metrics, float))
    frame = pd.concat([board.frame.assign(board=board.key) for board in boards])[columns] if boards else none
    return frame.rename(columns={"label": "name"}).astype({"rank": "Int64"})


def boards_csv(boards: Sequence[Board]) -> str:
    """Return the frame of the boards as CSV."""
    return csv(boards_frame(boards)).replace("<NA>", NOT_AVAILABLE)


def boards_parquet(boards: Sequence[Board]) -> bytes:
    """Return the frame of the boards as a Parquet file, with types and true missing values."""
    content: bytes = boards_frame(boards).to_parquet(index=False)
    return content


def escaped(text: str) -> str:
    """Return a text from outside as Markdown shows it: no sign of it is markup."""
    return text.translate(_MARKUP)
