"""Whether a model's answers stay the same when questions share what they begin with, and how many fit in memory."""

import os
from collections.abc import Collection, Sequence
from typing import Final
from weakref import WeakKeyDictionary

import torch
from torch import nn

from smfa_bench.generation.cascade import UnsharedError
from smfa_bench.generation.opened import open_prompts
from smfa_bench.generation.plain import tell
from smfa_bench.generation.plan import Group
from smfa_bench.generation.shared import read
from smfa_bench.models.encoding import IGNORED, Example
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.models.window import sees_all

PART_OF_MEMORY: Final = 4
"""A batch may fill one part in so many of the device's memory; the openings of a round take no more than that."""
TOLERANCES: Final = {torch.float32: 1e-4, torch.float64: 1e-4}
"""Largest difference of logits, relative to their norm, that rounding accounts for."""
TOLERANCE: Final = 0.05
"""The same in half precision, where rounding is coarse."""
NEUTRAL: Final = {
    "repetition_penalty": 1.0,
    "encoder_repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
    "encoder_no_repeat_ngram_size": 0,
    "min_length": 0,
    "min_new_tokens": 0,
    "num_beams": 1,
    "guidance_scale": 1.0,
    "bad_words_ids": None,
    "sequence_bias": None,
    "suppress_tokens": None,
    "begin_suppress_tokens": None,
    "forced_bos_token_id": None,
    "forced_eos_token_id": None,
    "exponential_decay_length_penalty": None,
    "watermarking_config": None,
    "stop_strings": None,
    "max_time": None,
}
"""Settings of `generate` with which greedy decoding takes the likeliest token each time; None always does."""


_TRIED: Final[WeakKeyDictionary[nn.Module, dict[bool, int]]] = WeakKeyDictionary()
"""What trials of models that share found, by whether there was a picture: bytes of a token's keys and values."""


def rows_that_share(vlm: VisionLanguageModel, examples: Sequence[Example], groups: Sequence[Group]) -> int | None:
    """Return how many questions a batch may hold; None if the model must read each question whole.

    It must if its own settings of generation are not plain greedy decoding, if it keeps something else of what it read
    than keys and values of all tokens, if it has attention of its own, or if, tried on two questions that begin alike,
    it gives other logits. A model that shares is tried once with a picture and once without.

    Args:
        vlm: Who is asked.
        examples: What is asked.
        groups: All groups of it.
    """
    slots = max(map(len, examples)) + vlm.spec.max_new_tokens
    # Padding between tokens would shift a window.
    if not _takes_the_likeliest(vlm) or not sees_all(vlm, slots):
        return None
    tried = _TRIED.setdefault(vlm.model, {})
    answer = max(len(example) - example.prompt_length for example in examples)
    rows = vlm.spec.answer_batch_size
    for group in groups:
        pictured = bool(examples[group.places[0]].picture)
        kept = tried.get(pictured) or _try(vlm, [examples[place] for place in group.places], group.opening)
        if kept is None:
            return None
        tried[pictured] = kept
        rows = min(rows, _rows_in_memory(vlm, slots * kept, answer))
    return rows


def end_tokens(vlm: VisionLanguageModel) -> Collection[int]:
    """Return the tokens that end an answer."""
    found = vlm.model.generation_config.eos_token_id
    return {found} if isinstance(found, int) else {*(found or ())}


def _takes_the_likeliest(vlm: VisionLanguageModel) -> bool:
    settings = vlm.model.generation_config
    return all(getattr(settings, name, None) in (None, value) for name, value in NEUTRAL.items())


def _try(vlm: VisionLanguageModel, group: Sequence[Example], length: int) -> int | None:
    """Return the bytes that keys and values of a token take; None if questions of the group must be read whole."""
    shortest, *_, longest = sorted([*group, *group], key=len)
    try:
        opened = open_prompts(vlm, [shortest], length)
        reading = read(vlm, opened, [0, 0], [shortest, longest])
    except (UnsharedError, TypeError, ValueError, RuntimeError, IndexError):  # a model with attention of its own
        return None
    limit = TOLERANCES.get(reading.logits.dtype, TOLERANCE)
    for row, example in enumerate([shortest, longest]):
        logits, labels = tell(vlm, [example])
        whole = logits[labels != IGNORED]
        if not (reading.logits[row, : len(whole)] - whole).norm() <= limit * whole.norm():
            return None
    return sum(tensor.nbytes // length for layer in opened.layers for tensor in layer)


def _rows_in_memory(vlm: VisionLanguageModel, kept: int, answer: int) -> int:
    """Return how many rows fit, with the bytes of a row's keys and values, and logits four times in float32."""
    logits = 4 * 4 * answer * len(vlm.model.get_output_embeddings().weight)
    return max(1, _memory(vlm.device) // PART_OF_MEMORY // (kept + logits))


def _memory(device: torch.device) -> int:
    told = getattr(torch.get_device_module(device), "mem_get_info", None)
    if told is not None:
        return int(told(device)[1])
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
