"""What is installed: methods, models, scorers and the rest, found by entry points and imported on first use."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import EntryPoint, distribution, entry_points
from pathlib import Path
from typing import Any, Final

from smfa_bench.errors import UsageError, place, unknown
from smfa_bench.fingerprint import file_digest, fingerprint

OURS: Final = "smfa-bench"
"""The distribution that the suite comes in."""


@dataclass(frozen=True)
class Registry:
    """One entry-point group; names map to "module:Name" strings until they are used."""

    kind: str
    """What an entry is, in the singular: "method"."""
    group: str

    @cached_property
    def entries(self) -> dict[str, EntryPoint]:
        """The installed entry points by name: of one name the suite's own, else that of the first package by name."""
        found: dict[str, EntryPoint] = {}
        for entry in self._installed:
            found.setdefault(entry.name, entry)
        return found

    @property
    def shadowed(self) -> list[EntryPoint]:
        """Entry points whose name another has; they can be reached by their value, "module:Name"."""
        return [entry for entry in self._installed if self.entries.get(entry.name) is not entry]

    @cached_property
    def _installed(self) -> list[EntryPoint]:
        def rank(entry: EntryPoint) -> tuple[str, bool, str]:
            package = entry.dist.name if entry.dist else ""
            return entry.name, package != OURS, package

        return sorted(entry_points(group=self.group), key=rank)

    def get(self, name: str) -> Any:
        """Import and return what a name, a "module:Name" or a "./file.py:Name" stands for.

        Raises:
            UsageError: If there is no such entry or file, or importing it fails.
        """
        if name in self.entries:
            return self._load(name, self.entries[name].load)
        where = name.rpartition(":")[0]
        if not where and name.endswith(".py"):
            raise UsageError(f"{name} is a file; name the {self.kind} in it, as {name}:Name.")
        if not where:
            raise unknown(self.kind, name, self.entries)
        if (where.endswith(".py") or "/" in where) and not (where.endswith(".py") and Path(where).is_file()):
            raise UsageError(f"there is no Python file {where}; name a {self.kind} in a file as ./file.py:Name.")
        return self._load(name, lambda: _by_path(name))

    def code(self, name: str) -> str | None:
        """Return a fingerprint of the code that a name stands for: of its file, or of all of its package.

        None for what comes with the suite, whose version a result holds, and for a package without files.
        """
        path = source_file(name)
        if path is not None:
            return file_digest(path)
        value = self.entries[name].value if name in self.entries else name
        package = value.partition(":")[0].partition(".")[0]
        return None if package in _own_packages() else package_fingerprint(package)

    def _load(self, name: str, load: Callable[[], Any]) -> Any:
        try:
            return load()
        except (Exception, SystemExit) as error:  # a module may end the program as it is imported
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}{place(error)}"
            entry = self.entries.get(name)
            mend = f"mend or uninstall {entry.dist.name}" if entry and entry.dist else "mend it, or name another"
            module, _, attribute = name.partition(":")
            if isinstance(error, ModuleNotFoundError) and error.name == module and Path(f"{module}.py").is_file():
                mend = f"is the file meant? It is ./{module}.py:{attribute}"
            raise UsageError(f"{self.kind} {name!r} can't be imported ({reason}); {mend}.") from error


METHODS: Final = Registry("method", "smfa_bench.methods")
MODELS: Final = Registry("model", "smfa_bench.models")
SCORERS: Final = Registry("scorer", "smfa_bench.scorers")
JUDGES: Final = Registry("judge", "smfa_bench.judges")
PROFILES: Final = Registry("profile source", "smfa_bench.profiles")
PORTRAITS: Final = Registry("portrait source", "smfa_bench.portraits")
FACTS: Final = Registry("fact source", "smfa_bench.facts")
PARAPHRASES: Final = Registry("source of paraphrases", "smfa_bench.paraphrases")
RENDERINGS: Final = Registry("source of renderings", "smfa_bench.renderings")
ADAPTERS: Final = Registry("adapter kind", "smfa_bench.adapters")
COMMANDS: Final = Registry("command", "smfa_bench.commands")


def package_fingerprint(package: str) -> str | None:
    """Return a fingerprint of the files of a top-level package, data among them; None if it has none."""
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # what was put among the modules by hand
        return None
    if spec is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    files = [(path, folder) for folder in folders for path in folder.rglob("*") if _is_code(path.relative_to(folder))]
    if not folders and spec.has_location and spec.origin:
        files = [(Path(spec.origin), Path(spec.origin).parent)]
    found = {path.relative_to(folder).as_posix(): file_digest(path) for path, folder in files if path.is_file()}
    return fingerprint({**found}) if found else None


def _is_code(path: Path) -> bool:
    """Whether a file inside a package was written, rather than made of what was, or hidden by an editor."""
    return path.suffix != ".pyc" and not any(part.startswith((".", "__pycache__")) for part in path.parts)


@cache
def _own_packages() -> frozenset[str]:
    return frozenset(entry.module.partition(".")[0] for entry in distribution(OURS).entry_points)


def source_file(name: str) -> Path | None:
    """Return the file of a "./file.py:Name"; None for any other name."""
    where, _, _ = name.rpartition(":")
    return Path(where).resolve() if where.endswith(".py") else None


def _by_path(name: str) -> Any:
    where, _, attribute = name.rpartition(":")
    path = source_file(name)
    if path is None:
        return getattr(importlib.import_module(where), attribute)
    spec = importlib.util.spec_from_file_location(f"smfa_bench_user_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{where} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, attribute)
