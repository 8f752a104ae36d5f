"""The contract of an unlearning method."""

from abc import ABC, abstractmethod
from typing import ClassVar

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.config import MethodConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress


class Method(ABC):
    """Unlearns: sees a model, the forget set and a few retain samples, and returns an adapter."""

    Config: ClassVar[type[MethodConfig]] = MethodConfig
    seeded: ClassVar[bool] = True
    """Whether the seed has a say; False for a method without chance, whose adapter is the same for every seed."""

    def __init__(self, config: MethodConfig | None = None) -> None:
        """Keep the options; the method's defaults unless given.

        Raises:
            UsageError: If the options are another method's.
        """
        config = config or self.Config()
        if not isinstance(config, self.Config):
            raise UsageError(f"{type(self).__name__} takes {self.Config.__name__}, not {type(config).__name__}.")
        self.config = config

    @abstractmethod
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> Adapter:
        """Return a change of the model's weights after which it no longer tells the facts of the forget set.

        The model's own weights are the same to the bit when this returns; equal seeds give equal adapters.

        Args:
            model: The vanilla model; its configuration must be resolved (no None left in epochs or rates).
            data: What the method may see; the forget set is never empty.
            seed: All randomness comes from it.
            progress: Is told of every training.
        """
