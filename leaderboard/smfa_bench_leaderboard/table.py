"""The comparison of runs as a data frame: one row for each thing that was measured under the same conditions.

What makes a row: method, its code and its options, model, split, few-shot set, data and judge. Runs that differ in
nothing but the seed share a row; runs that differ in anything else never do. The vanilla model and the retain model
have rows of their own. Columns:

- `label`: the method with the options, and the code, that differ between its runs, "smfa (k=2.5)"; `method`, `stage`
- `option.<name>`: such an option; empty where the method has none of that name
- `model`, `split`, `few_shot`, `data`, `judge`: the conditions; people of another seed are other draws of
  the same data
- `seeds`: number of seeds; `unscored`: number of scores that could not be given, in all cells, shown or not
- for each metric of `COLUMNS`, and each of its cells by domain that a run has: `<metric>`, `<metric>.low`,
  `<metric>.high` (`averaging.py` says what they are), and for a cell `<metric>.n`, the number of scores behind it over
  all seeds. NaN: not measured.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

import pandas as pd

from smfa_bench.errors import UsageError
from smfa_bench.fingerprint import fingerprint
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import Measure, ModelResult, RunResult
from smfa_bench_leaderboard.averaging import MISSING, over_repeats, over_seeds
from smfa_bench_leaderboard.columns import SECONDS, Column, with_domains
from smfa_bench_leaderboard.options import differing_options, option_text, option_value

REFERENCES: Final = {Stage.BASE: "(base)", Stage.VANILLA: "(vanilla)", Stage.RETAIN: "(retain model)"}
"""What stands in the place of a method for a model that no method changed."""

CONDITIONS: Final = ("model", "split", "few_shot", "data", "judge")
"""Columns that say under what conditions a row was measured."""

TIMED: Final = {
    Stage.VANILLA: "teaching the vanilla model",
    Stage.UNLEARNED: "unlearning",
    Stage.RETAIN: "teaching the retain model",
}
"""What a run's clock calls the making of each model; how long answers and scoring take is no cost of a method. The
base model is there before the run."""

_ORDER: Final = (Stage.BASE, Stage.VANILLA, Stage.UNLEARNED, Stage.RETAIN)
_Value = float | int | str | None
_Measured = tuple[RunResult, ModelResult]
"""A run, and the one of its models that a row is about."""


@dataclass(frozen=True)
class _Conditions:
    model: str
    split: str
    few_shot: str
    data: str
    judge: str


@dataclass(frozen=True)
class _Row:
    """What makes a row a row of its own."""

    conditions: _Conditions
    stage: Stage
    method: str
    options: tuple[tuple[str, float | str | None], ...]
    code: str = ""
    """Fingerprint of the method's code, where runs of several are compared; empty otherwise."""
    served: str = ""
    """Name under which a server answered; empty if the model was asked where the run was made."""

    @property
    def label(self) -> str:
        named = [f"{name}={option_text(value)}" for name, value in self.options]
        named += [f"code {self.code[:8]}"] if self.code else []
        label = f"{self.method} ({', '.join(named)})" if named else self.method
        return f"{label}, served as {self.served}" if self.served else label

    def order(self) -> tuple[object, ...]:
        """Sort key: conditions, then base, vanilla, methods by name and options, retain model."""
        options = tuple(
            (name, isinstance(value, str), value if isinstance(value, float) else 0.0, str(value))
            for name, value in self.options
        )
        return (astuple(self.conditions), _ORDER.index(self.stage), self.method, options, self.code, self.served)


def _few_shot(result: RunResult) -> str:
    validated = result.validation
    told = f"{len(result.split.few_shot)} {result.config.few_shot_sampling}"
    return f"{told}, {len(validated.withheld)} withheld" if validated else told


def comparison_table(results: Sequence[RunResult]) -> pd.DataFrame:
    """Return the comparison of `results`, each as one judge sees it; their order makes no difference.

    Raises:
        UsageError: If there is nothing to compare.
    """
    if not results:
        raise UsageError("there are no runs to compare; name at least one.")
    models = _names((model_identity(result), result.model.name) for result in results)
    data = _names((data_identity(result), _data_name(result)) for result in results)
    differing = differing_options(results)
    codes = {method: {one.method_code for one in results if one.config.method == method} for method in differing}
    rows: dict[_Row, list[_Measured]] = defaultdict(list)
    names: set[str] = set()
    for result in results:
        conditions = _Conditions(
            model=models[model_identity(result)],
            split=result.split.name,
            few_shot=_few_shot(result),
            data=data[data_identity(result)],
            judge=result.judge,
        )
        method = result.config.method
        options = tuple((name, option_value(result.method_config, name)) for name in differing[method])
        for stage, model in result.models.items():
            if stage in REFERENCES:
                row = _Row(conditions, stage, REFERENCES[stage], ())
            else:
                code = (result.method_code or "unknown") if len(codes[method]) > 1 else ""
                row = _Row(conditions, stage, method, options, code, result.served or "")
            rows[row].append((result, model))
            names.update(model.cells)
    option_names = sorted({name for names in differing.values() for name in names})
    columns = with_domains(names)
    return pd.DataFrame.from_records(
        [_record(row, rows[row], option_names, columns) for row in sorted(rows, key=_Row.order)]
    )


def _record(
    row: _Row, measured: Sequence[_Measured], option_names: Sequence[str], columns: Sequence[Column]
) -> dict[str, _Value]:
    by_seed: dict[int, list[_Measured]] = defaultdict(list)
    for result, model in measured:
        by_seed[result.config.seed].append((result, model))
    seeds = [by_seed[seed] for seed in sorted(by_seed)]
    options = dict(row.options)
    record: dict[str, _Value] = {
        "label": row.label,
        "method": row.method,
        "stage": row.stage.value,
        **{f"option.{name}": options.get(name) for name in option_names},
        **{name: getattr(row.conditions, name) for name in CONDITIONS},
        "seeds": len(seeds),
        "unscored": sum(max(_unscored(model) for _, model in runs) for runs in seeds),
    }
    for column in columns:
        measures = [over_repeats([_measure(*run, row.stage, column.metric) for run in runs]) for runs in seeds]
        mean = over_seeds(measures, least=column.least, most=column.most)
        record |= {
            column.metric: _number(mean.value),
            f"{column.metric}.low": _number(mean.low),
            f"{column.metric}.high": _number(mean.high),
        }
        if column.metric.count(".") >= 2:
            record[f"{column.metric}.n"] = sum(
                max(_scored(model, column.metric) for _, model in runs) for runs in seeds
            )
    return record


def _number(value: float | None) -> float:
    """Return a number as a frame of numbers holds it, NaN if it is missing."""
    return math.nan if value is None else value


def _measure(result: RunResult, model: ModelResult, stage: Stage, metric: str) -> Measure:
    if metric == SECONDS:
        return Measure(value=result.seconds.get(TIMED[stage])) if stage in TIMED else MISSING
    return model.cells.get(metric) or model.aggregates.get(metric) or MISSING


def _scored(model: ModelResult, metric: str) -> int:
    return model.cells[metric].n if metric in model.cells else 0


def _unscored(model: ModelResult) -> int:
    return sum(cell.missing for cell in model.cells.values())


def model_identity(result: RunResult) -> str:
    """Name a model by its recipe and its base weights, wherever these lie; a name alone may come to mean others."""
    recipe = result.model.model_dump(mode="json", exclude={"source"})
    return fingerprint({"recipe": recipe, "base": result.fingerprints.get("base")})


def data_identity(result: RunResult) -> str:
    """Name a profile set by its origin, and by how it is asked about where that is not as it is taught.

    People of another seed are other draws of the same data; other words or pictures are other data.
    """
    origin = result.data.model_dump(mode="json", exclude={"seed"})
    return fingerprint(origin | ({"form": result.config.form} if result.config.form else {}))


def _data_name(result: RunResult) -> str:
    origin, form = result.data, result.config.form
    options = [
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in (origin.options or {}).items()
    ]
    name = f"{origin.source}-{origin.size}" + (f" ({', '.join(options)})" if options else "")
    return f"{name}, {form}" if form else name


def _names(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return a name for each identity; where two identities would have the same, its first digits tell them apart."""
    names = dict(pairs)
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {key: f"{name} #{key[:8]}" if name in shared else name for key, name in names.items()}
