"""What a frozen vision tower makes of a picture, computed once and kept for all epochs."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import Tensor
from transformers.utils import ModelOutput

from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel

PART_OF_MEMORY: Final = 8
"""What is kept fills one part in so many of the machine's memory at most; pictures beyond it are seen each time."""
BESIDE: Final = ("last_hidden_state", "hidden_states", "attentions")
"""What a model tells of its tower besides the features that reach the decoder."""


class Seen:
    """Features by picture. A call is recognised by the very tensors that were announced; others are computed."""

    def __init__(self, look: Callable[..., Any]) -> None:
        """Keep what `look` returns, a model's own function from picture tensors to features."""
        self._look = look
        self._kept: dict[int, tuple[Tensors, Any]] = {}
        self._announced: dict[int, tuple[Tensor, str, list[Tensors]]] = {}
        self._room = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // PART_OF_MEMORY

    def announce(self, batch: Tensors, pictures: Sequence[Tensors]) -> None:
        """Tell which pictures the picture tensors of a batch are made of, in their order."""
        shown = [picture for picture in pictures if picture]
        for name in {name: None for picture in shown for name in picture}:
            self._announced[id(batch[name])] = (batch[name], name, shown)

    def step(self) -> None:
        """Forget what was announced: its batches are done with."""
        self._announced.clear()

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Return the features of all pictures in a call."""
        told = [self._announced.get(id(value)) for value in (*given, *named.values())]
        pictures = next((found[2] for found in told if found is not None), None)
        if pictures is None:
            return self._look(*given, **named)
        device = next(found[0].device for found in told if found is not None)
        for picture in {id(picture): picture for picture in pictures}.values():
            if id(picture) not in self._kept:
                if self._room <= 0:
                    return self._look(*given, **named)
                self._keep(picture, given, named, device)
        return _mapped(
            lambda *parts: torch.cat([part.to(device) for part in parts]),
            *(self._kept[id(picture)][1] for picture in pictures),
        )

    def _keep(self, picture: Tensors, given: Sequence[Any], named: dict[str, Any], device: torch.device) -> None:
        def alone(value: Any) -> Any:
            found = self._announced.get(id(value))
            return value if found is None else picture[found[1]].to(device)

        with torch.no_grad():
            features = self._look(*map(alone, given), **{name: alone(value) for name, value in named.items()})
        for name in BESIDE:
            if getattr(features, name, None) is not None:
                features[name] = None
        kept = _mapped(lambda part: part.cpu(), features)
        self._kept[id(picture)] = (picture, kept)
        _mapped(self._fill, kept)

    def _fill(self, part: Tensor) -> Tensor:
        self._room -= part.nbytes
        return part


@contextmanager
def seeing(vlm: VisionLanguageModel) -> Iterator[Seen | None]:
    """Let a model whose eyes are frozen see each picture once for the length of a block.

    Yields:
        Where batches are announced; None if the model has no function that leads from pictures to features, or if
        something in it is trained or in training mode.
    """
    owner = next((module for module in reversed(list(vlm.model.modules())) if hasattr(module, LOOK)), None)
    if owner is None or not _frozen(vlm):
        yield None
        return
    seen = Seen(getattr(owner, LOOK))
    setattr(owner, LOOK, seen)
    try:
        yield seen
    finally:
        delattr(owner, LOOK)


LOOK: Final = "get_image_features"
"""What transformers calls that function."""


def _frozen(vlm: VisionLanguageModel) -> bool:
    reading = {id(part) for part in (*vlm.model.get_decoder().modules(), vlm.model.get_output_embeddings())}
    eyes = [module for module in vlm.model.modules() if id(module) not in reading]
    parameters = (value for module in eyes for value in module.parameters(recurse=False))
    return not any(module.training for module in eyes) and not any(value.requires_grad for value in parameters)


def _mapped(change: Callable[..., Tensor], *trees: Any) -> Any:
    """Return one tree, made from the tensors that stand in the same place; features listed by picture are chained."""
    first = trees[0]
    if isinstance(first, Tensor):
        return change(*trees)
    if isinstance(first, ModelOutput):
        return type(first)(
            **{
                name: _chained(change, parts) if name == "pooler_output" else _mapped(change, *parts)
                for name in first
                for parts in [[tree[name] for tree in trees]]
            }
        )
    if isinstance(first, list | tuple):
        return [_mapped(change, *parts) for parts in zip(*trees, strict=True)]
    return first


def _chained(change: Callable[..., Tensor], parts: Sequence[Any]) -> Any:
    """Return the pictures' features: one tensor of all where a picture's are one, else a list of all pictures'."""
    if isinstance(parts[0], Tensor):
        return change(*parts)
    return [change(feature) for part in parts for feature in part]
