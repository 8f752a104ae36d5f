"""`smfa-bench list`: what is installed, and what was run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import EnumType
from importlib.metadata import EntryPoint
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from smfa_bench.errors import BenchError, UsageError
from smfa_bench.registry import JUDGES, METHODS, MODELS, OURS, SCORERS, Registry

app = typer.Typer(help="List what is installed, and what was run.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def methods(
    name: Annotated[str | None, typer.Argument(help="Show the options of this method.")] = None, as_json: AsJson = False
) -> None:
    """List the methods, or the options of one."""
    if name is None:
        _show(_installed(METHODS), as_json=as_json)
        return
    from smfa_bench.options import method_class

    _show(_options(method_class(name).Config), as_json=as_json)


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the models that have a name of their own; any folder or hub id works as well."""
    _show(_installed(MODELS), as_json=as_json)


@app.command()
def scorers(as_json: AsJson = False) -> None:
    """List the scorers."""
    _show(_installed(SCORERS), as_json=as_json)


@app.command()
def judges(
    name: Annotated[str | None, typer.Argument(help="Show the options of this judge.")] = None, as_json: AsJson = False
) -> None:
    """List the judges, who give Fact and Meaningful, or the options of one, which --judge-set sets."""
    if name is None:
        _show(_installed(JUDGES), as_json=as_json)
        return
    _show(_options(getattr(JUDGES.get(name), "Config", None)), as_json=as_json)


@app.command()
def runs(
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are.")] = Path("runs"),
    judge: Annotated[
        str, typer.Option(help="Whose scores are listed: a name, or what it was appointed by.")
    ] = "offline",
    as_json: AsJson = False,
) -> None:
    """List the runs as one judge sees them, and who judged them; a damaged one is listed with its fault."""
    from smfa_bench.results.answer import Stage
    from smfa_bench.results.store import ANSWERS, read_result, run_folders

    rows = []
    for folder in run_folders(runs_dir, begun=True):
        try:
            result = read_result(folder)
        except BenchError as error:
            rows.append({"run": folder.name, "fault": str(error)})
            continue
        try:
            found = result.by(judge).models.get(Stage.UNLEARNED)
        except UsageError:
            found = None
        row = {"run": folder.name}
        for name in ("overall_memory", "overall_understanding"):
            measure = found.aggregates.get(f"{name}.fact") if found else None
            value = measure.value if measure else None
            row[name.replace("_", " ")] = "n/a" if value is None else f"{value:.2f}"
        if not (folder / ANSWERS).is_file():
            row["fault"] = f"{ANSWERS} is gone: the run can't be scored again or submitted; delete it and run again."
        row["judges"] = ", ".join(
            f"{name} (incomplete)" if one.incomplete else name for name, one in result.judged.items()
        )
        rows.append(row)
    _show(rows, as_json=as_json)


def _installed(registry: Registry) -> list[dict[str, str]]:
    """Return a row for each entry; one of a foreign package that can't be imported, or whose name is taken, says so.

    What comes with the suite is not imported, so that the listing is quick.
    """
    rows = []
    for name, entry in registry.entries.items():
        row = _row(entry)
        if entry.dist is None or entry.dist.name != OURS:
            try:
                registry.get(name)
            except BenchError as error:
                row["fault"] = str(error)
        rows.append(row)
    for entry in registry.shadowed:
        taken = _row(registry.entries[entry.name])["from"]
        rows.append(_row(entry) | {"fault": f"the name is taken by {taken}; name it as {entry.value}."})
    return rows


def _row(entry: EntryPoint) -> dict[str, str]:
    origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return {"name": entry.name, "from": origin, "object": entry.value}


def _options(config: type[BaseModel] | None) -> list[dict[str, str]]:
    """Return a row for each option of a plugin; none if it has no `Config`."""
    return [
        {
            "option": key,
            "valid": _valid(option.annotation) + _bounds(option.metadata),
            "default": "must be given" if option.is_required() else str(option.default),
            "meaning": option.description or "",
        }
        for key, option in (config.model_fields if config else {}).items()
    ]


def _valid(annotation: Any) -> str:
    """Return what an option may be set to: a type with its bounds, or the values to choose from."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        notes = [note for part in parts[1:] for note in getattr(part, "metadata", [part])]
        return _valid(parts[0]) + _bounds(notes)
    if origin in (Union, UnionType):
        return " or ".join(_valid(part) for part in parts if part is not NoneType)
    if origin is Literal or isinstance(annotation, EnumType):
        return ", ".join(map(str, parts or annotation))
    return str(annotation) if origin else annotation.__name__


def _bounds(notes: Iterable[object]) -> str:
    """Return the limits among the notes of a type, such as " ≥ 0, < 1"."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [f"{sign} {getattr(note, key):g}" for note in notes for key, sign in signs.items() if hasattr(note, key)]
    return f" {', '.join(found)}" if found else ""


def _show(rows: Sequence[Mapping[str, str]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(list(rows), indent=2, ensure_ascii=False))  # noqa: T201
        return
    headings = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for row in rows:
        table.add_row(*(escape(row.get(heading, "")) for heading in headings))
    Console().print(table if rows else "none")
