"""The options by which the runs of one method differ, and how they are named."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import JsonValue

from smfa_bench.fingerprint import canonical_json
from smfa_bench.results.result import RunResult

_INFINITIES: Final = {"Infinity": math.inf, "-Infinity": -math.inf}


def differing_options(results: Iterable[RunResult]) -> dict[str, tuple[str, ...]]:
    """Return, by method, the sorted names of the options that are not the same in all of its runs."""
    configs: dict[str, list[Mapping[str, JsonValue]]] = defaultdict(list)
    for result in results:
        configs[result.config.method].append(result.method_config)
    return {method: tuple(sorted(_differing(found))) for method, found in configs.items()}


def option_value(config: Mapping[str, JsonValue], name: str) -> float | str | None:
    """Return an option as a table holds it: a number, a text, or None if the run had no such option.

    Yes, no, null, lists and objects become their JSON text; an infinity is read from the text that JSON holds for it.
    """
    if name not in config:
        return None
    value = config[name]
    if isinstance(value, str):
        return _INFINITIES.get(value, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return canonical_json(value)


def option_text(value: float | str | None) -> str:
    """Return an option's value as a label shows it: 5, 2.5, ∞, route."""
    if value is None:
        return "unset"
    if isinstance(value, str):
        return value
    return repr(value).removesuffix(".0").replace("inf", "∞")


def _differing(configs: Iterable[Mapping[str, JsonValue]]) -> set[str]:
    values: dict[str, set[float | str | None]] = defaultdict(set)
    found = list(configs)
    for name in {name for config in found for name in config}:
        values[name] = {option_value(config, name) for config in found}
    return {name for name, seen in values.items() if len(seen) > 1}
