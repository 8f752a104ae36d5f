"""The closing table of a run: what each model still knows and sees."""

from typing import Final

from rich.table import Table

from smfa_bench.results.answer import Part, Stage
from smfa_bench.results.result import Measure, RunResult

TASKS: Final = ("image_understanding", "image_memory", "text_memory")
UP, DOWN = "↑", "↓"


def result_table(result: RunResult) -> Table:
    """Return a table with a row a cell (Fact scores) and a row an aggregate, and a column a model.

    A cell that has cells by domain is followed by these.

    Args:
        result: As one judge sees it.
    """
    stages = [stage for stage in Stage if stage in result.models]
    table = Table(title=result.run_id, caption=_caption(result))
    table.add_column("")
    for stage in stages:
        name = result.config.method if stage is Stage.UNLEARNED else f"{stage} model"
        table.add_column(name, justify="right")
    for part in Part:
        for task in TASKS:
            arrow = DOWN if part is Part.FORGET and task != TASKS[0] else UP
            for domain in (None, *domains(result, part, task)):
                name = f"{part}.{task}.{f'{domain}.' if domain else ''}fact"
                label = f"  {domain}" if domain else f"{part} {task.replace('_', ' ')}"
                if any(name in result.models[stage].cells for stage in stages):
                    found = [shown(result.models[stage].cells.get(name)) for stage in stages]
                    table.add_row(f"{label} {arrow}", *found)
    table.add_section()
    for name, label in AGGREGATES.items():
        if any(name in result.models[stage].aggregates for stage in stages):
            table.add_row(label, *(shown(result.models[stage].aggregates.get(name)) for stage in stages))
    return table


def domains(result: RunResult, part: str, task: str) -> list[str]:
    """Return the domains that have cells of their own in one part and task, by name."""
    split = [name.split(".") for model in result.models.values() for name in model.cells]
    return sorted({words[2] for words in split if len(words) == 4 and words[:2] == [part, task]})


AGGREGATES: Final = {
    "overall_understanding.fact": f"Overall Image Understanding {UP}",
    "overall_memory.fact": f"Overall Memory {UP}",
    "overall_meaningful": f"Overall Meaningful {UP}",
    "gold_score": f"gold score {UP}",
}


def _caption(result: RunResult) -> str:
    judged = result.judged[result.judge]
    caption = f"Fact 0-10 [95 % interval], judge {result.judge}"
    caption = f"{caption}, {result.config.form}" if result.config.form else caption
    if not judged.missing:
        return caption
    caption = f"{caption}; {judged.missing} of {judged.answers} answers without a verdict"
    return f"{caption}: incomplete" if judged.incomplete else caption


def shown(measure: Measure | None) -> str:
    """Return a number with its interval; "n/a" if it was not measured."""
    if measure is None or measure.value is None:
        return "n/a"
    if measure.low is None or measure.high is None:
        return f"{measure.value:z.2f}"
    return f"{measure.value:z.2f} [{measure.low:z.2f}, {measure.high:z.2f}]"
