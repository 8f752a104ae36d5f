"""Results of runs that never ran, for tests of what reads results."""

from collections.abc import Mapping

from pydantic import JsonValue

from smfa_bench.data.profile_set import Origin
from smfa_bench.data.split import Split
from smfa_bench.models.spec import ModelSpec
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Cell, Judged, Measure, ModelResult, RunConfig, RunResult
from smfa_bench.scoring.scorer import MOST_MISSING

Numbers = Mapping[str, float | None]


def make_model(numbers: Numbers, *, half: float | None = 0.5, n: int = 12, missing: int = 0) -> ModelResult:
    """Return a model's result: a name with two dots or more is a cell, any other an aggregate.

    Args:
        numbers: Values by metric; None where nothing was measured.
        half: Half the width of each interval; None for no intervals.
        n: Number of answers scored in each cell.
        missing: Number of answers in each cell without a score.
    """
    cells = {
        name: Cell(**_measure(value, half), n=0 if value is None else n, missing=missing)
        for name, value in numbers.items()
        if name.count(".") >= 2
    }
    aggregates = {name: Measure(**_measure(value, half)) for name, value in numbers.items() if name.count(".") < 2}
    return ModelResult(cells=cells, aggregates=aggregates)


def make_result(
    method: str = "smfa",
    numbers: Numbers | ModelResult | None = None,
    *,
    seed: int = 0,
    options: Mapping[str, JsonValue] | None = None,
    references: Mapping[Stage, Numbers | ModelResult] | None = None,
    model: str = "tiny",
    source: str = "folder",
    base: str = "base",
    judge: str = "offline-1",
    size: int = 20,
    split: str = "forget05",
    few_shot: int = 2,
    seconds: Mapping[str, float] | None = None,
) -> RunResult:
    """Return the result of one run; `numbers` are the unlearned model's."""
    models = {Stage.UNLEARNED: numbers if numbers is not None else {}, **(references or {})}
    return RunResult(
        run_id=f"{method}-{seed}",
        config=RunConfig(method=method, model=model, seed=seed, judge=judge, few_shot=few_shot),
        method_config=dict(options or {}),
        model=ModelSpec(name=model, source=source),
        data=Origin(source="fictional", version=1, size=size, seed=seed, picture_size=64),
        data_fingerprint=f"da7a-{seed}",
        split=Split(
            name=split, forget=("p0",), retain=("p1", "p2"), few_shot=tuple(f"p{3 + i}" for i in range(few_shot))
        ),
        fingerprints={"base": base},
        unjudged={},
        judged={judge: make_judged(models, appointed=judge.partition("-")[0])},
        adapter={},
        curves={},
        seconds=dict(seconds or {}),
        peak_memory_mib=1.0,
        versions={},
        git_revision=None,
    )


def make_judged(models: Mapping[Stage, Numbers | ModelResult], *, appointed: str = "offline") -> Judged:
    """Return the numbers of one judge."""
    made = {stage: found if isinstance(found, ModelResult) else make_model(found) for stage, found in models.items()}
    facts = [cell for model in made.values() for name, cell in model.cells.items() if name.endswith(".fact")]
    missing = sum(cell.missing for cell in facts)
    answers = sum(cell.n for cell in facts) + missing
    return Judged(
        appointed=appointed,
        models=made,
        answers=answers,
        missing=missing,
        most_missing=MOST_MISSING,
        incomplete=missing > MOST_MISSING * answers,
    )


def _measure(value: float | None, half: float | None) -> dict[str, float | None]:
    if value is None or half is None:
        return {"value": value}
    return {"value": value, "low": value - half, "high": value + half}
