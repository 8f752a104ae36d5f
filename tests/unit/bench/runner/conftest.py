"""A run of the small model that the tests of runs share, and a look at what it did."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.steady_method import RUN, Steady
from smfa_bench.adapter.adapter import Adapter
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress, Silent
from smfa_bench.results.result import RunConfig, RunResult
from smfa_bench.runner import references
from smfa_bench.runner.stages import run
from smfa_bench.training.teach import teach

Start = Callable[..., RunResult]


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[UnlearnData]:
    """What the method was shown in each of its unlearnings."""
    monkeypatch.setattr(Steady, "shown", [])
    return Steady.shown


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The people of each teaching."""
    found: list[set[str]] = []

    def counted(vlm: VisionLanguageModel, samples: Sequence[Sample], *others: Any, **rest: Any) -> list[float]:
        found.append({sample.question.subject for sample in samples})
        return teach(vlm, samples, *others, **rest)

    monkeypatch.setattr(references, "teach", counted)
    return found


@pytest.fixture
def start(small_model_name: str, tmp_path: Path, cache: Path) -> Start:
    """Run `Steady` on five people of whom one is forgotten and one may be seen."""

    def begin(*, progress: Progress | None = None, adapter: Adapter | None = None, **changes: Any) -> RunResult:
        config = RunConfig.model_validate({**RUN, "model": small_model_name, **changes})
        return run(config, runs_dir=tmp_path / "runs", cache=cache, progress=progress or Silent(), adapter=adapter)

    return begin
