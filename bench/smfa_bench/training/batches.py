"""The order of training: which examples make up the batch of a step, from the seed and the step's number alone."""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from smfa_bench.models.encoding import Example
from smfa_bench.processes import own_part, rank, size

WINDOW: Final = 16
"""Batches among which examples are sorted by length, so that little padding is computed."""
BUNCH: Final = 2
"""Examples about one picture that stay together where pictures are shared: the loss after a training is no higher."""


def own_share(batch: Sequence[Example]) -> tuple[list[Example], float]:
    """Return this process's part of a batch and what its mean loss over answer tokens counts for.

    The mean over processes of the losses, each times what it counts for, is the mean over the whole batch, whatever
    process has the longer answers. Of a batch too small for all, a process that gets what another has counts for 0.
    """
    own = own_part(batch)
    if rank() >= len(batch):
        return own, 0.0
    return own, _told(own) * size() / _told(batch)


def _told(examples: Sequence[Example]) -> int:
    return sum(len(example) - example.prompt_length for example in examples)


class BatchPlan:
    """Epochs over a list of examples: shuffled anew each epoch, examples of like length or one picture side by side.

    An example may come in several wordings, of which each epoch takes one.
    """

    def __init__(
        self,
        examples: Sequence[Sequence[Example]],
        *,
        batch_size: int,
        seed: int,
        occasional: Sequence[Sequence[Example]] = (),
        share: float = 0.0,
        packed: bool = False,
    ) -> None:
        """Plan the batches.

        Args:
            examples: Each in its wordings, and seen once in every epoch; at least one.
            batch_size: Examples in a batch (the last of an epoch may be smaller).
            seed: Decides every order, and the wordings.
            occasional: Of these a share, drawn anew, joins each epoch.
            share: That share, in [0, 1].
            packed: Whether batches will be packed: length is of no concern then, but two examples about one picture
                come together, unless a batch has fewer than four such places.
        """
        self._wordings = [*examples, *occasional]
        self._always = len(examples)
        self._joining = round(share * len(occasional))
        self._size = batch_size
        self._seed = seed
        self._packed = packed
        self.batches_per_epoch = -(-(self._always + self._joining) // batch_size)
        self._epoch = lru_cache(maxsize=2)(self._make_epoch)

    def batch(self, step: int) -> list[Example]:
        """Return the examples of a step; steps beyond the first epoch go on with the next."""
        epoch, index = divmod(step, self.batches_per_epoch)
        return self._epoch(epoch)[index]

    def _make_epoch(self, epoch: int) -> list[list[Example]]:
        rng = random.Random(f"{self._seed}/{epoch}")
        places = list(range(self._always))
        places += rng.sample(range(self._always, len(self._wordings)), self._joining)
        rng.shuffle(places)
        draw = random.Random(f"{self._seed}/{epoch}/wordings")
        order = [draw.choice(self._wordings[place]) for place in places]
        if self._packed:
            bunched = self._bunched(order)
            rng.shuffle(bunched)
            order = [example for bunch in bunched for example in bunch]
            return [order[first : first + self._size] for first in range(0, len(order), self._size)]
        window = self._size * WINDOW
        batches = []
        for start in range(0, len(order), window):
            alike = sorted(order[start : start + window], key=len)
            batches += [alike[first : first + self._size] for first in range(0, len(alike), self._size)]
        rng.shuffle(batches)
        return batches

    def _bunched(self, order: Sequence[Example]) -> list[list[Example]]:
        largest = max(1, min(BUNCH, self._size // 4))
        bunches: list[list[Example]] = []
        going: dict[int, list[Example]] = {}
        for example in order:
            picture = example.picture
            bunch = going.get(id(picture)) if picture else None
            if bunch is None or len(bunch) == largest:
                bunch = going[id(picture)] = []
                bunches.append(bunch)
            bunch.append(example)
        return bunches
