"""What the page of one submission shows: how it was made, its cells, and some of its answers."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Final

from smfa_bench.data.question import Task
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench.results.result import Cell
from smfa_bench_leaderboard.columns import is_of_domain
from smfa_bench_leaderboard.render import NOT_AVAILABLE
from smfa_bench_leaderboard.submission import Submission
from smfa_bench_leaderboard.table import TIMED
from smfa_bench_leaderboard.wording import printable

SAMPLES: Final = 3
"""Questions shown of each part and task."""

_MEANS: Final = "mean over seeds (answers)"

LONGEST: Final = 300
"""Characters shown of one answer."""

Rows = Sequence[Sequence[str]]
Table = tuple[str, Sequence[str], Rows]
"""Title, headings, rows."""


def facts(submission: Submission) -> dict[str, str]:
    """Return what is said of the submission above its tables."""
    first = submission.first
    results = [run.result for run in submission.runs]
    seconds = [result.seconds[TIMED[Stage.UNLEARNED]] for result in results if TIMED[Stage.UNLEARNED] in result.seconds]
    form = f", {first.config.form}" if first.config.form else ""
    return {
        "Method": first.config.method,
        "Model": f"{first.model.name}, base {first.fingerprints['base']}",
        "Split": f"{first.split.name}, {len(first.split.forget)} people to forget",
        "Few-shot set": f"{len(first.split.few_shot)} people, {first.config.few_shot_sampling}",
        "Data": f"{first.data.source}, version {first.data.version}, {first.data.size} people{form}",
        "Data fingerprints": ", ".join(f"seed {one.config.seed}: {one.data_fingerprint}" for one in results),
        "Judge": first.judge,
        "Cost": f"{fmean(seconds):.1f} s a run, on {first.versions.get('device', 'an unnamed device')}"
        if seconds
        else NOT_AVAILABLE,
    }


def tables(submission: Submission, samples: Rows) -> list[Table]:
    """Return the tables of the page: options, versions, cells of each model, sample answers.

    Args:
        submission: A checked one.
        samples: As `sample_rows` gives them.
    """
    first = submission.first
    options = [(name, printable(json.dumps(value), LONGEST)) for name, value in first.method_config.items()]
    versions = list(first.versions.items())
    answers = ("Sample answers", ("part, task", "question", "truth", "vanilla model", "unlearned model"), samples)
    return [
        ("Options of the method", ("option", "value"), options),
        ("Versions", ("of", "version"), versions),
        *_cells(submission),
        *([answers] if samples else []),
    ]


def _cells(submission: Submission) -> list[Table]:
    """Return the table of cells over all domains, and that of cells by domain if there are several."""
    stages = [stage for stage in Stage if stage in submission.first.models]
    found: dict[str, dict[Stage, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for run in submission.runs:
        for stage, model in run.result.models.items():
            for name, cell in model.cells.items():
                found[name][stage].append(cell)
    means = {name: tuple(_mean(found[name][stage]) for stage in stages) for name in sorted(found)}
    models = tuple(f"{stage} model" for stage in stages)
    whole = [(name, *numbers) for name, numbers in means.items() if not is_of_domain(name)]
    split = sorted((*_without_domain(name), *numbers) for name, numbers in means.items() if is_of_domain(name))
    tables: list[Table] = [(f"Cells: {_MEANS}", ("cell", *models), whole)]
    return [*tables, (f"Cells by domain: {_MEANS}", ("cell", "domain", *models), split)] if split else tables


def _without_domain(name: str) -> tuple[str, str]:
    """Return the cell over all domains, and the domain: "forget.image_memory.fact" and "fundus"."""
    part, task, domain, scorer = name.split(".")
    return f"{part}.{task}.{scorer}", domain


def _mean(cells: Sequence[Cell]) -> str:
    values = [cell.value for cell in cells if cell.value is not None]
    if not values or len(values) < len(cells):
        return NOT_AVAILABLE
    return f"{fmean(values):.2f} ({sum(cell.n for cell in cells)})"


def sample_rows(records: Iterable[AnswerRecord]) -> list[tuple[str, ...]]:
    """Return the first questions of each part and task with what the models said, the forgotten people first.

    Args:
        records: All answers of one run.
    """
    said: dict[str, dict[Stage, AnswerRecord]] = defaultdict(dict)
    for record in records:
        said[record.question.id][record.model] = record
    rows = []
    for name in _first_of_each(record[Stage.UNLEARNED] for record in said.values()):
        vanilla, unlearned = said[name][Stage.VANILLA], said[name][Stage.UNLEARNED]
        question = unlearned.question
        texts = (question.text, question.answer, vanilla.answer, unlearned.answer)
        task = question.task.replace("_", " ")
        rows.append((f"{unlearned.part}, {task}", *(printable(text, LONGEST) for text in texts)))
    return rows


def _first_of_each(records: Iterable[AnswerRecord]) -> list[str]:
    groups: dict[tuple[Part, Task], list[str]] = {(part, task): [] for part in Part for task in Task}
    for record in records:
        groups[record.part, record.question.task].append(record.question.id)
    return [name for names in groups.values() for name in names[:SAMPLES]]
