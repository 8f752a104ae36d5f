"""A method under trial: a handful of unlearnings, each on a freshly loaded model, shared by all properties."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import torch

from smfa_bench.adapter.adapter import Adapter
from smfa_bench.config import MethodConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent

SEED: Final = 0


class BrokenError(Exception):
    """A property does not hold; the message says why and what to do."""


class UnjudgedError(Exception):
    """A property can't be judged before another one holds."""


@dataclass(frozen=True)
class Attempt:
    """One unlearning."""

    model: VisionLanguageModel
    """The model that the method was given, as it left it."""
    returned: object
    """What the method returned; None if it raised."""
    fault: Exception | None
    """What it raised."""


@dataclass
class Trial:
    """What the properties look at."""

    method: type[Method]
    load: Callable[[], VisionLanguageModel]
    """Loads the vanilla model anew."""
    data: UnlearnData

    @cached_property
    def vanilla(self) -> VisionLanguageModel:
        """The model as it is before a method sees it."""
        return self.load()

    @cached_property
    def first(self) -> Attempt:
        """An unlearning with seed 0."""
        return self._attempt(self.data, seed=SEED, chance=1)

    @cached_property
    def again(self) -> Attempt:
        """The same unlearning, while torch, numpy and random are in another state."""
        return self._attempt(self.data, seed=SEED, chance=2)

    @cached_property
    def other_seed(self) -> Attempt:
        """An unlearning with seed 1, in the state of the first."""
        return self._attempt(self.data, seed=SEED + 1, chance=1)

    @cached_property
    def of_nobody(self) -> Attempt:
        """An unlearning with an empty forget set."""
        return self._attempt(replace(self.data, forget=()), seed=SEED, chance=1)

    @property
    def adapter(self) -> Adapter:
        """What the first unlearning returned.

        Raises:
            UnjudgedError: If that is no adapter.
        """
        return adapter_of(self.first)

    def _attempt(self, data: UnlearnData, *, seed: int, chance: int) -> Attempt:
        model = self.load()
        try:
            with _global_state(chance):
                method = self.method(self._config().resolved(model.spec.adapting))
                returned = method.unlearn(model, data, seed=seed, progress=Silent())
        except Exception as fault:
            return Attempt(model, None, fault)
        return Attempt(model, returned, None)

    def _config(self) -> MethodConfig:
        """Return the method's options as they come, but for a single epoch: nothing here needs a good adapter."""
        kind = self.method.Config
        return kind.model_validate({"epochs": 1} if "epochs" in kind.model_fields else {})


def adapter_of(attempt: Attempt) -> Adapter:
    """Return the adapter of an attempt.

    Raises:
        UnjudgedError: If there is none.
    """
    if not isinstance(attempt.returned, Adapter):
        raise UnjudgedError
    return attempt.returned


@contextmanager
def _global_state(seed: int) -> Iterator[None]:
    """Put the global generators into a state of their own for a block: who draws from them is found out."""
    before_random, before_numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)
        try:
            yield
        finally:
            random.setstate(before_random)
            np.random.set_state(before_numpy)
