"""A sweep as it is written down: every combination of methods, their options, models, ratios and seeds."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Final

import yaml
from pydantic import JsonValue, ValidationError

from smfa_bench.data.sources import usual_size
from smfa_bench.errors import UsageError
from smfa_bench.results.result import RunConfig

SHARED: Final = ("model", "loading", "gate", "profiles", "size", "seed")
"""Fields that decide which vanilla model a run starts from."""


def read_sweep(path: Path) -> list[RunConfig]:
    """Return the runs of a sweep, those of one vanilla model side by side.

    The file is YAML. Each field of a run (`method`, `model`, `seed`, `forget_ratio`, …) has a value or a list of
    values; `options` has, for each method by name, its options in the same way. All combinations are run.

    Raises:
        UsageError: If the file can't be read, or a run of it can't be configured.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(document, dict) or not document.get("method"):
        raise UsageError(f"{path} names no method; a sweep has at least a line such as `method: [smfa, idk-tuning]`.")
    options = document.pop("options", None) or {}
    if not isinstance(options, dict) or not all(isinstance(each, dict) for each in options.values()):
        raise UsageError(f"{path}: options must be given by method, such as `options: {{smfa: {{k: [2.5, 5]}}}}`.")
    strange = options.keys() - set(_values(document["method"]))
    if strange:
        raise UsageError(f"{path} has options of {', '.join(sorted(map(str, strange)))}, which it does not run.")
    fields = [*(name for name in SHARED if name in document), *(name for name in document if name not in SHARED)]
    configs = []
    for values in product(*(_values(document[name]) for name in fields)):
        asked = dict(zip(fields, values, strict=True))
        if isinstance(asked.get("profiles"), str):
            asked.setdefault("size", usual_size(asked["profiles"]))
        for chosen in _combinations(options.get(asked["method"], {})):
            try:
                configs.append(RunConfig.model_validate({**asked, "options": chosen}))
            except ValidationError as error:
                fault = error.errors()[0]
                where = ".".join(str(part) for part in fault["loc"])
                raise UsageError(f"{path}: {where}: {fault['msg']}.") from error
    return configs


def part_of(configs: list[RunConfig], part: str) -> list[RunConfig]:
    """Return one of several parts of a sweep, "2/5": all parts together are all runs, each once.

    Raises:
        UsageError: If the part is none.
    """
    number, _, count = part.partition("/")
    if not (number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count)):
        raise UsageError(f"{part!r} is no part; write for example 2/5 for the second of five.")
    first, last = ((int(number) - back) * len(configs) // int(count) for back in (1, 0))
    return configs[first:last]


def vanilla_of(config: RunConfig) -> str:
    """Return what names the vanilla model that a run starts from."""
    return config.model_dump_json(include=set(SHARED))


def _values(field: JsonValue) -> list[JsonValue]:
    return field if isinstance(field, list) else [field]


def _combinations(options: Mapping[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    for values in product(*(_values(value) for value in options.values())):
        yield dict(zip(options, values, strict=True))
