"""Samples about one picture read its tokens once: a row holds the picture, then the samples, blind for one another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from smfa_bench.models.encoding import IGNORED, Example, Tensors
from smfa_bench.models.vision_language import VisionLanguageModel

POWERS: Final = tuple(2**power for power in range(20))
"""Numbers of rows."""
TELLING: Final = 32
"""Places whose logits are wanted are a multiple of it, for the same reason that lengths are rounded."""
TEXT: Final = 4
"""Samples behind one opening have at most so many times its tokens: attention grows with the square of a row."""


@dataclass(frozen=True)
class Packed:
    """A batch in R rows of L tokens; N tokens carry loss."""

    inputs: Tensors
    """What the model takes."""
    telling: Tensor
    """Places whose logits are wanted, bool [R, L]."""
    answers: Tensor
    """The tokens that shall follow them, row after row [N]; some are marked as carrying no loss."""
    pictures: list[Tensors]
    """What the picture tensors are made of, in their order."""


@dataclass(frozen=True)
class Unit:
    """Samples that begin with the same tokens and the same picture, if any."""

    opening: int
    """Number of these tokens."""
    examples: list[Example]

    def __len__(self) -> int:
        return self.opening + sum(len(example) - 1 - self.opening for example in self.examples)


def opening_length(vlm: VisionLanguageModel, example: Example) -> int:
    """Return the number of tokens to the last of the picture, 0 without one."""
    if not example.picture:
        return 0
    places = (example.tokens["input_ids"] == vlm.model.config.image_token_id).nonzero()
    return int(places[-1]) + 1


def pack(
    vlm: VisionLanguageModel, examples: Sequence[Example], positions: Callable[[Example, int], Tensor | None]
) -> Packed:
    """Pack a batch. The last token of each sample is left out, since nothing follows it.

    Args:
        vlm: The model that will read it.
        examples: At least one.
        positions: Gives the positions of an opening [K, length] where they are not 0, 1, …, else None.
    """
    words = vlm.model.get_input_embeddings().weight
    rows = _rows(_units(vlm, examples), words.shape[1])
    shape = (len(rows), _rounded(max(sum(map(len, row)) for row in rows)))
    tokens = {name: np.zeros(shape, np.int64) for name in examples[0].tokens}
    tokens["input_ids"].fill(vlm.processor.tokenizer.pad_token_id)
    answers = np.full(shape, IGNORED)
    units, blocks, places = np.full(shape, -1), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    turned: list[tuple[int, int, Tensor]] = []
    pictures = []
    for index, row in enumerate(rows):
        start = 0
        for number, unit in enumerate(row):
            end = start + unit.opening
            first, following = unit.examples[0], unit.opening
            units[index, start : start + len(unit)] = number
            places[index, start:end] = np.arange(unit.opening)
            if first.picture:
                pictures.append(first.picture)
                turning = positions(first, unit.opening)
                if turning is not None:
                    turned.append((index, start, turning))
                    following = int(turning.max()) + 1
            for name, array in tokens.items():
                array[index, start:end] = first.tokens[name][: unit.opening]
            for block, example in enumerate(unit.examples, start=1):
                begin, end = end, end + len(example) - 1 - unit.opening
                for name, array in tokens.items():
                    array[index, begin:end] = example.tokens[name][unit.opening : -1]
                told = len(example) - example.prompt_length
                answers[index, end - told : end] = example.tokens["input_ids"][example.prompt_length :]
                blocks[index, begin:end] = block
                places[index, begin:end] = np.arange(following, following + end - begin)
            start = end
    inputs = {name: torch.from_numpy(array).to(examples[0].tokens[name].dtype) for name, array in tokens.items()}
    device = vlm.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else words.dtype
    inputs["attention_mask"] = _visible(torch.from_numpy(units), torch.from_numpy(blocks), dtype)
    inputs["position_ids"] = _turned(torch.from_numpy(places), turned)
    for name in {name: None for picture in pictures for name in picture}:
        inputs[name] = torch.cat([picture[name] for picture in pictures])
    telling = answers != IGNORED
    spare = np.flatnonzero(~telling)[: -int(telling.sum()) % TELLING]
    telling.reshape(-1)[spare] = True
    return Packed(
        {name: tensor.to(vlm.device) for name, tensor in inputs.items()},
        torch.from_numpy(telling),
        torch.from_numpy(answers[telling]),
        pictures,
    )


def _units(vlm: VisionLanguageModel, examples: Sequence[Example]) -> list[Unit]:
    units: list[Unit] = []
    going: dict[tuple[int, ...], Unit] = {}
    for example in examples:
        opening = opening_length(vlm, example)
        key = (id(example.picture), *example.tokens["input_ids"][:opening].tolist())
        unit = going.get(key) if opening else None
        if unit is None or len(unit) - opening >= TEXT * opening:
            unit = going[key] = Unit(opening, [])
            units.append(unit)
        unit.examples.append(example)
    return units


def _rows(units: Sequence[Unit], width: int) -> list[list[Unit]]:
    """Return rows of units that cost least: linear layers by tokens, attention by the square of a row.

    A row of a block with hidden width d takes about 12 d² L + 4 d L² products, which relates both as 3 d to L. Counted
    is d to L: by 3 d some batches would take other rows, so that numbers move, and training takes as long.
    """
    counts = [count for count in POWERS if count < 2 * len(units)]
    filled = [_filled(units, count) for count in counts]
    return min(filled, key=lambda rows: _cost(rows, width))


def _cost(rows: Sequence[Sequence[Unit]], width: int) -> int:
    length = _rounded(max(sum(map(len, row)) for row in rows))
    return len(rows) * length * (width + length)


def _rounded(length: int) -> int:
    """Return a length of which there are few: sizes that come again find their products compiled."""
    step = max(8, 1 << max(0, length.bit_length() - 5))
    return -(-length // step) * step


def _filled(units: Sequence[Unit], count: int) -> list[list[Unit]]:
    """Return so many rows of like length: each unit, from long to short, goes to the row that is shortest so far."""
    rows: list[list[Unit]] = [[] for _ in range(count)]
    lengths = [0] * count
    for unit in sorted(units, key=len, reverse=True):
        index = lengths.index(min(lengths))
        rows[index].append(unit)
        lengths[index] += len(unit)
    return rows


def _visible(units: Tensor, blocks: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what is added to attention [R, 1, L, L]: 0 for what a token sees, the least number for the rest."""
    same = units[:, :, None] == units[:, None, :]
    own = (blocks[:, None, :] == 0) | (blocks[:, :, None] == blocks[:, None, :])
    seen = (same & own).tril_()
    mask = torch.zeros(seen.shape, dtype=dtype).masked_fill_(~seen, torch.finfo(dtype).min)
    return mask[:, None]


def _turned(places: Tensor, turned: Sequence[tuple[int, int, Tensor]]) -> Tensor:
    """Return positions [R, L], or [K, R, L] where openings have K of each token."""
    if not turned:
        return places
    positions = places.repeat(len(turned[0][2]), 1, 1)
    for row, start, found in turned:
        positions[:, row, start : start + found.shape[1]] = found
    return positions
