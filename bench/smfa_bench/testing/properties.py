"""What every unlearning method must hold to, one function a property: each raises `BrokenError` if it does not."""

import operator
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from smfa_bench.adapter.adapter import Adapter, Modality, attached
from smfa_bench.adapter.files import load_adapter, save_adapter
from smfa_bench.errors import BenchError
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.testing.trial import BrokenError, Trial, UnjudgedError, adapter_of

Property = Callable[[Trial], None]
Key = TypeVar("Key")
Value = TypeVar("Value")


def options_survive_json(trial: Trial) -> None:
    """The options, written as JSON and read back, are the same."""
    config = trial.method.Config()
    if trial.method.Config.model_validate_json(config.model_dump_json()) != config:
        raise BrokenError("Config() differs after model_dump_json and model_validate_json; give fields plain types.")


def unknown_options_are_refused(trial: Trial) -> None:
    """An option that does not exist is an error, not ignored."""
    try:
        trial.method.Config.model_validate({"no_such_option": 1})
    except ValidationError as error:
        if any(fault["type"] == "extra_forbidden" for fault in error.errors()):
            return
    raise BrokenError("Config accepts the unknown option no_such_option; derive it from MethodConfig, extra='forbid'.")


def returns_an_adapter(trial: Trial) -> None:
    """Unlearning ends, and with an adapter."""
    if trial.first.fault is not None:
        raise trial.first.fault
    if not isinstance(trial.first.returned, Adapter):
        raise BrokenError(f"unlearn returned a {type(trial.first.returned).__name__}; it must return an Adapter.")


def leaves_the_model_alone(trial: Trial) -> None:
    """Weights, buffers, modules, gradient flags and modes are bit for bit what they were."""
    before, after = trial.vanilla.model, trial.first.model.model
    modules = [{name: type(part) for name, part in model.named_modules()} for model in (before, after)]
    if (name := _first_difference(*modules)) is not None:
        raise BrokenError(f"module {name!r} was added, removed or replaced; unload what you wrapped around the model.")
    tensors = [dict(_tensors(model)) for model in (before, after)]
    if (name := _first_difference(*tensors, same=same_bits)) is not None:
        raise BrokenError(f"tensor {name!r} changed; train an adapter, or put the very weights back.")
    flags = [{name: value.requires_grad for name, value in model.named_parameters()} for model in (before, after)]
    if (name := _first_difference(*flags)) is not None:
        raise BrokenError(f"requires_grad of {name!r} changed; put it back.")
    modes = [{name: part.training for name, part in model.named_modules()} for model in (before, after)]
    if (name := _first_difference(*modes)) is not None:
        raise BrokenError(f"module {name!r} was left in training mode; call model.eval() at the end.")


def refuses_to_forget_nobody(trial: Trial) -> None:
    """An empty forget set is refused with an error that a user understands."""
    if trial.first.fault is not None or not isinstance(trial.first.returned, Adapter):
        raise UnjudgedError
    fault = trial.of_nobody.fault
    if fault is None:
        raise BrokenError("an empty forget set was accepted; raise a UsageError that says so.")
    if not isinstance(fault, BenchError):
        raise BrokenError(f"an empty forget set raised {type(fault).__name__} ({fault}); raise a UsageError.")


def equal_seeds_give_equal_adapters(trial: Trial) -> None:
    """The seed decides everything; the state of global generators decides nothing."""
    one, two = trial.adapter.tensors(), adapter_of(trial.again).tensors()
    if (name := _first_difference(one, two, same=same_bits)) is not None:
        raise BrokenError(f"tensor {name!r} differs between two runs of one seed; draw all randomness from the seed.")


def other_seeds_give_other_adapters(trial: Trial) -> None:
    """The seed is used; of a method that says it is without chance, the seed must change nothing."""
    one, two = trial.adapter.tensors(), adapter_of(trial.other_seed).tensors()
    differing = _first_difference(one, two, same=same_bits)
    if trial.method.seeded and differing is None:
        raise BrokenError(
            "two seeds gave equal tensors; draw from the seed, or set seeded = False if there's no chance."
        )
    if not trial.method.seeded and differing is not None:
        raise BrokenError(f"seeded is False, yet tensor {differing!r} differs between two seeds; leave seeded out.")


def belongs_to_the_model(trial: Trial) -> None:
    """The adapter says which model it was made for."""
    wanted, found = trial.vanilla.fingerprint(), trial.adapter.model_fingerprint
    if found != wanted:
        raise BrokenError(f"model_fingerprint is {found!r}, not {wanted!r}; pass model.fingerprint().")


def changes_decoder_linears_only(trial: Trial) -> None:
    """Vision tower, projector, embeddings and output head are nobody's business; shapes fit."""
    linears, names = trial.vanilla.decoder_linears(), trial.adapter.names()
    if not names:
        raise BrokenError("names() is empty: the adapter changes nothing.")
    if foreign := sorted(set(names) - set(linears)):
        raise BrokenError(f"{foreign[0]!r} is no linear layer of the decoder; change those of model.decoder_linears().")
    for name, modality, delta in _deltas(trial.adapter):
        if delta.shape != linears[name].weight.shape:
            shape = tuple(linears[name].weight.shape)
            raise BrokenError(f"the {modality} delta of {name!r} has shape {tuple(delta.shape)}, the weight {shape}.")


def changes_are_finite(trial: Trial) -> None:
    """No change holds a NaN or an infinity."""
    for name, modality, delta in _deltas(trial.adapter):
        if not torch.isfinite(delta).all():
            raise BrokenError(f"the {modality} delta of {name!r} is not finite; check the loss, lower the rate.")


def every_layer_changes(trial: Trial) -> None:
    """What was to be trained was trained: no layer that the adapter names stays as it was."""
    moved = {name for name, _, delta in _deltas(trial.adapter) if delta.count_nonzero()}
    if still := sorted(set(trial.adapter.names()) - moved):
        raise BrokenError(f"the delta of {still[0]!r} is zero; train the layer, or leave it out of names().")


def survives_the_disk(trial: Trial) -> None:
    """Saved and loaded, the adapter is the same in tensors, settings and changes."""
    adapter = trial.adapter
    with tempfile.TemporaryDirectory() as folder:
        save_adapter(adapter, Path(folder) / "adapter")
        loaded = load_adapter(Path(folder) / "adapter")
    if (name := _first_difference(adapter.tensors(), loaded.tensors(), same=same_bits)) is not None:
        raise BrokenError(f"tensor {name!r} is not what was saved; let restore take it as it is.")
    if (name := _first_difference(adapter.settings(), loaded.settings())) is not None:
        raise BrokenError(f"setting {name!r} is not what was saved; let settings and restore name the same things.")
    deltas = [{(name, modality): delta for name, modality, delta in _deltas(one)} for one in (adapter, loaded)]
    if (place := _first_difference(*deltas, same=same_bits)) is not None:
        raise BrokenError(f"the {place[1]} delta of {place[0]!r} is another after loading; save all it depends on.")


def changes_answers_and_takes_it_back(trial: Trial) -> None:
    """Attached, the adapter changes what the model finds likely; detached, the model answers as it did."""
    try:
        for sound in (belongs_to_the_model, changes_decoder_linears_only, changes_are_finite):
            sound(trial)
    except BrokenError as error:
        raise UnjudgedError from error
    vlm = trial.vanilla
    for modality in Modality:
        before = _said(vlm, trial, modality)
        with attached(vlm, trial.adapter, modality):
            during = _said(vlm, trial, modality)
        if _said(vlm, trial, modality) != before:
            raise BrokenError(f"detached, the model answers {modality} questions otherwise than before.")
        if during == before:
            raise BrokenError(f"attached, the adapter changes no probability of a true answer to {modality} questions.")


PROPERTIES: Final[Mapping[str, Property]] = {
    "options survive JSON": options_survive_json,
    "unknown options are refused": unknown_options_are_refused,
    "unlearning returns an adapter": returns_an_adapter,
    "the model is left as it was, bit for bit": leaves_the_model_alone,
    "an empty forget set is refused": refuses_to_forget_nobody,
    "equal seeds give equal adapters": equal_seeds_give_equal_adapters,
    "other seeds give other adapters": other_seeds_give_other_adapters,
    "the adapter belongs to the model": belongs_to_the_model,
    "only linear layers of the decoder change": changes_decoder_linears_only,
    "all changes are finite": changes_are_finite,
    "every layer of the adapter changes": every_layer_changes,
    "the adapter survives the disk": survives_the_disk,
    "attached it changes answers, detached it does not": changes_answers_and_takes_it_back,
}
"""Every property by its title."""


def same_bits(one: Tensor, other: Tensor) -> bool:
    """Tell whether two tensors are equal to the bit: a NaN equals itself, 0.0 is not -0.0."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    bits = [tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8) for tensor in (one, other)]
    return torch.equal(*bits)


def _first_difference(
    one: Mapping[Key, Value], other: Mapping[Key, Value], *, same: Callable[[Value, Value], bool] = operator.eq
) -> Key | None:
    """Return the first key that only one mapping has, or whose values are not the same."""
    for key in (*one, *other):
        if key not in one or key not in other or not same(one[key], other[key]):
            return key
    return None


def _tensors(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    yield from model.named_parameters()
    yield from model.named_buffers()


def _deltas(adapter: Adapter) -> Iterator[tuple[str, Modality, Tensor]]:
    for name in adapter.names():
        for modality in Modality:
            yield name, modality, adapter.delta(name, modality)


def _said(vlm: VisionLanguageModel, trial: Trial, modality: Modality) -> list[tuple[str, float]]:
    """Return the answers to the forget questions of a modality with the probabilities of the true ones."""
    asked = [sample for sample in trial.data.forget if sample.pictured == (modality is Modality.IMAGE)]
    return [(said.text, said.probability) for batch in answer(vlm, asked) for said in batch]
