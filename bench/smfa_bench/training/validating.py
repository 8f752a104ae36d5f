"""Validation while a method trains, without a word in the method's code: `train_lora` looks whether it is on."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import torch

from smfa_bench.adapter.adapter import Adapter, Modality, attached
from smfa_bench.data.sample import Sample
from smfa_bench.data.validation import Curve, Known, ValidationSet, best_step
from smfa_bench.errors import BenchError
from smfa_bench.models.encoding import Example, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.processes import gathered, rank, size
from smfa_bench.training.loop import answer_losses
from smfa_bench.training.watch import Watch


@dataclass
class Validating:
    """What is validated on, and what was found."""

    asked: ValidationSet
    every: int
    watches: dict[str, Watch] = field(default_factory=dict)

    def curves(self) -> dict[str, Curve]:
        """Return the curves of all trainings so far, by title."""
        return {
            title: Curve(points=tuple(watch.points), best_step=best_step(watch.points))
            for title, watch in self.watches.items()
            if watch.points
        }


_ON: ContextVar[Validating | None] = ContextVar("validating", default=None)


@contextmanager
def validating(asked: ValidationSet, *, every: int) -> Iterator[Validating]:
    """Validate every training of LoRA matrices within a block, and yield where the curves will be.

    Args:
        asked: What is validated on.
        every: Steps from one validation to the next, at least 1.
    """
    state = Validating(asked, every)
    token = _ON.set(state)
    try:
        yield state
    finally:
        _ON.reset(token)


def watch(vlm: VisionLanguageModel, title: str) -> Watch | None:
    """Return the watch of a training that begins; None if nothing is validated.

    Args:
        vlm: The model under training.
        title: Of the training; a second one of a title is called by its number too.
    """
    state = _ON.get()
    if state is None:
        return None
    forget, retain = encode(vlm, state.asked.forget), encode(vlm, state.asked.retain)
    count = sum(name == title or name.startswith(f"{title} (") for name in state.watches)
    name = f"{title} ({count + 1})" if title in state.watches else title
    state.watches[name] = Watch(
        state.every, lambda: Known(forget=_mean(probabilities(vlm, forget)), retain=_mean(probabilities(vlm, retain)))
    )
    return state.watches[name]


def known_with(vlm: VisionLanguageModel, adapter: Adapter, asked: ValidationSet) -> Known:
    """Return what a model knows with a finished adapter.

    Raises:
        BenchError: If the adapter does not fit, or the model's output is not a number with it.
    """
    forget: list[float] = []
    retain: list[float] = []
    for modality in Modality:
        with attached(vlm, adapter, modality):
            for found, part in ((forget, asked.forget), (retain, asked.retain)):
                found += probabilities(vlm, encode(vlm, _of(part, modality)))
    return Known(forget=_mean(forget), retain=_mean(retain))


def probabilities(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[float]:
    """Return P(a|q)^(1/|a|) in [0, 1] of the answer a of each example.

    Dropout is off meanwhile. Processes share the examples out, and all of them get all numbers.

    Raises:
        BenchError: If the model's output is not a number.
    """
    order = sorted(range(len(examples)), key=lambda place: -len(examples[place]))[rank() :: size()]
    rows = vlm.spec.answer_batch_size
    own: dict[int, float] = {}
    training = {module for module in vlm.model.modules() if module.training}
    for module in training:
        module.training = False
    try:
        with torch.no_grad():
            for start in range(0, len(order), rows):
                places = order[start : start + rows]
                batch = collate(vlm, [examples[place] for place in places], for_generation=False)
                own |= dict(zip(places, (-answer_losses(vlm.model, batch)).exp().tolist(), strict=True))
    finally:
        for module in training:
            module.training = True
    found = {place: value for part in gathered(own) for place, value in part.items()}
    if any(map(math.isnan, found.values())):
        raise BenchError("the model's output is not a number any more; lower the method's learning rate.")
    return [min(1.0, found[place]) for place in range(len(examples))]


def _of(samples: Sequence[Sample], modality: Modality) -> list[Sample]:
    return [sample for sample in samples if sample.pictured == (modality is Modality.IMAGE)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
