"""A stand-in for LoRA training that writes down what it was asked to train and returns random factors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

import pytest

from helpers.broken_methods import random_factors
from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import Sample
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.training.lora import LoraTraining


@dataclass(frozen=True)
class Asked:
    """One training."""

    title: str
    streams: list[list[Sample]]
    seed: int


@dataclass
class WatchedTraining:
    """Called in place of `train_lora`."""

    asked: list[Asked] = field(default_factory=list)

    def __call__(
        self,
        vlm: VisionLanguageModel,
        streams: Sequence[Sequence[Sample]],
        config: LoraConfig,  # noqa: ARG002
        *,
        title: str,
        seed: int,
        progress: Progress,  # noqa: ARG002
    ) -> LoraTraining:
        self.asked.append(Asked(title, [list(stream) for stream in streams], seed))
        return LoraTraining(random_factors(vlm.decoder_linears(), seed=len(self.asked)), [1.0, 0.5])


def watch(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> WatchedTraining:
    """Put the stand-in into a method's module."""
    watched = WatchedTraining()
    monkeypatch.setattr(module, "train_lora", watched)
    return watched
