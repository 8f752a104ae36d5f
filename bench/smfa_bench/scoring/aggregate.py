"""The few numbers that stand for a whole run, made from the means of its cells.

A cell is named `<part>.<task>.<scorer>`, such as `forget.image_memory.fact`; cells of one domain alone are no part of
an aggregate. The first three aggregates are our
reading of the S-MLLMUn Bench paper (arXiv 2511.20196), whose text gives no formulas: Overall Image Understanding and
Overall Memory reproduce its published rows, Overall Meaningful is the plain mean. The gold score is our own.
An aggregate with a missing part is missing (None), never a mean over what is there.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from smfa_bench.data.question import Task

Cells = Mapping[str, float | None]

_PARTS: Final = ("forget", "retain")
_MEMORY: Final = (Task.IMAGE_MEMORY, Task.TEXT_MEMORY)
_SIX: Final = tuple((part, task) for part in _PARTS for task in Task)


def overall_understanding(cells: Cells, scorer: str) -> float | None:
    """Mean of forget and retain image understanding: (U_forget + U_retain) / 2.

    In the scorer's range, higher is better: unlearning must not hurt what can be seen in a picture.
    """
    return _mean(_cell(cells, part, Task.IMAGE_UNDERSTANDING, scorer) for part in _PARTS)


def overall_memory(cells: Cells, scorer: str) -> float | None:
    """Mean over image and text memory of (retain - forget).

    In [-range, range] of the scorer, higher is better; 0 if the forgotten people are known as well as the others.
    """
    return _mean(
        _difference(_cell(cells, "retain", task, scorer), _cell(cells, "forget", task, scorer)) for task in _MEMORY
    )


def overall_meaningful(cells: Cells) -> float | None:
    """Mean of Meaningful over {forget, retain} x the three tasks, in [0, 10], higher is better."""
    return _mean(_cell(cells, part, task, "meaningful") for part, task in _SIX)


def gold_distance(cells: Cells, reference: Cells) -> float | None:
    """Mean over {forget, retain} x the three tasks of |Fact - Fact_reference| / 10, in [0, 1], lower is better.

    Args:
        cells: Cells of the model in question.
        reference: Cells of the retain model, which was never taught the forget set.
    """
    gaps = (_difference(_cell(cells, *place, "fact"), _cell(reference, *place, "fact")) for place in _SIX)
    return _mean(None if gap is None else abs(gap) / 10 for gap in gaps)


def gold_score(unlearned: Cells, vanilla: Cells, retain_model: Cells) -> float | None:
    """Return 1 - distance(unlearned) / distance(vanilla), distances to the retain model by `gold_distance`.

    1: as if never learnt; 0: nothing gained over the vanilla model; negative: worse than doing nothing.
    None if a cell is missing or the vanilla model is no different from the retain model, so that nothing was to gain.
    """
    left = gold_distance(unlearned, retain_model)
    whole = gold_distance(vanilla, retain_model)
    if left is None or not whole:
        return None
    return 1 - left / whole


def _cell(cells: Cells, part: str, task: Task, scorer: str) -> float | None:
    return cells.get(f"{part}.{task}.{scorer}")


def _difference(left: float | None, right: float | None) -> float | None:
    return None if left is None or right is None else left - right


def _mean(parts: Iterable[float | None]) -> float | None:
    found = list(parts)
    present = [part for part in found if part is not None]
    return sum(present) / len(present) if len(present) == len(found) else None
