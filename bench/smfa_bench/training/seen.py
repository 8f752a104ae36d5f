"""What a frozen vision tower makes of a picture, computed once and kept for all epochs, in memory or in files."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor
from transformers.utils import ModelOutput

from smfa_bench.cache import cache_folder
from smfa_bench.models.encoding import Tensors
from smfa_bench.models.vision_language import VisionLanguageModel

PART_OF_MEMORY: Final = 8
"""What is kept fills one part in so many of the machine's memory at most; the rest goes to files that are mapped."""
BESIDE: Final = ("last_hidden_state", "hidden_states", "attentions")
"""What a model tells of its tower besides the features that reach the decoder."""


class Seen:
    """Features by picture. A call is recognised by the very tensors that were announced; others are computed."""

    def __init__(self, look: Callable[..., Any], folder: Path) -> None:
        """Keep what `look` returns, in memory as far as there is room, and then in a folder.

        Args:
            look: A model's own function from picture tensors to features.
            folder: For files of features; made when it is needed.
        """
        self._look = look
        self._folder = folder
        self._kept: dict[int, tuple[Tensors, Any]] = {}
        self._announced: dict[int, tuple[Tensor, str, list[Tensors]]] = {}
        self._room = memory_for_features()
        self._full = False

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
                if self._full:
                    return self._look(*given, **named)
                self._keep(picture, given, named, device)
                if self._full:
                    return self._look(*given, **named)
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
        try:
            self._kept[id(picture)] = (picture, _mapped(self._stored, features))
        except OSError:  # no room on the disk either: what is kept stays, the rest is seen each time
            self._full = True

    def _stored(self, part: Tensor) -> Tensor:
        if part.nbytes <= self._room:
            self._room -= part.nbytes
            return part.cpu()
        return in_file(part.cpu(), self._folder)


def memory_for_features() -> int:
    """Return the bytes of memory that features may fill."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // PART_OF_MEMORY


def in_file(part: Tensor, folder: Path) -> Tensor:
    """Return a tensor that is mapped from a file: what nobody reads of it takes no memory.

    The file has no name any more, so that it is gone with the tensor, even if the process is killed.

    Raises:
        OSError: If there is no room. It is written rather than touched when mapped, which kills a process then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = part.contiguous()
    with tempfile.NamedTemporaryFile(dir=folder, prefix="features-") as file:
        plain.flatten().view(torch.uint8).numpy().tofile(file)
        file.flush()
        return torch.from_file(file.name, shared=False, size=plain.numel(), dtype=plain.dtype).view(plain.shape)


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
    seen = Seen(getattr(owner, LOOK), cache_folder() / "features")
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
