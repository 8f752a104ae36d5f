"""The public interface as text, read from the source without running it: the same on every Python.

`PYTHONPATH=tests .venv/bin/python -m helpers.public_api > tests/snapshot/public_api.txt` writes it anew.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import griffe

import smfa_bench

SOURCES = Path(__file__).parents[2] / "bench"


@cache
def package() -> griffe.Object:
    """Return the core as its source says it is."""
    loaded = griffe.load("smfa_bench", search_paths=[SOURCES])
    assert isinstance(loaded, griffe.Object)
    return loaded


def public_api() -> str:
    """Return every public name with its signature; classes with their bases, fields and public members."""
    return "".join(f"{line}\n" for name in smfa_bench.__all__ for line in _lines(package()[name].final_target, ""))


def _lines(thing: Any, indent: str) -> Iterator[str]:
    if thing.is_function:
        for decorator in thing.decorators:
            yield f"{indent}@{decorator.value}"
        yield f"{indent}def {thing.signature()}"
    elif thing.is_class:
        bases = ", ".join(str(base) for base in thing.bases)
        yield f"{indent}class {thing.name}({bases})" if bases else f"{indent}class {thing.name}"
        for name, member in thing.members.items():
            if name in ("__init__", "__call__") or not name.startswith("_"):
                yield from _lines(member, f"{indent}    ")
    else:
        annotation = "" if thing.annotation is None else f": {thing.annotation}"
        value = "" if thing.value is None else f" = {thing.value}"
        yield f"{indent}{'@property ' if 'property' in thing.labels else ''}{thing.name}{annotation}{value}"


if __name__ == "__main__":
    print(public_api(), end="")  # noqa: T201
