"""The leaderboard in brief, one line a method, and its place between two marks of a page such as a README."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from smfa_bench.errors import UsageError
from smfa_bench_leaderboard.board_text import escaped, rank_text
from smfa_bench_leaderboard.boards import RANKED_BY, Board
from smfa_bench_leaderboard.columns import COLUMNS, Column
from smfa_bench_leaderboard.render import HEADINGS, NOT_AVAILABLE, cell_text

BEGIN: Final = "<!-- leaderboard -->"
END: Final = "<!-- /leaderboard -->"

_SPLIT: Final = "split"
_SHOWN: Final = tuple(column for column in COLUMNS if column.metric in ("overall_memory.fact", RANKED_BY))


def brief(boards: Sequence[Board]) -> str:
    """Return a Markdown table for all boards that differ in nothing but the split, which have columns side by side.

    Each method has a line. Lines are in the order of the first board; those that are not on it follow. A number is
    only to be read down its column: other columns are other people to forget.
    """
    groups: dict[tuple[str, ...], list[Board]] = defaultdict(list)
    for board in boards:
        groups[tuple(value for name, value in board.conditions.items() if name != _SPLIT)].append(board)
    parts = []
    for group in groups.values():
        shared = (f"{HEADINGS[name]} {value}" for name, value in group[0].conditions.items() if name != _SPLIT)
        parts += [escaped(f"{' · '.join(shared)}"), _table(group)]
    return "\n\n".join(parts)


def placed(page: Path, boards: Sequence[Board]) -> str:
    """Return the text of a page with the boards in brief between its marks, instead of whatever is there.

    Raises:
        UsageError: If there is no such page, or it does not have each mark once and in this order.
    """
    try:
        text = page.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read {page} as a page of text: {error}.") from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        raise UsageError(f"{page} needs the lines {BEGIN} and {END}, once each and in this order.")
    return f"{before}{BEGIN}\n\n{brief(boards)}\n\n{END}{after}"


def _table(group: Sequence[Board]) -> str:
    columns = [(board, column) for board in group for column in _SHOWN]
    headings = ["", *(f"{board.conditions[_SPLIT]}: {column.heading}" for board, column in columns)]
    lines = [headings, ["---", *["---:"] * len(columns)]]
    for name in dict.fromkeys(_names(group)):
        lines.append([escaped(name), *(_cell(board, column, name) for board, column in columns)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _names(group: Iterable[Board]) -> Iterable[str]:
    return (name for board in group for name in board.ranked["label"])


def _cell(board: Board, column: Column, name: str) -> str:
    """Return the number with its interval, after its rank if it is what the board is ranked by."""
    found = board.ranked[board.ranked["label"] == name]
    if found.empty:
        return NOT_AVAILABLE
    row = found.iloc[0]
    text = cell_text(row, column, separator=" ")
    return f"{rank_text(row['rank'])}. {text}" if column.metric == RANKED_BY and text != NOT_AVAILABLE else text
