"""A method that takes its process down with it the first time."""

import os
from pathlib import Path

from pydantic import Field

from helpers.steady_method import steady_adapter
from smfa_bench.adapter.adapter import Adapter
from smfa_bench.config import MethodConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress


class DyingConfig(MethodConfig):
    """The options of `Dying`."""

    mark: Path = Field(description="File that is there once the process has died.")


class Dying(Method):
    """Changes the weights a little, the second time."""

    Config = DyingConfig

    def unlearn(
        self,
        model: VisionLanguageModel,
        data: UnlearnData,  # noqa: ARG002
        *,
        seed: int,  # noqa: ARG002
        progress: Progress,  # noqa: ARG002
    ) -> Adapter:
        """Die, or return the adapter."""
        mark = DyingConfig.model_validate(self.config.model_dump()).mark
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return steady_adapter(model, 0.1)
