"""A method that trains nothing and a judge that reads nothing, for tests of what happens around them."""

from collections.abc import Mapping
from typing import ClassVar, Final

import torch
from pydantic import Field

from smfa_bench.adapter.adapter import Adapter, LoraAdapter
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.config import MethodConfig
from smfa_bench.data.question import Question
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress
from smfa_bench.scoring.scorer import Score

RUN: Final[Mapping[str, object]] = {
    "method": "helpers.steady_method:Steady",
    "profiles": "helpers.people:five_people",
    "size": 5,
    "forget_ratio": 0.2,
    "few_shot": 1,
}
"""Fields of a run of `Steady` on five people of whom one is forgotten and one may be seen; the model is missing."""


class SteadyConfig(MethodConfig):
    """The options of `Steady`."""

    strength: float = Field(default=0.1, description="What is added to every entry of every matrix.")


class Steady(Method):
    """Adds the same number to every entry of the decoder's matrices, and remembers what it was shown."""

    Config = SteadyConfig
    shown: ClassVar[list[UnlearnData]] = []

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        """Return the adapter."""
        self.shown.append(data)
        progress.stage(f"steady {seed}", 1)
        return steady_adapter(model, SteadyConfig.model_validate(self.config.model_dump()).strength)


def steady_adapter(model: VisionLanguageModel, strength: float) -> LoraAdapter:
    """Return an adapter that adds `strength` to every entry."""
    factors = {
        name: LowRank(torch.ones(1, module.in_features), torch.ones(module.out_features, 1), strength)
        for name, module in model.decoder_linears().items()
    }
    return LoraAdapter(model.fingerprint(), factors, curves={"steady": [1.0]})


class Generous:
    """A judge that gives the same score to every answer."""

    name = "generous-1"

    def fact(self, question: Question, answer: str) -> Score:  # noqa: ARG002
        """Give 9 for everything."""
        return Score(value=9.0)

    def meaningful(self, question: Question, answer: str) -> Score:  # noqa: ARG002
        """Give 8 for everything."""
        return Score(value=8.0)
