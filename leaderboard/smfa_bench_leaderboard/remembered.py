"""What was verified once: a submission that passed is not scored again until it, or the code that scores, changes."""

import hashlib
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import JsonValue

from smfa_bench.cache import cache_folder, cached
from smfa_bench.fingerprint import fingerprint
from smfa_bench.record import Record
from smfa_bench.registry import MODELS, PARAPHRASES, PROFILES, RENDERINGS, SCORERS, package_fingerprint
from smfa_bench.storage import read_json, write_json

_VERIFIED: Final = "verified.json"
_LIBRARIES: Final = ("nltk", "numpy", "pillow", "pydantic", "rouge-score")


class Said(NamedTuple):
    """Fingerprints of what the unlearned model of a run said."""

    texts: str
    whole: str
    """With the probabilities of the true answers."""


class Verified(Record):
    """What is known of a submission that passed, and would take long to find again."""

    said: tuple[Said, ...]
    """Of each run."""
    samples: tuple[tuple[str, ...], ...]
    """Rows of sample answers for its page."""


def remembered(content: bytes, verify: Callable[[], Verified]) -> Verified:
    """Return what `verify` returned for these bytes before, or let it look at them.

    Args:
        content: The file.
        verify: Returns what is found; what it raises is not remembered.
    """
    key = fingerprint({"file": hashlib.sha256(content).hexdigest(), "code": _code()})

    def build(working: Path, unfinished: Path) -> None:  # noqa: ARG001 (a check leaves nothing unfinished)
        write_json(working / _VERIFIED, verify().model_dump(mode="json"))

    folder = cached(cache_folder(), "verified", key, build)
    return Verified.model_validate(read_json(folder / _VERIFIED))


@cache
def _code() -> str:
    """Return a fingerprint of everything that a verification depends on."""
    plugins = (
        entry.module
        for kind in (MODELS, PARAPHRASES, PROFILES, RENDERINGS, SCORERS)
        for entry in entry_points(group=kind.group)
    )
    versions: dict[str, JsonValue] = {name: version(name) for name in _LIBRARIES}
    packages = sorted({"smfa_bench", __package__, *(module.partition(".")[0] for module in plugins)})
    sources: dict[str, JsonValue] = {package: package_fingerprint(package) for package in packages}
    return fingerprint({"sources": sources, "versions": versions, "python": platform.python_version()})
