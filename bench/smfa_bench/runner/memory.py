"""How much memory a run takes, foreseen by formula before any weights are read."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import torch

from smfa_bench.data.phrasing import in_all_words
from smfa_bench.data.sample import samples
from smfa_bench.models.encoding import Example, encode_wordings
from smfa_bench.models.memory import MOVED, Shape, activations, answering, lora, shape_of
from smfa_bench.models.quantization import BYTES
from smfa_bench.models.room import free_memory, refuse_if_short
from smfa_bench.models.vision_language import VisionLanguageModel, hollow_model, place_of, weights_type
from smfa_bench.results.answer import Stage
from smfa_bench.runner.references import taught_key
from smfa_bench.runner.setting import Setting

GIB: Final = 2**30
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Need:
    """Bytes that a run takes at one time, at most; vision tower, libraries and allocator take some more."""

    weights: int
    """Of the whole model."""
    training: int
    """On top of the weights in the largest step of a training: what is trained, and what is kept for the way back."""
    answering: int
    """On top of the weights: keys and values of a batch of answers, and the change of weights that are packed."""

    @property
    def most(self) -> int:
        """What all of it takes at the worst moment."""
        return self.weights + max(self.training, self.answering)


def foresee_memory(setting: Setting) -> Need | None:
    """Return what a run will take; None if the model can't be looked at, or its decoder is not as the formulas have it.

    A step is that of the teaching, unless the vanilla model is in the cache, or of the method's training; each row is
    the longest question there is. Methods that take two batches a step need the activations of both.
    """
    try:
        return _foreseen(setting)
    except Exception:  # a model may be made in ways that need weights; what is wrong with it, whoever loads it tells
        return None


def _foreseen(setting: Setting) -> Need | None:
    vlm = hollow_model(setting.spec)
    shape = shape_of(vlm.model.config)
    if shape is None:
        return None
    longest = max(_longest(setting, vlm), key=len)
    cache = answering(
        shape,
        tokens=setting.spec.answer_batch_size * (longest.prompt_length + setting.spec.max_new_tokens),
        width=vlm.model.dtype.itemsize,
    )
    return Need(
        weights=sum(parameter.nbytes for parameter in vlm.model.parameters()) - _spared(setting, vlm),
        training=max(_steps(setting, vlm, shape, longest)),
        answering=cache + (_linears(vlm) if setting.spec.loading.quantization else 0),
    )


def _linears(vlm: VisionLanguageModel) -> int:
    """Return the bytes of the decoder's linear weights, and so those of a change of all of them."""
    return sum(linear.weight.nbytes for linear in vlm.decoder_linears().values())


def _spared(setting: Setting, vlm: VisionLanguageModel) -> int:
    """Return the bytes that packing spares."""
    quantization, linears = setting.spec.loading.quantization, _linears(vlm)
    return 0 if quantization is None else linears - int(linears / vlm.model.dtype.itemsize * BYTES[quantization])


def check_memory(setting: Setting) -> None:
    """Say before anything slow begins that a run will hardly fit into the memory that is free.

    Raises:
        PrerequisiteError: If not even the weights do, or the place that they are to go to is not there.
    """
    device = place_of(setting.spec)
    need = foresee_memory(setting)
    if need is None or device is None:
        return
    refuse_if_short(setting.spec.source, need.weights, dtype=weights_type(setting.spec), device=device)
    free = free_memory(device, wanted=need.most)
    if need.most <= free:
        return
    log.warning(
        "%s needs about %.1f GiB (weights %.1f, training %.1f, answering %.1f), %.1f are free on %s; %s.",
        setting.spec.name,
        *(part / GIB for part in (need.most, need.weights, need.training, need.answering, free)),
        device.type,
        _advice(setting, need, free),
    )


def _longest(setting: Setting, vlm: VisionLanguageModel) -> Iterator[Example]:
    """Yield the longest example with a picture and the longest without, of all that people are asked in any words."""
    profiles = setting.profiles
    every = list(profiles.questions())
    for shown in (True, False):
        asked = [question for question in every if (question.picture is not None) is shown]
        if not asked:
            continue
        longest = max(asked, key=lambda question: len(question.text) + len(question.answer))
        for wordings in encode_wordings(vlm, in_all_words(samples([longest], profiles.pictures))):
            yield max(wordings, key=len)


def _steps(setting: Setting, vlm: VisionLanguageModel, shape: Shape, longest: Example) -> Iterator[int]:
    """Yield the bytes beside the weights that a step takes of each training that is to come."""
    spec, method = setting.spec, setting.method.config
    width, recomputed = vlm.model.dtype.itemsize, spec.loading.gradient_checkpointing

    def step(batch: int, rank: int | None) -> int:
        return activations(
            shape,
            rank=rank or 0,
            tokens=batch * len(longest),
            width=width,
            told=batch * (len(longest) - longest.prompt_length),
            recomputed=recomputed,
        )

    rank = getattr(method, "rank", 0)
    yield lora(shape, rank=rank) + step(getattr(method, "batch_size", None) or spec.adapting.batch_size, rank)
    if not (setting.cache / "taught" / taught_key(setting, Stage.VANILLA)).exists():
        recipe = spec.teaching
        tower = sum(parameter.numel() for parameter in vlm.vision_tower().parameters())
        moved = sum(parameter.numel() for parameter in vlm.model.parameters()) - tower
        unpacking = _spared(setting, vlm)
        if recipe.rank is None:
            yield unpacking + MOVED * moved + step(recipe.batch_size, None)
        else:
            yield max(unpacking, lora(shape, rank=recipe.rank) + step(recipe.batch_size, recipe.rank))


def _advice(setting: Setting, need: Need, free: int) -> str:
    """Return what takes less, of what was not asked for yet."""
    options = []
    if weights_type(setting.spec) is torch.float32:
        options.append("--dtype bfloat16")
    if need.weights + need.training > free:
        if not setting.spec.loading.gradient_checkpointing:
            options.append("--gradient-checkpointing")
        if setting.spec.loading.quantization is None:
            options.append("--quantization 4bit")
        options.append("a smaller batch (--set batch_size=1, Teaching(batch_size=1))")
    if need.weights + need.answering > free:
        options.append("a smaller answer_batch_size of the recipe")
    return f"it takes less with {', or '.join(options)}"
