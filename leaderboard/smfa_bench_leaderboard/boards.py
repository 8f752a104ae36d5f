"""Submissions ranked: a board for each set of conditions, and on it only rows that can be compared.

The rank follows from the gold score over seeds: 1 + the number of rows whose interval lies wholly above that of the
row. Rows whose intervals overlap with the same others therefore share a rank, and no rank is won within the noise. A
row without a gold score, for lack of a retain model, has no rank: missing is not zero.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from smfa_bench.results.answer import Stage
from smfa_bench_leaderboard.render import conditions_line
from smfa_bench_leaderboard.submission import Submission, board
from smfa_bench_leaderboard.table import CONDITIONS, comparison_table

RANKED_BY: Final = "gold_score"


@dataclass(frozen=True)
class Board:
    """Rows measured under the same conditions."""

    key: str
    """Letters and figures that name the board in links."""
    title: str
    conditions: Mapping[str, str]
    """By name: model, split, few_shot, data, judge."""
    frame: pd.DataFrame
    """As `comparison_table` gives it, a row for each submission and each reference; `label` and `method` are the
    submission's name. Besides, `key` is the submission's, empty for references, and `rank` is NaN for rows without."""

    @property
    def ranked(self) -> pd.DataFrame:
        """The rows of submissions, best first."""
        rows: pd.DataFrame = self.frame[self.frame["key"] != ""]
        return rows

    @property
    def references(self) -> pd.DataFrame:
        """The rows of models that no method changed."""
        rows: pd.DataFrame = self.frame[self.frame["key"] == ""]
        return rows


def boards(submissions: Iterable[Submission]) -> list[Board]:
    """Return a board for each set of conditions; the order of the submissions makes no difference."""
    groups: dict[str, list[Submission]] = defaultdict(list)
    for submission in sorted(submissions, key=lambda submission: submission.key):
        groups[board(submission.first)].append(submission)
    frames = {key: _frame(group) for key, group in groups.items()}
    titles = {key: conditions_line(frame) for key, frame in frames.items()}
    found = []
    for key, frame in frames.items():
        title = titles[key]
        if list(titles.values()).count(title) > 1:
            title = f"{title} · #{key[:8]}"
        conditions = {name: str(frame[name].iloc[0]) for name in CONDITIONS}
        found.append(Board(key[:8], title, conditions, frame))
    return sorted(found, key=lambda one: one.title)


def ranks(intervals: Sequence[tuple[float, float]]) -> list[int]:
    """Return the rank of each interval [low, high]: 1 + the number of those that lie wholly above it."""
    return [1 + sum(low > own_high for low, _ in intervals) for _, own_high in intervals]


def _frame(group: Sequence[Submission]) -> pd.DataFrame:
    names = [submission.name for submission in group]
    rows = []
    for submission in group:
        frame = comparison_table([run.result for run in submission.runs])
        shared = names.count(submission.name) > 1
        label = f"{submission.name} #{submission.key[-8:]}" if shared else submission.name
        own = frame[frame["stage"] == Stage.UNLEARNED]
        rows.append(own.assign(label=label, method=label, key=submission.key, rank=math.nan))
    everything = comparison_table([run.result for submission in group for run in submission.runs])
    references = everything[everything["stage"] != Stage.UNLEARNED].assign(key="", rank=math.nan)
    ranked = _ranked(pd.concat(rows))
    columns = [name for name in ranked.columns if not name.startswith("option.")]
    whole: pd.DataFrame = pd.concat([ranked, references])[columns].reset_index(drop=True)
    return whole


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    measured = rows[RANKED_BY].notna()
    bounds = [
        (value if math.isnan(low) else low, value if math.isnan(high) else high)
        for value, low, high in zip(
            *(rows.loc[measured, f"{RANKED_BY}{part}"] for part in ("", ".low", ".high")), strict=True
        )
    ]
    placed = rows.assign(rank=pd.Series(math.nan, index=rows.index))
    placed = placed.reset_index(drop=True)
    placed.loc[measured.to_numpy(), "rank"] = [float(rank) for rank in ranks(bounds)]
    ordered: pd.DataFrame = placed.sort_values(
        ["rank", RANKED_BY, "label"], ascending=[True, False, True], na_position="last", kind="stable"
    )
    return ordered
