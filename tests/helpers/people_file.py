"""A user's own file of people, whole or broken on purpose."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from helpers.people import make_profile, make_scene
from smfa_bench.data.profile import Scene

Change = Callable[[dict[str, Any]], None]
"""Breaks a record in place."""


def write_people(folder: Path, names: Sequence[str] = ("p0", "p1", "p2"), *, edge: int = 8) -> Path:
    """Write `my.jsonl`, one person a line, and their pictures; return the file."""
    for place, name in enumerate(names):
        draw(folder, name, edge=edge, shade=40 * place)
    return _write(folder / "my.jsonl", [make_profile(name) for name in names])


def write_scenes(folder: Path, kind: str, names: Sequence[str]) -> Path:
    """Write `<kind>.jsonl`, one scene a line, and its pictures; return the file."""
    for place, name in enumerate(names):
        draw(folder, name, edge=8, shade=30 * place)
    return _write(folder / f"{kind}.jsonl", [make_scene(name) for name in names])


def draw(folder: Path, name: str, *, edge: int, shade: int = 0) -> Path:
    """Save a plain picture among those of a file of people."""
    path = folder / "pictures" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (edge, edge), (shade, 90, 10)).save(path)
    return path


def change(file: Path, line: int, edit: Change) -> None:
    """Break the record of a line (counted from 1)."""
    lines = file.read_text(encoding="utf-8").split("\n")
    record = json.loads(lines[line - 1])
    edit(record)
    lines[line - 1] = json.dumps(record)
    file.write_text("\n".join(lines), encoding="utf-8")


def replace_line(file: Path, line: int, content: bytes) -> None:
    """Put bytes in the place of a line (counted from 1)."""
    lines = file.read_bytes().split(b"\n")
    lines[line - 1] = content
    file.write_bytes(b"\n".join(lines))


def _write(file: Path, scenes: Sequence[Scene]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(scene.model_dump_json() + "\n" for scene in scenes), encoding="utf-8")
    return file
